"""What overwriting a formula asks for elsewhere: the formulas that shared its text, and the calculation chain."""

from __future__ import annotations

import html
import re
from collections.abc import Mapping
from xml.sax.saxutils import escape

from relance.adapters.workbook.container import Package
from relance.adapters.workbook.scan import Place
from relance.adapters.workbook.tokens import SheetText, attribute, element, reference


def unshare(xml: bytes, overwritten: frozenset[Place]) -> bytes:
    """The sheet with a formula of their own for the cells whose shared formula stands in an overwritten cell."""
    if b'"shared"' not in xml and b"'shared'" not in xml:
        return xml
    sheet = SheetText(xml)
    formula = element(sheet.prefix + b"f")
    masters: dict[bytes, tuple[Place, str]] = {}
    users: list[tuple[int, int, bytes, Place]] = []
    for row in sheet.rows():
        for cell in sheet.cells(row):
            match = formula.search(cell.content)
            if match is None or attribute(match[1], b"t") != b"shared":
                continue
            place, group = (row.number, cell.column), attribute(match[1], b"si") or b""
            if match[2] and place in overwritten:
                masters[group] = place, html.unescape(match[2].decode())
            elif not match[2] and place not in overwritten:
                start = cell.end - len(b"</%sc>" % sheet.prefix) - len(cell.content)
                users.append((start + match.start(), start + match.end(), group, place))
    return _with_own_formulas(sheet, masters, users)


def _with_own_formulas(
    sheet: SheetText, masters: Mapping[bytes, tuple[Place, str]], users: list[tuple[int, int, bytes, Place]]
) -> bytes:
    out, done = [], 0
    for start, end, group, place in users:
        if group in masters:
            text = escape(_moved(*masters[group], place)).encode("ascii", "xmlcharrefreplace")
            out += [sheet.xml[done:start], b"<%sf>%s</%sf>" % (sheet.prefix, text, sheet.prefix)]
            done = end
    return b"".join([*out, sheet.xml[done:]])


def _moved(origin: Place, formula: str, place: Place) -> str:
    from openpyxl.formula.translate import Translator

    translator = Translator(f"={formula}", origin=reference(*origin).decode())
    return str(translator.translate_formula(reference(*place).decode()))[1:]


def without_calculation_chain(package: Package) -> dict[str, bytes | None]:
    """The changes that drop the calculation chain, which programs rebuild by themselves; none when there is none."""
    part = package.related("calcChain")
    if part is None:
        return {}
    relations = package.relations_part(package.workbook)
    kind = rb"""["'][^"']*/calcChain["']"""
    name = re.escape(part.encode())
    return {
        part: None,
        relations: re.sub(rb"<(?:\w+:)?Relationship\s[^>]*" + kind + rb"[^>]*/>", b"", package.part(relations)),
        "[Content_Types].xml": re.sub(
            rb"""<(?:\w+:)?Override\s[^>]*["']/%s["'][^>]*/>""" % name, b"", package.part("[Content_Types].xml")
        ),
    }
