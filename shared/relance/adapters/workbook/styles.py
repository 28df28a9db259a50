"""The cell styles of a workbook: what they show, and the few that are added so that dates show as dates."""

from __future__ import annotations

import html
import re

from relance.adapters.workbook import formats
from relance.adapters.workbook.tokens import attribute, element, with_attribute
from relance.domain import number_formats

_ROOT = re.compile(rb"<(\w+:)?styleSheet(?=[\s/>])[^>]*>")
_FIRST_CUSTOM = 164


class Styles:
    """The cell formats (`cellXfs`) of a styles part, by index. ValueError when the part has none.

    `xml` is the part with the formats added since; it is the same object as long as none was.
    """

    def __init__(self, xml: bytes) -> None:
        self.xml = xml
        root = _ROOT.search(xml)
        if root is None:
            raise ValueError("no styleSheet")
        self._prefix: bytes = root[1] or b""
        self._start = root.end()
        self._section = element(self._prefix + b"cellXfs")
        self._formats = element(self._prefix + b"numFmts")
        self._format = element(self._prefix + b"numFmt")
        self._style = element(self._prefix + b"xf")
        self._codes = self._read_codes()
        section = self._section.search(xml)
        self._styles = [m[0] for m in self._style.finditer(section[2] or b"")] if section else []
        if not self._styles:
            raise ValueError("no cellXfs")

    def _read_codes(self) -> dict[int, str]:
        codes = dict(formats.BUILT_IN)
        section = self._formats.search(self.xml)
        for match in self._format.finditer(section[2] or b"" if section else b""):
            code = html.unescape((attribute(match[1], b"formatCode") or b"").decode())
            codes[int(attribute(match[1], b"numFmtId") or 0)] = code
        return codes

    def code(self, style: int) -> str:
        """The number format of a style; '' when it shows plain numbers or text."""
        xf = self._styles[style] if style < len(self._styles) else b""
        return self._codes.get(int(attribute(xf, b"numFmtId") or 0), "")

    @property
    def codes(self) -> dict[int, str]:
        """The number format of each style that does not show plain numbers."""
        return {style: code for style in range(len(self._styles)) if (code := self.code(style))}

    def for_date(self, style: int) -> int:
        """This style if it shows days, else the same one with dd/mm/yyyy, added if need be."""
        if number_formats.is_date(self.code(style)):
            return style
        return self._like(style, self._date_format())

    def for_number(self, style: int) -> int:
        """This style unless it shows dates or times, else the same one with the general format, added if need be."""
        return self._like(style, 0) if number_formats.is_temporal(self.code(style)) else style

    def _like(self, style: int, number_format: int) -> int:
        xf = self._styles[style] if style < len(self._styles) else self._styles[0]
        opening, rest = xf[: xf.index(b">")], xf[xf.index(b">") :]
        opening = with_attribute(opening, b"numFmtId", b"%d" % number_format)
        wanted = with_attribute(opening, b"applyNumberFormat", b"1") + rest
        if wanted not in self._styles:
            self._styles.append(wanted)
            self._insert(self._section, wanted)
        return self._styles.index(wanted)

    def _date_format(self) -> int:
        known = [number for number, code in self._codes.items() if code == formats.DATE and number >= _FIRST_CUSTOM]
        if known:
            return known[0]
        number = max(_FIRST_CUSTOM, *(n + 1 for n in self._codes))
        self._codes[number] = formats.DATE
        added = b'<%snumFmt numFmtId="%d" formatCode="%s"/>' % (self._prefix, number, formats.DATE.encode())
        if self._formats.search(self.xml) is None:
            section = b'<%snumFmts count="0"></%snumFmts>' % (self._prefix, self._prefix)
            self.xml = self.xml[: self._start] + section + self.xml[self._start :]
        self._insert(self._formats, added)
        return number

    def _insert(self, section: re.Pattern[bytes], added: bytes) -> None:
        """Put an element at the end of a section and count it."""
        match = section.search(self.xml)
        if match is None:
            raise ValueError("no such section")
        name = match[0][1:].split(None, 1)[0].split(b">")[0].rstrip(b"/")
        attributes, content = match[1].removesuffix(b"/"), match[2] or b""
        count = attribute(attributes, b"count")
        if count:
            attributes = with_attribute(attributes, b"count", b"%d" % (int(count) + 1))
        whole = b"<%s%s>%s%s</%s>" % (name, attributes, content, added, name)
        self.xml = self.xml[: match.start()] + whole + self.xml[match.end() :]
