from __future__ import annotations

import io
import struct
import zipfile

import pytest

from relance.adapters.workbook.container import Package
from relance.adapters.workbook.read import snapshot
from relance.ports.errors import StoreError
from tests.adapters.workbook.samples import members, package, sheet, zipped

SHEET = "xl/worksheets/sheet1.xml"


class Unseekable(io.RawIOBase):
    """A stream such as a socket: the zip written to it has its sizes after the data."""

    def __init__(self) -> None:
        self.bytes = b""

    def writable(self) -> bool:
        return True

    def write(self, data: object) -> int:
        self.bytes += bytes(data)  # type: ignore[call-overload]
        return len(data)  # type: ignore[arg-type]


def test_parts_that_do_not_change_keep_their_packed_bytes_order_and_dates() -> None:
    raw = package({"T": sheet(""), "U": sheet("")})
    found = Package(raw, "r.xlsx").rewritten({SHEET: b"changed" * 99})
    with zipfile.ZipFile(io.BytesIO(raw)) as old, zipfile.ZipFile(io.BytesIO(found)) as new:
        assert new.testzip() is None
        assert [(i.filename, i.date_time, i.compress_type, i.external_attr) for i in new.infolist()] == [
            (i.filename, i.date_time, i.compress_type, i.external_attr) for i in old.infolist()
        ]
        for before, after in zip(old.infolist(), new.infolist(), strict=True):
            if before.filename != SHEET:
                assert _packed(raw, before) == _packed(found, after)
        assert new.read(SHEET) == b"changed" * 99


def _packed(raw: bytes, info: zipfile.ZipInfo) -> bytes:
    length = 30 + len(info.filename) + info.compress_size
    return raw[info.header_offset : info.header_offset + length]


def test_stored_parts_comments_and_odd_names_are_kept() -> None:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_STORED) as archive:
        for name, data in members(package({"T": sheet("")})).items():
            archive.writestr(name, data)
        archive.writestr("docProps/idée.xml", "x")
        archive.comment = b"kept"
    found = Package(out.getvalue(), "r.xlsx").rewritten({SHEET: b"y"})
    with zipfile.ZipFile(io.BytesIO(found)) as new:
        assert (new.testzip(), new.comment, new.read("docProps/idée.xml"), new.read(SHEET)) == (None, b"kept", b"x", b"y")
        assert new.getinfo(SHEET).compress_type == zipfile.ZIP_STORED


def test_containers_with_sizes_after_the_data_or_of_64_bits_can_be_rewritten() -> None:
    stream = Unseekable()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in members(package({"T": sheet("")})).items():
            with archive.open(name, "w", force_zip64=True) as part:
                part.write(data)
    data = sheet('<row r="1"><c r="A1"><v>1</v></c></row>').encode()
    found = Package(stream.bytes, "r.xlsx").rewritten({SHEET: data})
    with zipfile.ZipFile(io.BytesIO(found)) as new:
        assert new.testzip() is None
    assert snapshot(Package(found, "r.xlsx")).tabs[0].rows == [[1.0]]


def test_a_part_can_be_dropped() -> None:
    found = Package(package({"T": sheet("")}), "r.xlsx").rewritten({"xl/styles.xml": None})
    assert "xl/styles.xml" not in members(found)


def _broken() -> dict[str, bytes]:
    whole = package({"T": sheet("")})
    parts = members(whole)
    return {
        "empty": b"",
        "text": b"N;Client\n1;Dupont\n",
        "xls or encrypted": b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600,
        "truncated": whole[:-300],
        "other zip": zipped({"a.txt": "a"}),
        "text document": zipped({**parts, "xl/workbook.xml": b'<w:document xmlns:w="w"/>'}),
        "broken part": zipped({**parts, SHEET: b"<worksheet>"}),
        "lost part": zipped({n: d for n, d in parts.items() if n != SHEET}),
        "damaged": whole[: (data := whole.index(SHEET.encode()) + len(SHEET))] + b"\xff" * 40 + whole[data + 40 :],
    }


@pytest.mark.parametrize("kind", list(_broken()))
def test_a_file_that_is_no_workbook_is_refused(kind: str) -> None:
    with pytest.raises(StoreError) as error:
        snapshot(Package(_broken()[kind], "r.xlsx"))
    assert (error.value.code, error.value.values) == ("store.not_a_workbook", {"path": "r.xlsx"})


def test_a_workbook_that_unpacks_to_too_much_is_refused_before_it_is_unpacked() -> None:
    raw = bytearray(package({"T": sheet("")}))
    entry = raw.index(b"PK\1\2")
    raw[entry + 24 : entry + 28] = struct.pack("<L", 600_000_000)
    with pytest.raises(StoreError) as error:
        Package(bytes(raw), "r.xlsx")
    assert error.value.code == "store.too_large"
