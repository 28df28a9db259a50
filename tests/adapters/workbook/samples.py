"""Workbooks made for tests: one as openpyxl saves it, others written part by part."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Mapping, Sequence
from datetime import date
from pathlib import Path

from openpyxl import Workbook

from relance.domain.sheet import CellValue

NS = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
REL = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
HEAD = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'

# Styles 0 general, 1 date, 2 `00000`, 3 `"F-"0`, 4 amount, 5 percent, 6 time, 7 phone, 8 `0 €`
STYLES = (
    f'{HEAD}<styleSheet xmlns="{NS}"><numFmts count="5"><numFmt numFmtId="164" formatCode="dd/mm/yyyy"/>'
    '<numFmt numFmtId="165" formatCode="00000"/><numFmt numFmtId="166" formatCode="&quot;F-&quot;0"/>'
    '<numFmt numFmtId="167" formatCode="0#&quot; &quot;##&quot; &quot;##&quot; &quot;##&quot; &quot;##"/>'
    '<numFmt numFmtId="168" formatCode="0&quot; €&quot;"/></numFmts>'
    '<fonts count="1"><font/></fonts>'
    '<fills count="1"><fill><patternFill patternType="none"/></fill></fills><borders count="1"><border/></borders>'
    '<cellStyleXfs count="1"><xf/></cellStyleXfs><cellXfs count="9">'
    + "".join(
        f'<xf numFmtId="{n}" fontId="0" fillId="0" borderId="0" xfId="0"/>' for n in (0, 164, 165, 166, 4, 10, 20, 167, 168)
    )
    + '</cellXfs><cellStyles count="1"><cellStyle name="Normal" xfId="0" builtinId="0"/></cellStyles>'
    '<dxfs count="1"><dxf><numFmt numFmtId="170" formatCode="yyyy"/></dxf></dxfs></styleSheet>'
)


def package(
    sheets: Mapping[str, str], styles: str | None = STYLES, shared: str = "", properties: str = "<workbookPr/>"
) -> bytes:
    """A workbook from the XML of its worksheets, by title."""
    titles = list(sheets)
    relations = [("worksheet", f"worksheets/sheet{i}.xml") for i in range(1, len(titles) + 1)]
    parts = {f"xl/worksheets/sheet{i}.xml": xml for i, xml in enumerate(sheets.values(), start=1)}
    if styles is not None:
        relations.append(("styles", "/xl/styles.xml"))
        parts["xl/styles.xml"] = styles
    if shared:
        relations.append(("sharedStrings", "sharedStrings.xml"))
        parts["xl/sharedStrings.xml"] = f'{HEAD}<sst xmlns="{NS}">{shared}</sst>'
    tabs = "".join(f'<sheet name="{t}" sheetId="{i}" r:id="rId{i}"/>' for i, t in enumerate(titles, start=1))
    parts["xl/workbook.xml"] = f'{HEAD}<workbook xmlns="{NS}" xmlns:r="{REL}">{properties}<sheets>{tabs}</sheets></workbook>'
    parts["xl/_rels/workbook.xml.rels"] = _relations(relations)
    parts["_rels/.rels"] = _relations([("officeDocument", "xl/workbook.xml")])
    kinds = "".join(f'<Override PartName="/{part}" ContentType="{_kind(part)}"/>' for part in parts if "_rels" not in part)
    content = f'{HEAD}<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">'
    content += (
        f'<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>{kinds}</Types>'
    )
    return zipped({"[Content_Types].xml": content, **parts})


def _kind(part: str) -> str:
    kind = {"workbook": "sheet.main", "styles": "styles", "sharedStrings": "sharedStrings"}.get(Path(part).stem, "worksheet")
    return f"application/vnd.openxmlformats-officedocument.spreadsheetml.{kind}+xml"


def _relations(targets: Sequence[tuple[str, str]]) -> str:
    inner = "".join(
        f'<Relationship Id="rId{i}" Type="{REL}/{kind}" Target="{target}"/>'
        for i, (kind, target) in enumerate(targets, start=1)
    )
    return f'{HEAD}<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">{inner}</Relationships>'


def zipped(parts: Mapping[str, str | bytes]) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in parts.items():
            archive.writestr(zipfile.ZipInfo(name, (2026, 1, 2, 3, 4, 6)), data, zipfile.ZIP_DEFLATED)
    return out.getvalue()


def members(raw: bytes) -> dict[str, bytes]:
    with zipfile.ZipFile(io.BytesIO(raw)) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def sheet(data: str, before: str = "", after: str = "") -> str:
    """A worksheet around the rows of its data."""
    return f'{HEAD}<worksheet xmlns="{NS}">{before}<sheetData>{data}</sheetData>{after}</worksheet>'


def save_grids(path: Path, tabs: Mapping[str, Sequence[Sequence[CellValue]]]) -> None:
    """A workbook as openpyxl saves it; text is never taken for a formula."""
    book = Workbook()
    book.remove(book.worksheets[0])
    for title, rows in tabs.items():
        page = book.create_sheet(title)
        for number, row in enumerate(rows, start=1):
            for column, value in enumerate(row, start=1):
                if value is None:
                    continue
                cell = page.cell(number, column, value)
                if isinstance(value, str):
                    cell.data_type = "s"
                elif isinstance(value, date):
                    cell.number_format = "dd/mm/yyyy"
    book.save(path)
