"""People at work while the robot writes: whatever they do, their cells stay, and the robot's text ends on its row."""

from __future__ import annotations

import random
from collections.abc import Callable

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from relance.adapters.google_sheet import GoogleSheetStore
from relance.domain.project import Projection
from relance.ports.errors import StoreError
from tests.adapters.google_sheet.desks import SheetDesk
from tests.adapters.google_sheet.registers import people_have, projection, tabs, wanted
from tests.emulators.sheets.calls import Readings
from tests.emulators.sheets.people import Person
from tests.emulators.sheets.server import SheetsServer

F, C, T, S = "Factures", "Clients", "À faire", "Réglages"
INVOICES = 8


def a_desk(google: SheetsServer) -> tuple[SheetDesk, GoogleSheetStore]:
    desk = SheetDesk(google)
    store = desk.open(tabs(INVOICES))
    assert isinstance(store, GoogleSheetStore)
    return desk, store


def run(store: GoogleSheetStore, target: Projection, later: float = 0.0) -> str:
    """What a run does with the sheet; the code of what stopped it. `later`: seconds between the last look and the write."""
    try:
        store.check_writable()
        store.read()
        store.reread()
    except StoreError as error:
        return error.code
    store.http.pace.sleep(later)
    return written(store, target)


def written(store: GoogleSheetStore, target: Projection) -> str:
    """Write as a run does; the code of what stopped it."""
    try:
        store.write(lambda now: wanted(target, now))
    except StoreError as error:
        return error.code
    return ""


def settled(store: GoogleSheetStore, target: Projection) -> bool:
    return wanted(target, store.read()) == []


def test_a_first_run_marks_the_columns_of_a_sheet_made_by_hand(google: SheetsServer) -> None:
    desk, store = a_desk(google)
    before = people_have(desk)
    google.log.clear()
    assert run(store, projection(INVOICES)) == ""
    assert [call.method.rpartition(".")[2] for call in google.log.calls] == [
        "get", "get", "getByDataFilter", "batchUpdate", "batchUpdateByDataFilter",
    ]  # fmt: skip
    assert settled(store, projection(INVOICES))
    assert people_have(desk) == before


def test_later_runs_take_four_calls_whatever_the_rows(google: SheetsServer) -> None:
    desk, store = a_desk(google)
    desk.type(tabs(40))
    run(store, projection(40))
    google.log.clear()
    assert run(store, projection(40, mark="b")) == ""
    assert google.log.count() == 4
    assert settled(store, projection(40, mark="b"))


def test_nothing_to_set_is_no_write(google: SheetsServer) -> None:
    _, store = a_desk(google)
    run(store, projection(INVOICES))
    google.log.clear()
    assert run(store, projection(INVOICES)) == ""
    assert google.log.writes() == 0


ACTS: dict[str, Callable[[Person], object]] = {
    "sort": lambda p: p.sort(F, "D", descending=True),
    "sort some columns": lambda p: p.sort_part(F, "A:F", "D", descending=True),
    "insert a row": lambda p: p.insert_rows(F, 3),
    "insert rows at the top": lambda p: p.insert_rows(F, 2, 3),
    "delete a row": lambda p: p.delete_rows(F, 3),
    "delete many rows": lambda p: p.delete_rows(F, 3, 5),
    "move a row": lambda p: p.move_rows(F, 2, 7),
    "cut a row": lambda p: p.cut_row(F, 2, 12),
    "copy a row": lambda p: p.duplicate_row(F, 2, 12),
    "type a new invoice": lambda p: p.put(F, "A10", [["00099", "C1", 46000, 12.5]]),
    "correct a number": lambda p: p.type(F, "A3", "00077"),
    "empty a row": lambda p: p.clear(F, "A4:Y4"),
    "insert a column": lambda p: p.insert_columns(F, "A"),
    "insert a column among the robot's": lambda p: p.insert_columns(F, "AC"),
    "move a robot's column to the front": lambda p: p.move_columns(F, "AH", "A"),
    "move a column of theirs": lambda p: p.move_columns(F, "D", "AN"),
    "delete a column of theirs": lambda p: p.delete_columns(F, "Y"),
    "rename a heading of theirs": lambda p: p.rename_heading(F, "Ma note", "Remarque"),
    "filter": lambda p: p.filter(F, "B", ("C1",)),
    "sort the customers": lambda p: p.sort(C, "B", descending=True),
    "move the customers' columns": lambda p: p.move_columns(C, "A", "F"),
    "rename a tab": lambda p: p.rename_tab(C, "Clients 2026"),
    "move a tab": lambda p: p.move_tab(F, 3),
    "copy a tab": lambda p: p.duplicate_tab(F),
    "insert a setting": lambda p: p.insert_rows(S, 2),
    "delete a setting": lambda p: p.delete_rows(S, 2),
    "sort the settings": lambda p: p.sort(S, "A"),
    "move the settings' columns": lambda p: p.move_columns(S, "C", "A"),
    "type a call made": lambda p: p.put(T, "E4", [["Client 1 Exemple", "Appel"]]),
    "sort the tasks": lambda p: p.sort(T, "A", descending=True),
    "delete a task": lambda p: p.delete_rows(T, 2),
    "type over the robot": lambda p: p.type(F, "AH3", "c'est à moi"),
    "type a formula over the robot": lambda p: p.type(F, "AH3", "=1+1"),
    "empty the robot's tab": lambda p: p.clear("Journal", "A2:I30"),
}
STOPS: dict[str, tuple[Callable[[Person], object], str]] = {
    "rename a robot's heading": (lambda p: p.rename_heading(F, "Pourquoi", "Raison"), "sheet.heading_changed"),
    "delete a robot's column": (lambda p: p.delete_columns(F, "AH"), "sheet.column_gone"),
    "delete a tab": (lambda p: p.delete_tab(C), "sheet.tab_gone"),
    "delete the robot's tab": (lambda p: p.delete_tab("Journal"), "sheet.tab_gone"),
    "lose the marks": (lambda p: p.lose_metadata(F), "sheet.column_gone"),
}


