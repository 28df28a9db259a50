from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from relance.domain.grid import Grid, open_tabs, read, readers
from relance.domain.sheet import CellFault, Snapshot, Tab
from relance.domain.tables import INVOICES
from relance.domain.values import identifier
from relance.domain.words import Reason, reason
from tests.domain.lexicon import EN, LEXICON, Row, register, spoken, tab


def invoices(*headings: str, rows: tuple[tuple[object, ...], ...] = (), merges: tuple[str, ...] = ()) -> Tab:
    return Tab("Factures", [headings, *rows], merges)  # type: ignore[list-item]


def opened(*tabs: Tab) -> tuple[Grid, Reason | None]:
    """The invoices of a register with these tabs in place of its own, and why it is refused."""
    titles = {t.title for t in tabs}
    others = tuple(t for t in register().tabs if t.title not in titles)
    grids, refusal = open_tabs(Snapshot((*tabs, *others)), LEXICON)
    return grids["invoices"], refusal


def test_columns_are_found_by_heading_in_any_order_and_spelling() -> None:
    grid, refusal = opened(invoices("montant ttc *", "ECHEANCE", "Notes", "", "  n° Facture*", "Client"))
    assert refusal is None
    assert grid.columns == {"amount": 0, "due_date": 1, "invoice_no": 4, "customer": 5}
    assert grid.own == ((2, "Notes"),)


def test_tabs_and_headings_of_another_language_are_understood() -> None:
    grids, refusal = open_tabs(spoken(EN), LEXICON)
    assert refusal is None
    assert grids["invoices"].columns["due_date"] == 2


@pytest.mark.parametrize("title", ["Factures", "Clients", "Réglages"])
def test_a_missing_required_tab_refuses_the_register(title: str) -> None:
    left = tuple(t for t in register().tabs if t.title != title)
    table_id = LEXICON.tabs[{"Factures": "factures", "Clients": "clients", "Réglages": "reglages"}[title]]
    assert open_tabs(Snapshot(left), LEXICON)[1] == reason("refusal.tab_missing", tab=table_id)


def test_a_missing_required_heading_refuses_the_register() -> None:
    grid, refusal = opened(invoices("N° facture", "Client", "Montant TTC", rows=(("FA1", "DUP", 12.0),)))
    assert refusal == reason("refusal.heading_missing", tab="Factures", heading="due_date")
    assert list(read(grid, readers(INVOICES.people, LEXICON))) == []


def test_an_optional_tab_needs_its_headings_only_when_it_holds_something() -> None:
    assert opened(Tab("Règlements", []))[1] is None
    refusal = opened(Tab("Règlements", [["Date"], [date(2026, 1, 1)]]))[1]
    assert refusal == reason("refusal.heading_missing", tab="Règlements", heading="amount")


def test_a_heading_twice_refuses_the_register() -> None:
    refusal = opened(invoices("N° facture", "Client", "Échéance", "Montant TTC", "Due date"))[1]
    assert refusal == reason("refusal.heading_twice", tab="Factures", heading="Due date")


def test_people_may_repeat_their_own_headings() -> None:
    assert opened(invoices("N° facture", "Client", "Échéance", "Montant TTC", "Notes", "Notes"))[1] is None


@pytest.mark.parametrize("cells", ["B3:C4", "A1", "$D$2:$F$9", "A1:Z1", "3:3", "Factures!B2:B3", "nonsense!!"])
def test_a_merge_in_a_used_column_refuses_the_register(cells: str) -> None:
    refusal = opened(invoices("N° facture", "Client", "Échéance", "Montant TTC", merges=(cells,)))[1]
    assert refusal == reason("refusal.merged", tab="Factures", cells=cells)


@pytest.mark.parametrize("cells", ["E1:F2", "AA3:AB4"])
def test_a_merge_beside_the_table_is_harmless(cells: str) -> None:
    assert opened(invoices("N° facture", "Client", "Échéance", "Montant TTC", merges=(cells,)))[1] is None


def test_lines_are_read_with_their_row_and_their_faults() -> None:
    rows = ((), ("FA1", "DUP", "12/13/2025"), (None, None, None, None), ("", " ", None, False), ("FA2",))
    grid = opened(invoices("N° facture", "Client", "Échéance", "Pénalités abandonnées", "Montant TTC", rows=rows))[0]
    first, second = read(grid, readers(INVOICES.people, LEXICON), ("amount",))
    assert (first.row, first.values) == (3, {"invoice_no": "FA1", "customer": "DUP"})
    assert [(f.table, f.row, f.column, f.why.code) for f in first.faults] == [
        ("invoices", 3, "due_date", "fault.date"),
        ("invoices", 3, "amount", "fault.missing"),
    ]
    assert first.unread("due_date")
    assert not first.unread("customer")
    assert (second.row, second.values) == (6, {"invoice_no": "FA2"})


def test_people_s_own_columns_are_kept_as_shown_and_never_make_a_line() -> None:
    own: Row = {"Chantier": "Lyon", "Le": date(2026, 1, 2), "Vide": " "}
    grid, _ = opened(tab("invoices", ({"invoice_no": "FA1", **own}, own, {"invoice_no": "FA2", "Chantier": CellFault("#N/A")})))
    first, second = read(grid, {"invoice_no": identifier})
    assert first.values["extra"] == {"Chantier": "Lyon", "Le": "02/01/2026"}
    assert [(f.column, f.why.code) for f in second.faults] == [("Chantier", "fault.amount_error")]


def test_of_two_tabs_with_one_meaning_the_first_counts() -> None:
    first = tab("invoices", ({"invoice_no": "FA1"},))
    other = replace(tab("invoices", ({"invoice_no": "FA2"},)), title="Invoices")
    grids, refusal = open_tabs(Snapshot((first, other, *register().tabs[1:])), LEXICON)
    assert refusal is None
    assert grids["invoices"].title == "Factures"
