"""The zip container of a workbook: its parts, its sheets, and a copy of it with some parts changed."""

from __future__ import annotations

import io
import posixpath
import struct
import zipfile
import zlib
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cached_property
from xml.etree import ElementTree

from python_calamine import CalamineError, PasswordError, XmlError, ZipError

from relance.ports.errors import StoreError

MAX_UNPACKED = 500_000_000  # bytes

_LOCAL = struct.Struct("<4s5H3L2H")
_ENTRY = struct.Struct("<4s4B4H3L5H2L")
_END = struct.Struct("<4s4H2LH")
_WRONG = (
    zipfile.BadZipFile, zlib.error, ElementTree.ParseError, NotImplementedError, RuntimeError, EOFError, struct.error,
    KeyError, ValueError, CalamineError, PasswordError, XmlError, ZipError,
)  # fmt: skip


@contextmanager
def reading(name: str) -> Iterator[None]:
    """Raises StoreError `store.not_a_workbook` for whatever shows that a file is none."""
    try:
        yield
    except _WRONG as error:
        raise StoreError("store.not_a_workbook", path=name) from error


@dataclass(frozen=True, slots=True)
class Sheet:
    """One worksheet: its title and its part."""

    title: str
    part: str


class Package:
    """The parts of a workbook. Raises StoreError `store.not_a_workbook`, `store.too_large`."""

    def __init__(self, raw: bytes, name: str) -> None:
        self.raw = raw
        self.name = name
        with reading(name):
            self._zip = zipfile.ZipFile(io.BytesIO(raw))
            if sum(info.file_size for info in self._zip.infolist()) > MAX_UNPACKED:
                raise StoreError("store.too_large", path=name)
            self._names = {info.filename.lower(): info.filename for info in self._zip.infolist()}
            self.workbook = self._main_part()
            self._book = ElementTree.fromstring(self.part(self.workbook))

    def part(self, part: str) -> bytes:
        """The bytes of a part; KeyError when there is none."""
        return self._zip.read(self._names[part.lower()])

    def _main_part(self) -> str:
        return next((target for kind, target in self._relations("").values() if kind == "officeDocument"), "")

    def relations_part(self, part: str) -> str:
        """The name of the part that holds the relations of a part ('' for the package)."""
        folder, file = posixpath.split(part)
        return posixpath.join(folder, "_rels", f"{file}.rels")

    def _relations(self, part: str) -> dict[str, tuple[str, str]]:
        """Relation id -> (last word of its type, target part)."""
        folder = posixpath.dirname(part)
        found = {}
        for relation in ElementTree.fromstring(self.part(self.relations_part(part))):
            target = posixpath.normpath(posixpath.join("/", folder, relation.get("Target", ""))).lstrip("/")
            found[relation.get("Id", "")] = (relation.get("Type", "").rsplit("/", 1)[-1], target)
        return found

    @cached_property
    def _related(self) -> dict[str, tuple[str, str]]:
        return self._relations(self.workbook)

    @cached_property
    def sheets(self) -> tuple[Sheet, ...]:
        """The worksheets in the order of their tabs, hidden ones included, charts left out; ValueError without any."""
        found = []
        for sheet in (e for e in self._book.iter() if e.tag.endswith("}sheet")):
            key = next((value for name, value in sheet.attrib.items() if name.endswith("}id")), "")
            kind, part = self._related[key]
            if kind == "worksheet":
                found.append(Sheet(sheet.get("name", ""), part))
        if not found:
            raise ValueError("no worksheet")
        return tuple(found)

    @cached_property
    def from_1904(self) -> bool:
        """Whether days are counted from 1 January 1904."""
        properties = next((e for e in self._book.iter() if e.tag.endswith("}workbookPr")), None)
        return properties is not None and properties.get("date1904", "0").lower() in ("1", "true", "on")

    def related(self, kind: str) -> str | None:
        """The part of a kind such as `styles` or `calcChain`, if the workbook has one."""
        parts = (target for found, target in self._related.values() if found == kind)
        return next((part for part in parts if part.lower() in self._names), None)

    def rewritten(self, changes: Mapping[str, bytes | None]) -> bytes:
        """The container with these parts changed, or dropped where None; the others keep their packed bytes."""
        changed = {self._names[part.lower()]: data for part, data in changes.items()}
        infos = self._zip.infolist()
        stops = [*sorted(info.header_offset for info in infos)[1:], self._zip.start_dir]
        out, entries = io.BytesIO(), []
        for info, stop in zip(sorted(infos, key=lambda i: i.header_offset), stops, strict=True):
            place = out.tell()
            data = changed.get(info.filename, b"")
            if data is None:
                continue
            if info.filename in changed:
                entries.append((_packed(info, data, out), place))
            else:
                out.write(self.raw[info.header_offset : stop])
                entries.append((info, place))
        _finish(out, entries, self._zip.comment)
        return out.getvalue()


