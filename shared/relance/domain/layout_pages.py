"""The two pages of a register that are no table: the help, and the aged balance made of formulas.

Formulas are written as in `layout_rules`; the cells of a page itself are named as spreadsheets do.
"""

from __future__ import annotations

from dataclasses import dataclass

from .layout_rules import AGES, NO_TONE, Tone, quoted, setting_value
from .settings import Settings
from .words import Words

# Sections of the help, with the tab each leads to.
HELP: tuple[tuple[str, str], ...] = (
    ("daily", "settings"), ("invoices", "invoices"), ("customers", "customers"), ("payments", "payments"),
    ("todo", "todo"), ("planned", "planned"), ("aged", "aged"), ("journal", "journal"), ("scenarios", "scenarios"),
    ("templates", "templates"), ("settings", "settings"), ("yours", ""), ("folded", ""),
)  # fmt: skip
STATE = ("last_run_at", "payments_entered_up_to", "mode")  # settings shown on the help page as they stand

AGED_HEADINGS = 5  # the row of the page that holds the headings of the balance; its columns are B to E
_BUCKETS: tuple[str, ...] = tuple(reversed(tuple(AGES)))  # youngest first
_BARS = ("E9C46A", "F0A868", "E07A5F", "B5452F")
_FIRST = AGED_HEADINGS + 1
_TOTAL = _FIRST + 1 + len(_BUCKETS)


@dataclass(frozen=True, slots=True)
class AgedLine:
    """One line of the aged balance: its words, formulas for the sum, its share and the number of invoices, its look."""

    label: str
    amount: str = ""
    share: str = ""
    count: str = ""
    tone: Tone = NO_TONE
    bar: str = ""  # the colour of its bar in the chart; no bar without one
    total: bool = False


def aged_lines(words: Words) -> tuple[AgedLine, ...]:
    """The lines below the headings: the buckets, then the total. Their currency stands in C3 (`currency_formula`).

    Rows at fault are left out; credits lie with what is not due. Unallocated payments have a line of their own.
    """
    say, share = words.texts, f'IF(C{_TOTAL}=0,"",C{{row}}/C{_TOTAL})'
    lines = [_not_due(say["look.aged_not_due"])]
    for number, bucket in enumerate(_BUCKETS):
        days, tone = AGES[bucket]
        late = ["{invoices.balance}", '">0"', "{invoices.days_late}", quoted(f">={days}")]
        if number + 1 < len(_BUCKETS):
            late += ["{invoices.days_late}", quoted(f"<{AGES[_BUCKETS[number + 1]][0]}")]
        lines.append(AgedLine(say[f"look.aged_{bucket}"], _sum(words, *late), share, _count(words, *late), tone, _BARS[number]))
    lines.append(AgedLine(
        say["look.aged_total"], _sum(words), share,
        _count(words, "{invoices.balance}", '"<>"', "{invoices.balance}", '"<>0"'), total=True,
    ))  # fmt: skip
    late_cells = f"C{_FIRST + 1}:C{_TOTAL - 1}"
    lines.append(AgedLine(say["look.aged_overdue"], f"SUM({late_cells})", share, f"SUM({late_cells.replace('C', 'E')})"))
    unallocated = 'SUMIFS({payments.amount},{payments.invoice_no},"=")'
    lines.append(AgedLine(say["look.aged_unallocated"], _fresh(unallocated)))
    elsewhere = (
        'COUNTIFS({invoices.balance},"<>",{invoices.balance},"<>0",{invoices.currency},"?*",{invoices.currency},"<>"&C3)'
    )
    lines.append(AgedLine(say["look.aged_elsewhere"], count=_fresh(elsewhere)))
    return tuple(
        AgedLine(line.label, line.amount, line.share.format(row=_FIRST + n), line.count, line.tone, line.bar, line.total)
        for n, line in enumerate(lines)
    )


def _not_due(label: str) -> AgedLine:
    cells = f"{{0}}{_FIRST + 1}:{{0}}{_TOTAL - 1}"
    amount, count = (f"{c}{_TOTAL}-SUM({cells.format(c)})" for c in "CE")
    return AgedLine(label, amount, f'IF(C{_TOTAL}=0,"",C{{row}}/C{_TOTAL})', count, Tone("475569", "E8EDF3"), "94A3B8")


def currency_formula(words: Words) -> str:
    """The register's currency, as the settings say it."""
    value = setting_value("currency", words)
    return f'IF({value}="",{quoted(Settings().currency)},{value})'


def _sum(words: Words, *conditions: str) -> str:
    return _both_ways("SUMIFS({invoices.balance},", words, conditions)


def _count(words: Words, *conditions: str) -> str:
    return _both_ways("COUNTIFS(", words, conditions)


def _both_ways(opening: str, words: Words, conditions: tuple[str, ...]) -> str:
    """Over the sound rows in the register's currency, which are those that name it and those that name none."""
    sound = ("{invoices.status}", quoted(f"<>{words.value('status', 'faulty')}"), *conditions, "{invoices.currency}")
    return _fresh("+".join(f"{opening}{','.join(sound)},{currency})" for currency in ('"="', "$C$3")))


def _fresh(formula: str) -> str:
    """A formula that spreadsheets work out again whenever they open the file: the robot writes values only."""
    return f"IF(TODAY()>0,{formula})"
