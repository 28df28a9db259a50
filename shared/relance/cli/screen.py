"""What a person sees: tables, coloured lines, progress. Colours and widths follow the terminal; a pipe gets plain text."""

from __future__ import annotations

import os
import re
import sys
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from rich.console import Console, RenderableType
    from rich.text import Text

SHOWN = 20  # rows of a list; `--json` has them all
PIPED_WIDTH = 1000  # columns: a row is one line where no terminal folds it
FOLDED = 36  # columns that a long text needs at least
GAP = 3  # columns between two columns of a table
_TIED = str.maketrans({"\u00a0": "\ue000", "\u202f": "\ue001"})  # no-break spaces, as signs that rich does not break at
_UNTIED = str.maketrans({"\ue000": "\u00a0", "\ue001": "\u202f"})
# A cell must not be able to drive the terminal (escape sequences) nor turn the line around (bidirectional marks).
_CONTROL = re.compile("[\u0000-\u001f\u007f-\u009f\u200e\u200f\u202a-\u202e\u2066-\u2069\ud800-\udfff]+")

MARKS = {"ok": ("✓", "green"), "info": ("·", "dim"), "warning": ("!", "yellow"), "error": ("✗", "bold red")}
STATUS_STYLES = {
    "faulty": "red", "uncertain": "red", "overdue": "yellow", "to_approve": "yellow", "disputed": "magenta",
    "reminded": "cyan", "formal_notice": "cyan", "promised": "blue", "paid": "green", "not_due": "green",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Column:
    """A column of a table. Where the terminal is too narrow, the columns with the highest `spare` go first; 0 stays."""

    heading: str
    right: bool = False
    spare: int = 0


def clean(text: object) -> str:
    """One line that holds nothing but text."""
    return _CONTROL.sub(" ", "" if text is None else str(text))


def note(text: str) -> None:
    """A line for the person at the keyboard, beside what a program may read."""
    print("\n".join(clean(line) for line in text.split("\n")), file=sys.stderr)


def console() -> Console:
    """Standard output: as wide as the terminal, or unfolded where there is none."""
    from rich.console import Console

    out = Console(highlight=False, emoji=False, markup=False)
    if not out.is_terminal and "COLUMNS" not in os.environ:
        out.width = PIPED_WIDTH
    return out


def show(*things: RenderableType) -> None:
    """Print these, without blanks at the ends of lines where no terminal is."""
    out = console()
    with out.capture() as captured:
        for thing in things:
            out.print(thing)
    text = captured.get().translate(_UNTIED)
    if not out.is_terminal:
        text = "\n".join(line.rstrip() for line in text.split("\n"))
    print(text, end="")


def text(*parts: str | Text | tuple[object, str]) -> Text:
    """A text of plain parts, texts, and (part, style) pairs."""
    from rich.text import Text

    pairs = ((p, "") if isinstance(p, str) else p for p in parts)
    return Text.assemble(*((clean(p[0]).translate(_TIED), p[1]) if isinstance(p, tuple) else p for p in pairs))


def line(*parts: str | Text | tuple[object, str]) -> None:
    """Print one line."""
    show(text(*parts))


def grid(rows: Iterable[Sequence[Text | str]], indent: int = 2) -> None:
    """Rows without headings, each cell folded under its own beginning."""
    from rich.padding import Padding
    from rich.table import Table

    drawn = Table.grid(padding=(0, 1))
    for row in rows:
        if not drawn.columns:
            for _ in row:
                drawn.add_column(overflow="fold")
        drawn.add_row(*(cell if not isinstance(cell, str) else text(cell) for cell in row))
    if drawn.row_count:
        show(Padding(drawn, (0, 0, 0, indent), expand=False))


Cells = Sequence[Any]


def table(
    title: str,
    columns: Sequence[Column | str],
    rows: Iterable[Cells],
    right: Sequence[int] = (),
    totals: Iterable[Cells] = (),
    more: str = "",
) -> None:
    """A table on standard output, its last rows `totals` set apart; `more` tells, beneath it, what was left out."""
    from rich.box import SIMPLE_HEAD
    from rich.table import Table

    heads = [c if isinstance(c, Column) else Column(c, n in right) for n, c in enumerate(columns)]
    body, sums = [_texts(row) for row in rows], [_texts(row, "bold") for row in totals]
    kept = _fitting(heads, [*body, *sums], console().width)
    drawn = Table(box=SIMPLE_HEAD, header_style="bold", show_edge=False, pad_edge=False)
    for n in kept:
        drawn.add_column(text(heads[n].heading), justify="right" if heads[n].right else "left", overflow="fold")
    for row in body:
        drawn.add_row(*(row[n] for n in kept))
    if sums:
        drawn.add_section()
        for row in sums:
            drawn.add_row(*(row[n] for n in kept))
    things: list[RenderableType] = [text((title, "bold"))] if title else []
    things.append(drawn)
    if more:
        things.append(text((more, "dim")))
    show(*things, "")


def _texts(row: Cells, style: str = "") -> list[Text]:
    from rich.text import Text

    return [cell if isinstance(cell, Text) else text((cell, style)) for cell in row]


def _fitting(heads: Sequence[Column], rows: Sequence[Sequence[Text]], width: int) -> list[int]:
    """The columns to show: all, or without those that can be spared until the rest fits."""
    widest = [max([len(h.heading), *(row[n].cell_len for row in rows)]) for n, h in enumerate(heads)]
    needed = [min(wide, FOLDED) + GAP for wide in widest]
    kept = list(range(len(heads)))
    for n in sorted(kept, key=lambda n: -heads[n].spare):
        if not heads[n].spare or sum(needed[k] for k in kept) - GAP <= width:
            break
        kept.remove(n)
    return kept


def bar(share: float, width: int = 12) -> str:
    """A bar of that share (0 to 1) of its width, in eighths of a character; something is never nothing."""
    eighths = max(round(share * width * 8), 1) if share > 0 else 0
    return "█" * (eighths // 8) + ("", "▏", "▎", "▍", "▌", "▋", "▊", "▉")[eighths % 8]


Advance = Callable[[int], None]


@contextmanager
def progress(said: str, total: int | None = None) -> Iterator[Advance]:
    """While work lasts, on a terminal: a bar of what is done, or a spinner when the total is not known."""
    if not sys.stderr.isatty():
        yield lambda done: None
        return
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, SpinnerColumn, TextColumn, TimeElapsedColumn

    counted = (BarColumn(), MofNCompleteColumn()) if total else ()
    columns = (SpinnerColumn(), TextColumn("{task.description}", markup=False), *counted, TimeElapsedColumn())
    with Progress(*columns, console=Console(stderr=True), transient=True) as bars:
        task = bars.add_task(clean(said), total=total)
        yield lambda done: bars.update(task, completed=done)
