from __future__ import annotations

from collections.abc import Callable
from datetime import date

import pytest

from relance.adapters.google_sheet.create import create
from relance.cli.register import register_rows
from relance.cli.sample import sample_rows
from relance.domain.parse import parse
from relance.domain.register import Register
from relance.domain.tables import TABLES
from relance.domain.words import Words
from relance.ports.errors import StoreError
from tests.adapters.google_sheet.desks import SheetDesk, Time
from tests.adapters.google_sheet.registers import people_have, projection, wanted
from tests.domain.lexicon import LEXICON, words
from tests.emulators.sheets.faults import Fault, hang, status
from tests.emulators.sheets.fixtures import ROBOT
from tests.emulators.sheets.model import Json
from tests.emulators.sheets.people import Person
from tests.emulators.sheets.server import SheetsServer

FRENCH, ENGLISH = words("fr"), words("en")
F = "Factures"


@pytest.fixture
def desk(google: SheetsServer) -> SheetDesk:
    made = SheetDesk(google)
    made.time = Slow()
    return made


class Slow(Time):
    """A client that waits for a long answer."""

    timeout = 30.0


def make(desk: SheetDesk, language: Words = FRENCH, sample: bool = True) -> bool:
    rows = register_rows(language, sample_rows(language, date(2026, 11, 2)) if sample else {})
    return create(desk.store().http, desk.file.id, LEXICON, language, rows)


def register(desk: SheetDesk) -> Register:
    return parse(desk.store().read(), LEXICON)


def shape(desk: SheetDesk) -> list[Json]:
    """Everything about the tabs that is not a value."""
    found: list[Json] = []
    for sheet in desk.person.book.sheets:
        parts = {
            name: [{k: v for k, v in part.items() if not k.endswith("Id")} for part in items]
            for name, items in sheet.parts.items()
        }
        marks = {n: [m.value for m in column.metadata] for n, column in enumerate(sheet.columns) if column.metadata}
        rules = [
            (n, c, cell.validation, cell.format) for n, row in enumerate(sheet.rows) for c, cell in enumerate(row.cells) if cell
        ]
        found.append({"title": sheet.title, "parts": parts, "marks": marks, "rules": rules, "grid": sheet.grid})
    return found


@pytest.mark.parametrize("language", [FRENCH, ENGLISH], ids=["fr", "en"])
def test_an_empty_spreadsheet_becomes_a_register_in_one_call(google: SheetsServer, desk: SheetDesk, language: Words) -> None:
    google.log.clear()
    assert make(desk, language)
    assert [call.method for call in google.log.calls] == ["sheets.spreadsheets.get", "sheets.spreadsheets.batchUpdate"]
    book, found = desk.person.book, register(desk)
    assert [s.title for s in book.sheets] == [
        *(language.tabs[t.id] for t in TABLES), language.texts["look.aged_tab"], language.tabs["help"],
    ]  # fmt: skip
    assert (book.locale, book.time_zone) == ("fr_FR" if language is FRENCH else "en_GB", "Europe/Paris")
    assert found.refusal is None
    assert len(found.invoices) > 20
    assert found.settings.language == language.language
    assert found.register_id


def test_a_register_made_so_reads_as_the_workbooks_sample_does(desk: SheetDesk) -> None:
    make(desk)
    found = register(desk)
    rows = sample_rows(FRENCH, date(2026, 11, 2))
    assert len(found.invoices) + len(found.faulty) == len(rows["invoices"])
    assert len(found.customers) == len(rows["customers"])
    assert found.notices == ()


def test_the_robots_columns_warn_and_its_tabs_are_closed(desk: SheetDesk) -> None:
    make(desk)
    held = {sheet.title: sheet.parts["protectedRanges"] for sheet in desk.person.book.sheets}
    assert all(part["warningOnly"] and "editors" not in part for title in (F, "Clients", "À faire") for part in held[title])
    for title in ("Journal", "Envois prévus"):
        assert held[title][0]["editors"]["users"] == [desk.file.owner, ROBOT]
    assert held["Réglages"] == held["Règlements"] == []


def test_views_lists_and_colours_are_there(desk: SheetDesk) -> None:
    make(desk)
    sheet = desk.person.sheet(F)
    titles = [v["title"] for s in desk.person.book.sheets for v in s.parts["filterViews"]]
    assert titles == [
        "À relancer", "Bloquées", "À valider", "Promesses de la semaine", "Litiges ouverts", "Par responsable",
    ]  # fmt: skip
    assert len(sheet.parts["conditionalFormats"]) > 10
    situation = [c.value if c else "" for c in sheet.rows[0].cells].index("Situation")
    rule = sheet.cell(500, situation).validation
    assert rule is not None
    assert not rule["strict"]
    assert {"userEnteredValue": "Litige"} in rule["condition"]["values"]


def test_a_yes_or_no_is_a_box_to_tick_whose_cell_says_it_in_words(desk: SheetDesk) -> None:
    make(desk)
    sheet = desk.person.sheet("Clients")
    column = [c.value if c else "" for c in sheet.rows[0].cells].index("Ne pas relancer")
    rule = sheet.cell(1, column).validation
    assert rule is not None
    assert rule["condition"] == {"type": "BOOLEAN", "values": [{"userEnteredValue": "oui"}, {"userEnteredValue": "non"}]}
    told = [sheet.cell(n, column).value for n in range(1, 30)]
    assert "oui" in told
    assert any(customer.do_not_chase for customer in register(desk).customers.values())


