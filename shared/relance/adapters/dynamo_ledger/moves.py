"""Which files the daily reading takes in: moved at the end of a run, a few at a time, safe to cut short anywhere.

A file is read whole when its own item is open. So what goes out of the reading takes that item first, what comes back
takes it last, and items left behind on the way are moved by the next run. What the sheet's journal still shows stays.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator
from datetime import date, timedelta
from heapq import nlargest

from relance.domain.history import JOURNAL_LINES, FileHistory
from relance.domain.keys import FileKey

from .items import last_day, nothing_open
from .reading import Known
from .table import COLD, OPEN, CancelledError, Table, place_of, text

QUIET = timedelta(days=90)  # since the last fact
MOST = 500  # items a run moves


def move(table: Table, known: Known, asked: Collection[str], today: date) -> None:
    """Bring in the files whose customer stands in the sheet, take out those of which nothing has been open for long."""
    for count, (sk, file, where) in enumerate(_moves(known, asked, today)):
        if count == MOST:
            return
        try:
            table.update(sk, "SET place = :place", "attribute_exists(pk)", {":place": text(place_of(file, where))})
        except CancelledError:
            continue


def _moves(known: Known, asked: Collection[str], today: date) -> Iterator[tuple[str, FileKey, str]]:
    for file, sk in known.loose:
        yield sk, file, COLD
    shown = _in_journal(known)
    for file, facts in known.history.files.items():
        if file in known.cold:
            yield from ((sk, file, OPEN) for sk in known.keys[file])
        elif file[0] not in asked and file not in shown and _is_quiet(facts, today):
            yield from ((sk, file, COLD) for sk in reversed(known.keys[file]))


def _in_journal(known: Known) -> set[FileKey]:
    """The files of which the sheet's journal shows a line."""
    lines = [(day, file) for file, facts in known.history.files.items() for day in _days_of_lines(facts)]
    return {file for _, file in nlargest(JOURNAL_LINES, lines)}


def _days_of_lines(facts: FileHistory) -> Iterator[date]:
    yield from (m.day for m in facts.messages)
    yield from (d for t in facts.tasks for d in (t.created, t.outcome_on, t.closed_on) if d is not None)


def _is_quiet(facts: FileHistory, today: date) -> bool:
    """Whether nothing of a file is open, and nothing of it happened for long."""
    given = (facts.messages, facts.tasks, facts.memory)
    return nothing_open(*given) and last_day(*given) < today - QUIET