@pytest.mark.parametrize("first", [True, False], ids=["first run", "later run"])
@pytest.mark.parametrize("gap", [True, False], ids=["in the gap", "between calls"])
@pytest.mark.parametrize("act", ACTS)
def test_whatever_people_do_their_cells_stay_and_the_robots_find_their_row(
    google: SheetsServer, act: str, gap: bool, first: bool
) -> None:
    desk, store = a_desk(google)
    if not first:
        run(store, projection(INVOICES, mark="before"))
    target, seen = projection(INVOICES, mark="after"), []

    def do() -> None:
        ACTS[act](desk.person)
        seen.append(people_have(desk))

    store.read()
    store.reread()
    (google.before_write if gap else google.between_calls)(do)
    google.log.clear()
    assert written(store, target) in ("", "store.changed", "sheet.heading_changed", "sheet.tab_gone")
    assert google.log.count() <= 5
    assert people_have(desk) == seen[0]
    assert run(store, target) == ""
    assert settled(store, target)
    assert people_have(desk) == seen[0]


@pytest.mark.parametrize("act", STOPS)
def test_a_sheet_taken_apart_meanwhile_stops_the_write_and_the_next_run_goes_on(google: SheetsServer, act: str) -> None:
    desk, store = a_desk(google)
    run(store, projection(INVOICES, mark="before"))
    do, code = STOPS[act]
    store.read()
    google.before_write(lambda: [do(desk.person)].clear())
    assert written(store, projection(INVOICES, mark="after")) == code
    kept = people_have(desk)
    assert run(store, projection(INVOICES, mark="after")) == ""
    assert people_have(desk) == kept


def test_long_after_the_last_look_rows_of_shared_tabs_are_looked_at_again(google: SheetsServer) -> None:
    desk, store = a_desk(google)
    run(store, projection(INVOICES))
    seen = []

    def typing() -> None:
        desk.person.put(T, "E5", [["Client 1 Exemple", "Appel"]])
        desk.person.insert_rows(S, 2)
        seen.append(people_have(desk))

    store.read()
    google.between_calls(typing)
    google.log.clear()
    desk.time.now += 59
    store.write(lambda now: wanted(projection(INVOICES, 4, "b"), now))
    assert google.log.count() == 2
    assert people_have(desk) == seen[0]
    assert desk.person.read(T, "E5") == "Client 1 Exemple"
    assert settled(store, projection(INVOICES, 4, "b"))


def test_a_new_line_never_takes_the_answer_of_another_that_came_to_lie_there(google: SheetsServer) -> None:
    desk, store = a_desk(google)
    google.before_write(lambda: desk.person.insert_rows(T, 2))  # the last line moves to where line 3 is about to be added
    before = people_have(desk)[T]
    assert run(store, projection(INVOICES)) == ""
    heads, *lines = desk.person.values(T)
    number, outcome = heads.index("N°"), heads.index("Résultat")
    answered = {line[number]: line[outcome] for line in lines if line[number]}
    assert answered == {1: "Fait", 2: None, 3: None}  # that of line 2 stands alone now, and answers nothing
    assert people_have(desk)[T][1:] == [[], *before[1:]]
    assert settled(store, projection(INVOICES))


def test_if_google_keeps_silent_about_untouched_columns_the_sheet_is_read_again(google: SheetsServer) -> None:
    google.readings = Readings(null_write_returns_values=False)
    desk, store = a_desk(google)
    desk.person.readings = google.readings
    google.before_write(lambda: desk.person.sort(F, "D", descending=True))
    assert run(store, projection(INVOICES)) == ""
    assert settled(store, projection(INVOICES))


def test_a_tab_too_short_grows_first(google: SheetsServer) -> None:
    desk, store = a_desk(google)
    desk.person.delete_rows("Journal", 4, 50)
    run(store, projection(INVOICES))
    assert settled(store, projection(INVOICES))


@settings(max_examples=40, deadline=None, derandomize=True, database=None)
@given(seed=st.integers(0, 10**9))
def test_any_history_of_people_and_runs_ends_well(seed: int) -> None:
    rng = random.Random(seed)
    with SheetsServer() as google:
        desk, store = a_desk(google)
        kept = [people_have(desk)]

        def act() -> None:
            desk.person.act(rng, rng.choice((F, C, S)))
            kept.append(people_have(desk))

        for number in range(4):
            for hook in rng.choices((google.between_calls, google.before_write), k=rng.randint(0, 2)):
                hook(act)
            google.log.clear()
            run(store, projection(INVOICES, mark=f"run {number}"), rng.choice((0.0, 30.0)))
            assert google.log.count() <= 8
            assert people_have(desk) == kept[-1]
        last = projection(INVOICES, mark="last")
        for _ in range(3):
            run(store, last)
        assert settled(store, last)
        assert people_have(desk) == kept[-1]