def test_a_run_on_a_new_register_needs_no_preparation(google: SheetsServer, desk: SheetDesk) -> None:
    make(desk, sample=False)
    desk.person.put("Clients", "A2", [["C0", "Client 0 Exemple"]])
    desk.person.put(F, "A2", [["00000", "C0", 46000, 100.5]])
    store = desk.store()
    store.read()
    google.log.clear()
    target = projection(1, 0)
    store.write(lambda now: wanted(target, now))
    assert [call.method for call in google.log.calls] == ["sheets.spreadsheets.values.batchUpdateByDataFilter"]
    assert wanted(target, store.read()) == []


def test_made_again_nothing_changes(desk: SheetDesk) -> None:
    make(desk)
    before = shape(desk), desk.store().read()
    assert not make(desk)
    assert (shape(desk), desk.store().read()) == before


def _own_column(person: Person) -> None:
    person.insert_columns(F, "B")
    person.type(F, "B1", "Ma note")
    person.type(F, "B2", "à voir")


def _two_tabs(person: Person) -> None:
    person.delete_tab("Aide")
    person.delete_tab("Modèles")


BROKEN: dict[str, Callable[[Person], object]] = {
    "a robot's heading renamed": lambda p: p.rename_heading(F, "Pourquoi", "Raison"),
    "a heading of theirs renamed": lambda p: p.rename_heading(F, "Client *", "Acheteur"),
    "a robot's column deleted": lambda p: p.delete_columns(F, "AC"),
    "a tab deleted": lambda p: p.delete_tab("Journal"),
    "two tabs deleted": _two_tabs,
    "marks lost": lambda p: p.lose_metadata(F),
    "columns moved": lambda p: p.move_columns(F, "AC", "A"),
    "columns of their own": _own_column,
    "rows sorted": lambda p: p.sort(F, "D"),
    "protections removed": lambda p: p.sheet(F).parts["protectedRanges"].clear(),
    "colours removed": lambda p: p.sheet(F).parts["conditionalFormats"].clear(),
    "views removed": lambda p: p.sheet(F).parts["filterViews"].clear(),
}


@pytest.mark.parametrize("act", BROKEN)
def test_what_people_broke_is_repaired_and_no_cell_of_theirs_changes(desk: SheetDesk, act: str) -> None:
    make(desk)
    BROKEN[act](desk.person)
    before = people_have(desk)
    assert not make(desk)
    after = people_have(desk)
    for title in before:
        assert after[title][1:] == before[title][1:]
    found = register(desk)
    assert found.refusal is None
    assert len(found.invoices) > 20
    for table in TABLES:
        sheet = desk.person.sheet(FRENCH.tabs[table.id])
        marks = {mark.value for column in sheet.columns for mark in column.metadata}
        assert marks >= {f"{table.id}.{column.id}" for column in table.columns}
    assert desk.person.sheet(F).parts["protectedRanges"]
    assert len(desk.person.sheet(F).parts["filterViews"]) == 5
    once = shape(desk)
    make(desk)
    assert shape(desk) == once


def test_a_register_made_by_hand_gets_what_it_lacks(desk: SheetDesk) -> None:
    desk.type({
        F: [("Client", "N° facture", "Échéance", "Montant TTC", "À moi"), ("C1", "F-1", date(2026, 9, 1), 12.5, "garder")],
        "Clients": [("Code", "Nom"), ("C1", "Exemple SARL")], "Divers": [("x",)],
    })  # fmt: skip
    before = people_have(desk)
    assert not make(desk)
    after, found = people_have(desk), register(desk)
    assert found.refusal is None
    assert [i.number for i in found.invoices] == ["F-1"]
    assert after["Divers"] == before["Divers"]
    assert [row[:5] for row in after[F][:2]] == [row[:5] for row in before[F][:2]]


def test_rules_of_peoples_own_stay(desk: SheetDesk) -> None:
    make(desk)
    own: Json = {"ranges": [{"sheetId": desk.person.sheet(F).id}], "booleanRule": {
        "condition": {"type": "CUSTOM_FORMULA", "values": [{"userEnteredValue": "=$D2>10000"}]}, "format": {}}}  # fmt: skip
    shared: Json = {
        "range": {"sheetId": desk.person.sheet(F).id, "endColumnIndex": 2},
        "protectedRangeId": 7,
        "warningOnly": True,
    }
    desk.person.sheet(F).parts["conditionalFormats"].append(own)
    desk.person.sheet(F).parts["protectedRanges"].append(shared)
    make(desk)
    assert own in desk.person.sheet(F).parts["conditionalFormats"]
    assert shared in desk.person.sheet(F).parts["protectedRanges"]


@pytest.mark.parametrize("fault", [status(503, after=True), status(503), hang(after=True)])
def test_an_unknown_end_makes_nothing_twice(google: SheetsServer, desk: SheetDesk, fault: Fault) -> None:
    make(desk, sample=False)
    wanted_shape = [{**tab, "rules": 0} for tab in shape(desk)]
    other = SheetDesk(google)
    other.time = Slow() if fault.kind == "status" else Time()
    other.time.timeout = 3.0
    google.faults.on("batchUpdate", fault)
    make(other, sample=False)
    assert len(other.person.book.sheets) == len(wanted_shape)
    for sheet in other.person.book.sheets:
        assert all(len(column.metadata) <= 1 for column in sheet.columns)


def test_a_viewer_cannot_make_a_register(google: SheetsServer, desk: SheetDesk) -> None:
    desk.file.sharing = {ROBOT: "reader"}
    with pytest.raises(StoreError) as caught:
        make(desk)
    assert caught.value.code == "sheet.no_access"
