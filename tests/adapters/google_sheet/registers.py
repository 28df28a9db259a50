"""A whole register as people keep it, what the robot wants in it, and how both are judged from outside."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date

from relance.domain.project import Projection, wanted_cells
from relance.domain.rows import Row
from relance.domain.sheet import CellValue, CellWrite, Snapshot
from relance.domain.tables import BY_ID, TABLES
from relance.domain.words import normalise
from tests.adapters.google_sheet.desks import SheetDesk
from tests.adapters.store_contract import Grid
from tests.domain.lexicon import LEXICON, words
from tests.emulators.sheets.model import Sheet

FRENCH = words("fr")
TODAY = date(2026, 11, 2)
Lines = Sequence[Mapping[str, CellValue]]


def grid(table: str, lines: Lines, own: str = "") -> Grid:
    """Lines by column id under their French headings, and a column of people's own at the end."""
    headings = FRENCH.headings[table]
    rows = [tuple(line.get(column) for column in headings) for line in lines]
    if not own:
        return [tuple(headings.values()), *rows]
    return [(*headings.values(), own), *((*row, f"note {n}") for n, row in enumerate(rows, 2))]


def tabs(invoices: int = 8, tasks: int = 2) -> dict[str, Grid]:
    """A register with all its tabs; two invoices per customer."""
    lines: dict[str, Lines] = {
        "invoices": [
            {
                "invoice_no": f"{n:05d}", "customer": f"C{n // 2}" if n % 3 else f"Client {n // 2} Exemple",
                "due_date": date(2026, 9, 1 + n % 28), "amount": 100.5 + n, "comment": f"à voir {n}",
            }
            for n in range(invoices)
        ],
        "customers": [
            {"code": f"C{n}", "name": f"Client {n} Exemple", "email": f"compta@client{n}.example"}
            for n in range(invoices // 2 + 1)
        ],
        "todo": [
            {"no": n, "customer": "Client 0 Exemple", "action": "Appeler", "owner": "Équipe", "outcome": "Fait"}
            for n in range(1, tasks + 1)
        ],
        "settings": [
            {"setting": FRENCH.settings[s]["label"], "value": value, "explanation": FRENCH.settings[s]["explanation"]}
            for s, value in (("iban", "FR76 EXEMPLE"), ("last_run", 4.0), ("floor", 20.0), ("register_id", "r1"))
        ],
    }  # fmt: skip
    order = [table for table in TABLES if table.id not in ("payments", "templates", "scenarios")]
    return {
        FRENCH.tabs[t.id]: grid(t.id, lines.get(t.id, ()), "Ma note" if t.id in ("invoices", "customers") else "")
        for t in order
    }


def projection(invoices: int = 8, tasks: int = 2, mark: str = "a") -> Projection:
    """What the robot's cells should hold: texts that name the row they belong to."""
    of_invoices: dict[tuple[str, str, str], Sequence[Row]] = {
        (f"C{n // 2}", f"{n:05d}", ""): [
            {"why": f"{mark} {n:05d}", "next_date": date(2026, 11, 3), "balance": 100.5 + n, "days_late": n, "problem": None}
        ]
        for n in range(invoices)
    }
    return Projection(
        of_invoices,
        {f"C{n}": {"level": f"{mark} R{n}", "outstanding": 12.5 * n, "last_contact": TODAY} for n in range(invoices // 2 + 1)},
        {n: {"no": n, "priority": "haute", "briefing": f"{mark} {n}"} for n in range(1, tasks + 2)},
        frozenset(range(1, tasks + 2)),
        [{"date": TODAY, "customer": f"Client {n}", "total": 10.0 * n} for n in range(5)],
        [{"event_id": f"{mark}{n}", "date": TODAY, "customer": "Client"} for n in range(6)],
        {"register_id": "r1", "last_run": 5, "last_run_at": "02/11/2026 07:00"},
    )


def wanted(target: Projection, snapshot: Snapshot) -> list[CellWrite]:
    """As a run asks."""
    return wanted_cells(target, snapshot, LEXICON, FRENCH)


def people_have(desk: SheetDesk) -> dict[str, list[list[object]]]:
    """Every cell that is not the robot's, tab by tab, each tab's blank rows at the end left out."""
    return {sheet.title: _human(sheet) for sheet in desk.person.book.sheets}


def _human(sheet: Sheet) -> list[list[object]]:
    table = LEXICON.tabs.get(normalise(sheet.title.removesuffix(" 2026")), "")
    headings = [cell.value if cell else None for cell in sheet.rows[0].cells]
    columns = BY_ID[table].columns if table in BY_ID else ()
    known = {normalise(FRENCH.headings[table][c.id]) for c in columns if c.robot}
    kept = [c for c in range(len(sheet.columns)) if c >= len(headings) or normalise(str(headings[c] or "")) not in known]
    label = [normalise(str(heading)) for heading in headings].index("reglage") if table == "settings" else 0
    found: list[list[object]] = []
    for index in range(len(sheet.rows)):
        setting = LEXICON.settings.get(normalise(str(sheet.cell(index, label).value))) if table == "settings" else ""
        robots_line = setting in ("register_id", "last_run", "last_run_at")
        cells: list[object] = [] if robots_line else [sheet.cell(index, column).value for column in kept]
        while cells and cells[-1] is None:
            cells.pop()
        found.append(cells)
    while found and not any(value is not None for value in found[-1]):
        found.pop()
    return found
