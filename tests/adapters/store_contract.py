"""What every register store does. A store's tests subclass `StoreContract` and give it a `Desk`."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Protocol

import pytest

from relance.domain.sheet import Cell, CellValue, CellWrite, Snapshot, Tab
from relance.ports.errors import StoreError
from relance.ports.store import RegisterStore

Grid = Sequence[Sequence[CellValue]]

INVOICES: Grid = (
    ("N°", "Client", "Montant", "Échéance", "Soldée", "Statut"),
    ("F-1", "Dupont SARL", 1200.5, date(2026, 3, 31), False, None),
    ("00042", "Martin & fils", -30, date(2026, 4, 1), True, "overdue"),
    ("F-3", "  Écart ", 0, None, None, None),
)


class Desk(Protocol):
    """A spreadsheet, as the people who share it have it in front of them."""

    def open(self, tabs: Mapping[str, Grid]) -> RegisterStore:
        """A store over a new spreadsheet with these tabs."""
        ...

    def type(self, tabs: Mapping[str, Grid]) -> None:
        """A person leaves the same spreadsheet with these tabs."""
        ...


def tab(snapshot: Snapshot, title: str) -> Tab:
    return next(tab for tab in snapshot.tabs if tab.title == title)


def cell(snapshot: Snapshot, title: str, row: int, column: int) -> Cell:
    rows = tab(snapshot, title).rows
    return rows[row][column] if row < len(rows) and column < len(rows[row]) else None


class StoreContract:
    """The rules of the RegisterStore port."""

    @pytest.fixture
    def desk(self) -> Desk:
        raise NotImplementedError

    def test_all_tabs_are_read_in_their_order_from_row_1(self, desk: Desk) -> None:
        store = desk.open({"Factures": INVOICES, "Clients": [("Code",), ("C1",)]})
        snapshot = store.read()
        assert [t.title for t in snapshot.tabs] == ["Factures", "Clients"]
        assert cell(snapshot, "Factures", 0, 0) == "N°"
        assert cell(snapshot, "Clients", 1, 0) == "C1"

    def test_values_keep_their_kind(self, desk: Desk) -> None:
        snapshot = desk.open({"Factures": INVOICES}).read()
        assert [cell(snapshot, "Factures", 1, c) for c in range(6)] == [
            "F-1", "Dupont SARL", 1200.5, date(2026, 3, 31), False, None,
        ]  # fmt: skip
        assert cell(snapshot, "Factures", 2, 0) == "00042"
        assert type(cell(snapshot, "Factures", 2, 2)) is float
        assert cell(snapshot, "Factures", 2, 4) is True
        assert cell(snapshot, "Factures", 3, 1) == "  Écart "

    def test_blank_rows_at_the_end_are_no_rows(self, desk: Desk) -> None:
        snapshot = desk.open({"Factures": [*INVOICES, (None,) * 6, ("",) * 6]}).read()
        assert len(tab(snapshot, "Factures").rows) == 4

    def test_reread_sees_what_people_typed_since(self, desk: Desk) -> None:
        store = desk.open({"Factures": INVOICES})
        store.read()
        desk.type({"Factures": [INVOICES[0], ("F-1", "Dupont SARL", 99.0)]})
        assert cell(store.reread(), "Factures", 1, 2) == 99.0

    def test_a_write_sets_the_cells_wanted_and_no_other(self, desk: Desk) -> None:
        store = desk.open({"Factures": INVOICES, "Clients": [("Code", "Niveau"), ("C1", None)]})
        before = store.read()
        targets = {("Factures", 1, 5): "reminded", ("Factures", 2, 5): "paid", ("Clients", 1, 1): "R2"}
        assert store.write(lambda now: _towards(now, targets)) == 3
        after = store.read()
        for old in before.tabs:
            for row in range(len(old.rows)):
                for column in range(6):
                    place = (old.title, row, column)
                    assert cell(after, *place) == targets.get(place, cell(before, *place))

    @pytest.mark.parametrize(
        "value",
        ["texte", "=1+1", "+33 1", "'quoted", "  a  b ", "one\ntwo", "00123", "1,5", "#REF!", "<b>&amp;</b>", "é€😀",
         12.5, -3, 0, 1e-7, 123456789012.25, True, False, date(2026, 11, 2), None],
    )  # fmt: skip
    def test_a_value_comes_back_as_it_was_set(self, desk: Desk, value: CellValue) -> None:
        store = desk.open({"Factures": INVOICES})
        store.write(lambda now: _towards(now, {("Factures", 2, 5): value}))
        found = cell(store.read(), "Factures", 2, 5)
        assert found == value
        assert type(found) is (float if type(value) is int else type(value))

    def test_lines_can_be_added_below(self, desk: Desk) -> None:
        store = desk.open({"Journal": [("Id", "Date")]})
        lines: dict[tuple[str, int, int], CellValue] = {}
        for row in (1, 2, 7):
            lines |= {("Journal", row, 0): f"E{row}", ("Journal", row, 1): date(2026, 1, row)}
        assert store.write(lambda now: _towards(now, lines)) == 6
        rows = tab(store.read(), "Journal").rows
        assert len(rows) == 8
        assert list(rows[7][:2]) == ["E7", date(2026, 1, 7)]

    def test_nothing_wanted_sets_nothing_and_asks_once(self, desk: Desk) -> None:
        asked: list[Snapshot] = []

        def wanted(now: Snapshot) -> Sequence[CellWrite]:
            asked.append(now)
            return ()

        assert desk.open({"Factures": INVOICES}).write(wanted) == 0
        assert len(asked) == 1

    def test_a_cell_that_holds_its_value_is_not_set(self, desk: Desk) -> None:
        store = desk.open({"Factures": INVOICES})
        assert store.write(lambda _: [CellWrite("Factures", 2, 5, "overdue"), CellWrite("Factures", 1, 2, 1200.5)]) == 0

    def test_rows_sorted_meanwhile_get_what_is_theirs(self, desk: Desk) -> None:
        store = desk.open({"Factures": INVOICES})
        statuses = {"F-1": "reminded", "00042": "paid", "F-3": "not_due"}
        asked = 0

        def wanted(now: Snapshot) -> Sequence[CellWrite]:
            nonlocal asked
            asked += 1
            if asked == 1:
                desk.type({"Factures": [INVOICES[0], INVOICES[3], INVOICES[2], INVOICES[1]]})
            rows = list(enumerate(tab(now, "Factures").rows))[1:]
            targets = {("Factures", i, 5): statuses[str(row[0])] for i, row in rows}
            return _towards(now, dict(targets))

        store.write(wanted)
        rows = tab(store.read(), "Factures").rows[1:]
        assert [(row[0], row[5]) for row in rows] == [("F-3", "not_due"), ("00042", "paid"), ("F-1", "reminded")]

    def test_a_sheet_that_never_holds_what_is_wanted_is_an_error(self, desk: Desk) -> None:
        store = desk.open({"Factures": INVOICES})
        asked: list[int] = []

        def wanted(_: Snapshot) -> Sequence[CellWrite]:
            asked.append(1)
            return [CellWrite("Factures", 1, 5, f"attempt {len(asked)}")]

        with pytest.raises(StoreError) as error:
            store.write(wanted)
        assert error.value.code == "store.changed"
        assert len(asked) <= 4


def _towards(now: Snapshot, targets: Mapping[tuple[str, int, int], CellValue]) -> list[CellWrite]:
    return [CellWrite(*place, value) for place, value in targets.items() if cell(now, *place) != value]
