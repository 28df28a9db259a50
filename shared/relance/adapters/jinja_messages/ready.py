"""The ready parts of a message: from lines of tab-separated cells, worded once, to a text and what its HTML shows."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from urllib.parse import quote

from relance.domain.draft import Draft

from .bank import Picture, reference
from .chars import one_line, tidy

MAX_CELL = 24  # characters; a longer cell moves its own line only
SIDES = "llllllrrrr"  # of the table's columns: left or right
# In HTML a cell shows one column, and below it others with their headings: readable on a phone without scrolling.
GROUPS = ((0, (1, 2, 3)), (4, (5,)), (9, (6, 7, 8)))
AMOUNT, BALANCE = 6, 9


@dataclass(frozen=True, slots=True)
class Part:
    """A ready part: its plain text, and the kind and values of its HTML."""

    kind: str
    text: str
    shown: Mapping[str, object]


def table(worded: str) -> Part:
    """The invoices. One cell: the caption above the rows, a remark below; two: a total; ten: the headings, then rows."""
    lines = _cells(worded)
    grid = [line for line in lines if len(line) == len(SIDES)]
    first = next(i for i, line in enumerate(lines) if len(line) == len(SIDES))
    caption = " ".join(line[0] for line in lines[:first])
    totals = [(line[0], line[1]) for line in lines if len(line) == 2]
    remarks = [line[0] for line in lines[first:] if len(line) == 1]
    text = "\n\n".join(filter(None, (f"{caption}\n{_columns(grid)}", "\n".join(map(" ".join, totals)), "\n".join(remarks))))
    head, *rows = grid
    shown = [[(row[main], _details(head, row, below)) for main, below in GROUPS] for row in rows]
    heads = [head[main] for main, _ in GROUPS]
    return Part("table", text, {"caption": caption, "heads": heads, "rows": shown, "totals": totals, "remarks": remarks})


def bank(worded: str, picture: Picture | None, cid: str) -> Part:
    """How to pay. Two cells: a label and its value; one: what the QR code is for, shown only with it."""
    lines = _cells(worded)
    pairs = [(line[0], line[1]) for line in lines if len(line) == 2 and line[1]]
    caption = " ".join(line[0] for line in lines if len(line) == 1)
    code = {"cid": cid, "side": picture.side, "caption": caption} if picture else None
    return Part("bank", "\n".join(map(" ".join, pairs)), {"pairs": pairs, "code": code})


def answers(worded: str, draft: Draft) -> Part:
    """Answers in one click. One cell: the sentence before them; two: the label and what the answer begins with."""
    lines = _cells(worded)
    to = draft.settings.reply_to or draft.settings.from_email
    lead = " ".join(line[0] for line in lines if len(line) == 1)
    offered = [(line[0], line[1]) for line in lines if len(line) == 2]
    about = f"{one_line(draft.customer.code)[:40]} - {reference(draft, 80)}"
    links = [(label, mailto(to, f"{label} - {about}", body)) for label, body in offered]
    return Part("answers", f"{lead} {' / '.join(label for label, _ in offered)}", {"lead": lead, "links": links})


def legal(worded: str) -> Part:
    """Who the sender is by law, a line each."""
    lines = [line for line in tidy(worded).split("\n") if line]
    return Part("legal_block", "\n".join(lines), {"lines": lines})


def mailto(to: str, subject: str, body: str) -> str:
    """A link that opens an answer (RFC 6068): nothing in it can add a recipient or a header."""
    query = f"?subject={_escaped(subject)}" + (f"&body={_escaped(body)}" if body else "")
    return f"mailto:{quote(to, safe='@')}{query}"


def _escaped(text: str) -> str:
    return quote(one_line(text), safe="", errors="replace")


def _cells(worded: str) -> list[list[str]]:
    return [[cell.strip(" ") for cell in line.split("\t")] for line in worded.split("\n") if line.strip()]


def _details(head: Sequence[str], row: Sequence[str], below: Sequence[int]) -> list[str]:
    """The columns below the main one, with their headings; no amount that only repeats the balance."""
    return [f"{head[i]} {row[i]}" for i in below if row[i] and not (i == AMOUNT and row[AMOUNT] == row[BALANCE])]


def _columns(rows: Sequence[Sequence[str]]) -> str:
    """The rows as aligned columns; empty ones are left out."""
    kept = [i for i in range(len(SIDES)) if any(row[i] for row in rows[1:])]
    widths = {i: max([len(rows[0][i]), *(len(row[i]) for row in rows if len(row[i]) <= MAX_CELL)]) for i in kept}
    lines = ("  ".join(row[i].rjust(widths[i]) if SIDES[i] == "r" else row[i].ljust(widths[i]) for i in kept) for row in rows)
    return "\n".join(line.rstrip() for line in lines)
