from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal

from hypothesis import given, settings
from hypothesis import strategies as st

from relance.domain.parse import parse, understand
from relance.domain.sheet import CellFault, Shown, Snapshot, Tab
from relance.domain.tables import MAX_ROWS, TABLES
from relance.domain.words import reason
from tests.domain.lexicon import DUPONT, EN, FR, LEXICON, MARTIN, Row, register, setting, spoken, tab

FA1: Row = {"invoice_no": "FA1", "customer": "DUP", "due_date": date(2026, 9, 30), "amount": 4800.0}
CELLS = st.one_of(
    st.none(),
    st.sampled_from(["", "FA1", "DUP", "Standard", "R1", "oui", "E-mail", "Étape précédente", "1,234", "12/13/2025", "a@b.fr"]),
    st.text(max_size=8),
    st.booleans(),
    st.floats(),
    st.integers(),
    st.dates(),
    st.datetimes(min_value=datetime(1900, 1, 1), max_value=datetime(2200, 1, 1)),  # noqa: DTZ001 - a sheet's dates have no zone
    st.builds(CellFault, st.text(max_size=8)),
    st.builds(Shown, st.floats(), st.text(max_size=8)),
)


@st.composite
def snapshots(draw: st.DrawFn) -> Snapshot:
    """Registers whose headings are right and whose cells hold anything."""
    tabs = []
    for table in TABLES:
        headings = [FR.headings[table.id][column.id] for column in table.columns]
        rows = draw(st.lists(st.lists(CELLS, max_size=len(headings)), max_size=3))
        tabs.append(Tab(FR.tabs[table.id], [headings, *rows]))
    return Snapshot(tuple(tabs))


@settings(max_examples=150, deadline=None)
@given(snapshots())
def test_no_content_of_cells_makes_parsing_raise(snapshot: Snapshot) -> None:
    found = parse(snapshot, LEXICON)
    assert {f.table for f in found.faults} <= {"invoices", "customers", "payments"}
    assert all(f.row >= 2 for f in found.faults)
    assert {i.row for i in found.invoices}.isdisjoint(f.row for f in found.faulty)
    assert all(i.customer in found.customers for i in found.invoices)
    for why in (*(f.why for f in found.faults), *found.notices, found.refusal):
        assert bool(FR.say(why)) == bool(EN.say(why)) == (why is not None)


@settings(max_examples=50, deadline=None)
@given(st.lists(st.lists(st.lists(CELLS, max_size=5), max_size=4), max_size=5), st.data())
def test_no_shape_of_a_register_makes_parsing_raise(tabs: list[list[list[object]]], data: st.DataObject) -> None:
    titles = st.sampled_from([*FR.tabs.values(), "Feuille 1", ""])
    snapshot = Snapshot(tuple(Tab(data.draw(titles), rows) for rows in tabs))  # type: ignore[arg-type]
    assert parse(snapshot, LEXICON).refusal is not None


def test_a_whole_register_is_read() -> None:
    found = parse(
        register(
            (FA1,),
            settings=(setting("Mode", "Test"), setting("register_id", "abc"), setting("last_run", 3.0)),
            payments=({"date": date(2026, 10, 1), "amount": 800.0, "invoice_no": "FA1"},),
            scenarios=({"scenario": "VIP", "step": "R1", "days": 5.0, "channel": "E-mail"},),
            todo=({"no": 1.0, "outcome": "Fait"},),
            templates=({"template": "R1", "text": "Bonjour"},),
        ),
        LEXICON,
    )
    assert (found.refusal, found.faults, found.notices) == (None, (), ())
    assert found.invoices[0].balance == Decimal(4000)
    assert (found.settings.mode, found.register_id, found.last_run) == ("test", "abc", 3)
    assert (len(found.answers), len(found.templates), "VIP" in found.scenarios) == (1, 1, True)


def test_a_register_in_english_says_the_same() -> None:
    assert parse(spoken(EN, (FA1,)), LEXICON) == parse(register((FA1,)), LEXICON)


def test_a_refused_register_still_holds_what_could_be_read() -> None:
    merged = Tab("Clients", tab("customers", (DUPONT, MARTIN)).rows, ("B2:B3",))
    found = parse(Snapshot((tab("invoices", (FA1,)), merged, tab("settings"))), LEXICON)
    assert found.refusal == reason("refusal.merged", tab="Clients", cells="B2:B3")
    assert [i.number for i in found.invoices] == ["FA1"]


def test_the_first_refusal_is_told() -> None:
    found = parse(register((FA1,), settings=(setting("mode", "x"),)), LEXICON)
    assert found.refusal is not None
    assert found.refusal.code == "refusal.setting"
    without = Snapshot(register((FA1,), settings=(setting("mode", "x"),)).tabs[1:])
    assert parse(without, LEXICON).refusal == reason("refusal.tab_missing", tab="invoices")


def test_too_many_rows_refuse_the_register() -> None:
    rows = [{**FA1, "invoice_no": float(n)} for n in range(MAX_ROWS + 1)]
    assert parse(register(rows), LEXICON).refusal == reason("refusal.too_many_rows", count=MAX_ROWS + 1)
    assert parse(register(rows[1:]), LEXICON).refusal is None
    assert understand(register(rows), LEXICON).refusal is None


def test_two_readings_of_one_snapshot_are_equal() -> None:
    snapshot = register((FA1, {**FA1, "invoice_no": "FA2", "amount": "1,234"}))
    assert parse(snapshot, LEXICON) == parse(snapshot, LEXICON)