def _packed(old: zipfile.ZipInfo, data: bytes, out: io.BytesIO) -> zipfile.ZipInfo:
    """Write a member anew, with the name, date and attributes it had."""
    info = zipfile.ZipInfo(old.filename, old.date_time)
    for kept in ("create_system", "create_version", "extract_version", "internal_attr", "external_attr", "comment"):
        setattr(info, kept, getattr(old, kept))
    stored = old.compress_type == zipfile.ZIP_STORED
    info.compress_type = zipfile.ZIP_STORED if stored else zipfile.ZIP_DEFLATED
    info.flag_bits = old.flag_bits & 0x800  # only the encoding of the name: sizes stand in the header
    info.extra = b""
    packer = zlib.compressobj(6, zlib.DEFLATED, -15)
    packed = data if stored else packer.compress(data) + packer.flush()
    info.CRC, info.file_size, info.compress_size = zlib.crc32(data), len(data), len(packed)
    name = _name(info)
    day, time = _dos(info)
    out.write(
        _LOCAL.pack(
            b"PK\3\4", max(info.extract_version, 20), info.flag_bits, info.compress_type, time, day, info.CRC,
            info.compress_size, info.file_size, len(name), 0,
        )
    )  # fmt: skip
    out.write(name + packed)
    return info


def _finish(out: io.BytesIO, entries: list[tuple[zipfile.ZipInfo, int]], comment: bytes) -> None:
    start = out.tell()
    for info, place in entries:
        name, extra = _name(info), _without_zip64(info.extra)
        day, time = _dos(info)
        out.write(
            _ENTRY.pack(
                b"PK\1\2", info.create_version, info.create_system, info.extract_version, 0, info.flag_bits,
                info.compress_type, time, day, info.CRC, info.compress_size, info.file_size, len(name), len(extra),
                len(info.comment), 0, info.internal_attr, info.external_attr, place,
            )
        )  # fmt: skip
        out.write(name + extra + info.comment)
    size = out.tell() - start
    out.write(_END.pack(b"PK\5\6", 0, 0, len(entries), len(entries), size, start, len(comment)) + comment)


def _name(info: zipfile.ZipInfo) -> bytes:
    return info.orig_filename.encode("utf-8" if info.flag_bits & 0x800 else "cp437")


def _dos(info: zipfile.ZipInfo) -> tuple[int, int]:
    year, month, day, hour, minute, second = info.date_time
    return (year - 1980) << 9 | month << 5 | day, hour << 11 | minute << 5 | second // 2


def _without_zip64(extra: bytes) -> bytes:
    """Extra fields without the 64-bit sizes, which these sizes never need."""
    kept = b""
    while len(extra) >= 4:
        kind, length = struct.unpack("<HH", extra[:4])
        if kind != 1:
            kept += extra[: 4 + length]
        extra = extra[4 + length :]
    return kept
