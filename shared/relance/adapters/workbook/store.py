"""The register store over one workbook file."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import date
from pathlib import Path

from relance.adapters.workbook import files
from relance.adapters.workbook.container import Package
from relance.adapters.workbook.documents import document
from relance.adapters.workbook.formulas import without_calculation_chain
from relance.adapters.workbook.patch import SheetPatch
from relance.adapters.workbook.read import snapshot
from relance.adapters.workbook.scan import Place
from relance.adapters.workbook.styles import Styles
from relance.adapters.workbook.values import Stored, held, stored
from relance.domain.sheet import Cell, CellFault, CellWrite, Snapshot, Tab
from relance.ports.errors import StoreError
from relance.ports.store import Document, Sight

ROUNDS = 3
Cells = dict[str, dict[Place, Stored]]  # tab title -> place -> value


class WorkbookStore:
    """A register in an .xlsx file, saved by Excel, LibreOffice or openpyxl."""

    def __init__(self, path: Path) -> None:
        self.path = path

    def read(self) -> Snapshot:
        """All tabs, as last saved. Raises StoreError."""
        return snapshot(Package(files.load(self.path).raw, self.path.name))

    def reread(self) -> Snapshot:
        """The same as `read`: it is one file. Raises StoreError."""
        return self.read()

    def document(self, name: str, limit: int) -> Document:
        """The PDF at a path beside the workbook. Raises DocumentError."""
        return document(self.path.parent, name, limit)

    def inspect(self, language: str, time_zone: str) -> Sequence[Sight]:
        """Nothing: a workbook has no account, protection or zone of its own."""
        return ()

    def check_writable(self) -> None:
        """Raises StoreError `store.missing`, `store.read_only`, `store.open_elsewhere` or `store.disk_full`."""
        files.check_writable(self.path)

    def write(self, wanted: Callable[[Snapshot], Sequence[CellWrite]]) -> int:
        """Set cells as RegisterStore says; a cell that already holds its value is not set.

        The file is replaced in one step, by bytes that were read back first. Raises StoreError: `store.changed` when
        the file never held what was wanted, `store.not_patched` when the bytes would not, the file left as it was.
        """
        count = 0
        for _ in range(ROUNDS):
            image = files.load(self.path)
            package = Package(image.raw, self.path.name)
            before = snapshot(package)
            cells = _missing(before, wanted(before), package.from_1904)
            if not cells:
                return count
            raw = _patched(package, cells)
            _check(snapshot(Package(raw, self.path.name)), before, cells, self.path.name)
            if files.replace(self.path, image, raw):
                count += sum(len(places) for places in cells.values())
        after = self.read()
        if _missing(after, wanted(after), package.from_1904):
            raise StoreError("store.changed", path=self.path.name)
        return count


def _missing(sheet: Snapshot, writes: Sequence[CellWrite], from_1904: bool) -> Cells:
    """The cells that do not hold what they should; the last write to a cell wins."""
    tabs = {tab.title: tab for tab in sheet.tabs}
    missing: Cells = {}
    for write in {(w.tab, w.row, w.column): w for w in writes}.values():
        place, value = (write.row, write.column), stored(write.value, from_1904)
        tab = tabs[write.tab]
        if place in tab.formulas or not held(_cell(tab, place), value):
            missing.setdefault(write.tab, {})[place] = value
    return missing


def _cell(tab: Tab, place: Place) -> Cell:
    row, column = place
    return tab.rows[row][column] if row < len(tab.rows) and column < len(tab.rows[row]) else None


def _patched(package: Package, cells: Cells) -> bytes:
    """The workbook with these cells set. Raises StoreError `store.no_styles` when a day cannot be shown as one."""
    part = package.related("styles")
    styles = Styles(package.part(part)) if part else None
    if styles is None and any(isinstance(v, date) for places in cells.values() for v in places.values()):
        raise StoreError("store.no_styles", path=package.name)
    parts = {sheet.title: sheet.part for sheet in package.sheets}
    changes: dict[str, bytes | None] = {}
    for title, places in cells.items():
        patch = SheetPatch(package.part(parts[title]), places, styles, package.from_1904)
        changes[parts[title]] = patch.apply()
        if patch.formula_lost:
            changes.update(without_calculation_chain(package))
    if part and styles and styles.xml != package.part(part):
        changes[part] = styles.xml
    return package.rewritten(changes)


def _check(after: Snapshot, before: Snapshot, cells: Cells, name: str) -> None:
    """Raises StoreError `store.not_patched` unless the cells hold their values and all others what they held."""
    for old, new in zip(before.tabs, after.tabs, strict=True):
        set_here = cells.get(old.title, {})
        if not _same(old, new, set_here) or new.formulas != old.formulas - set_here.keys():
            raise StoreError("store.not_patched", path=name, tab=old.title)


def _same(old: Tab, new: Tab, set_here: Mapping[Place, Stored]) -> bool:
    if not all(held(_cell(new, place), value) for place, value in set_here.items()):
        return False
    touched = {row for row, _ in set_here}
    for number in range(max(len(old.rows), len(new.rows))):
        left = old.rows[number] if number < len(old.rows) else ()
        right = new.rows[number] if number < len(new.rows) else ()
        if number not in touched and left == right:
            continue
        for column in range(max(len(left), len(right))):
            place = number, column
            if place not in set_here and not _alike(_cell(old, place), _cell(new, place)):
                return False
    return True


def _alike(old: Cell, new: Cell) -> bool:
    # A formula that was shared is spelled out differently once it stands alone.
    return old == new or (isinstance(old, CellFault) and isinstance(new, CellFault))
