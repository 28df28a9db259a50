"""What people do to a register, at any moment: each act changes the tabs in hand, and says what it did."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta
from random import Random
from typing import Any

from tests.world.book import FR, IBAN, Table, Tables, setting, setting_of
from tests.world.judge import DAYS

SITUATION, OUTCOME, GROUPING = FR.values["situation"], FR.values["outcome"], FR.values["grouping"]
TASK = FR.values["task"]


@dataclass
class Hand:
    """Who acts: chance, the day, and the numbers not used yet."""

    random: Random
    today: date
    next_number: int = 100
    columns: int = 0
    mistakes: bool = False  # whether they also touch what is the robot's to know its register and its lines by

    def row(self, tables: Tables) -> int:
        """Some invoice's row; 0 without any."""
        table = tables["invoices"]
        rows = [n for n in table.used() if table.get(n, "invoice_no") is not None]
        return self.random.choice(rows) if rows else 0

    def number(self) -> str:
        """A number never used."""
        self.next_number += 1
        return f"F{self.next_number}"

    def customer(self, tables: Tables) -> int:
        """Some customer's row."""
        table = tables["customers"]
        return self.random.choice([n for n in table.used() if table.get(n, "code") is not None] or [0])


Act = Callable[[Hand, Tables], str]


def balance(table: Table, row: int) -> float:
    """What people see as owed."""
    amount, paid = table.get(row, "amount"), table.get(row, "paid")
    return round(float(amount) - float(paid or 0), 2) if isinstance(amount, float | int) else 0.0


def type_in(hand: Hand, tables: Tables, what: str, **cells: Any) -> str:
    """Type in some invoice's row."""
    table, row = tables["invoices"], hand.row(tables)
    if not row:
        return ""
    for column, value in cells.items():
        table.put(row, column, value)
    return f"{what} {table.get(row, 'invoice_no')} {cells}"


def edit_amount(hand: Hand, tables: Tables) -> str:
    return type_in(hand, tables, "amount", amount=float(hand.random.randrange(5000, 300000)) / 100)


def spoil(hand: Hand, tables: Tables) -> str:
    return type_in(hand, tables, "spoil", amount=hand.random.choice(("douze", "1,234", None)))


def pay_in_full(hand: Hand, tables: Tables) -> str:
    table, row = tables["invoices"], hand.row(tables)
    owed = table.get(row, "amount") if row else None
    if isinstance(owed, float | int) and owed > 0:
        table.put(row, "paid", float(owed))
        return f"paid {table.get(row, 'invoice_no')}"
    return ""


def settle(hand: Hand, tables: Tables) -> str:
    return type_in(hand, tables, "settled", situation=SITUATION["paid"])


def pay_in_part(hand: Hand, tables: Tables) -> str:
    table, row = tables["invoices"], hand.row(tables)
    owed = table.get(row, "amount") if row else None
    if isinstance(owed, float | int) and owed > 2:
        table.put(row, "paid", round(float(owed) / 3, 2))
        return f"part paid {table.get(row, 'invoice_no')}"
    return ""


def enter_payment(hand: Hand, tables: Tables) -> str:
    """A line of the bank's: for an invoice, or for a customer alone."""
    table, row = tables["invoices"], hand.row(tables)
    owed = balance(table, row) if row else 0
    if owed <= 0:
        return ""
    payments = tables["payments"]
    line = max(payments.used(), default=0) + 1
    whole = hand.random.random() < 0.6
    payments.put(line, "date", hand.today - timedelta(days=hand.random.randrange(3)))
    payments.put(line, "amount", owed if whole else round(owed / 2, 2))
    if hand.random.random() < 0.75:
        payments.put(line, "invoice_no", table.get(row, "invoice_no"))
    else:
        payments.put(line, "customer", table.get(row, "customer"))
    return f"payment line {payments.rows[line]}"


def dispute(hand: Hand, tables: Tables) -> str:
    part = hand.random.choice((None, None, 40.0))
    said = SITUATION["disputed"] if part is None or hand.random.random() < 0.5 else None
    return type_in(hand, tables, "dispute", situation=said, disputed_amount=part)


def clear(hand: Hand, tables: Tables) -> str:
    table = tables["invoices"]
    held = [n for n in table.used() if table.get(n, "situation") or table.get(n, "disputed_amount")]
    if not held:
        return ""
    row = hand.random.choice(held)
    for column in ("situation", "disputed_amount", "hold_until"):
        table.put(row, column, None)
    return f"clear {table.get(row, 'invoice_no')}"


def hold(hand: Hand, tables: Tables) -> str:
    until = hand.random.choice((None, hand.today, hand.today + timedelta(days=hand.random.randrange(1, 6))))
    if until is None:
        return type_in(hand, tables, "hold", situation=SITUATION["on_hold"], hold_until=None)
    return type_in(hand, tables, "hold", hold_until=until)


def promise(hand: Hand, tables: Tables) -> str:
    day = hand.today + timedelta(days=hand.random.randrange(-2, 12))
    return type_in(hand, tables, "promise", promised_for=day, promised_amount=hand.random.choice((None, None, 100.0)))


def sort_rows(hand: Hand, tables: Tables, table_id: str = "invoices") -> str:
    """Whole rows, the robot's cells with them."""
    table = tables[table_id]
    if not table.columns:
        return ""
    column = hand.random.choice(sorted(table.columns.values()))
    rows = [r for r in table.rows[1:] if any(c is not None for c in r)]
    rows.sort(key=lambda r: str(r[column]) if column < len(r) else "", reverse=hand.random.random() < 0.5)
    _lay(table, rows)
    return f"sort {table_id} by {column}"


def sort_people_only(hand: Hand, tables: Tables) -> str:
    """A sort of the left part of the tab alone: every robot cell stays where it was."""
    table = tables["invoices"]
    first = min(table.columns[c] for c in ("balance", "status", "why"))
    last = table.columns["time_barred_on"]
    if last > first:
        return ""
    rows = [r + [None] * (last - len(r)) for r in table.rows[1:]]
    left = sorted((r[:last] for r in rows), key=lambda r: str(r[0]))
    table.rows[1:] = [[*mine, *row[last:]] for mine, row in zip(left, rows, strict=True)]
    return "sort people's columns alone"


def sort_customers(hand: Hand, tables: Tables) -> str:
    return sort_rows(hand, tables, "customers")


def sort_tasks(hand: Hand, tables: Tables) -> str:
    return sort_rows(hand, tables, "todo")


def _lay(table: Table, rows: list[list[Any]]) -> None:
    blank: list[list[Any]] = [[] for _ in range(len(table.rows) - 1 - len(rows))]
    table.rows[1:] = rows + blank


def insert_row(hand: Hand, tables: Tables) -> str:
    """A new invoice, somewhere."""
    table, place = tables["invoices"], hand.random.randrange(1, len(tables["invoices"].rows) + 1)
    table.rows.insert(place, [])
    code = tables["customers"].get(hand.customer(tables), "code")
    due = hand.today + timedelta(days=hand.random.randrange(-30, 15))
    number = hand.number()
    for column, value in (("invoice_no", number), ("customer", code), ("due_date", due),
                          ("amount", float(hand.random.randrange(3000, 90000)) / 100)):  # fmt: skip
        table.put(place, column, value)
    return f"insert {number} at {place}"


def insert_credit(hand: Hand, tables: Tables) -> str:
    said = insert_row(hand, tables)
    table = tables["invoices"]
    row = table.find("invoice_no", f"F{hand.next_number}")
    table.put(row, "amount", -round(float(table.get(row, "amount")) / 4, 2))
    return f"credit note: {said}"


def insert_blank(hand: Hand, tables: Tables) -> str:
    tables["invoices"].rows.insert(hand.random.randrange(1, len(tables["invoices"].rows) + 1), [])
    return "insert a blank row"


def delete_row(hand: Hand, tables: Tables) -> str:
    row = hand.row(tables)
    return f"delete {tables['invoices'].rows.pop(row)[:4]}" if row else ""


def empty_row(hand: Hand, tables: Tables) -> str:
    """People's cells emptied, the robot's left."""
    table, row = tables["invoices"], hand.row(tables)
    if not row:
        return ""
    number = table.get(row, "invoice_no")
    for _, column in [p for p in table.people() if p[0] == row]:
        table.rows[row][column] = None
    return f"empty {number}"


def duplicate_row(hand: Hand, tables: Tables) -> str:
    table, row = tables["invoices"], hand.row(tables)
    if row:
        table.rows.insert(hand.random.randrange(1, len(table.rows) + 1), list(table.rows[row]))
    return f"duplicate row {row}"


def copy_as_new(hand: Hand, tables: Tables) -> str:
    """The usual way to type an invoice: copy a row, robot text and all, and change the number."""
    table, row = tables["invoices"], hand.row(tables)
    if not row:
        return ""
    copy, number = list(table.rows[row]), hand.number()
    copy[table.columns["invoice_no"]] = number
    table.rows.insert(row + 1, copy)
    return f"copy row {row} as {number}"


def insert_column(hand: Hand, tables: Tables) -> str:
    """A column of their own, anywhere in the tab."""
    if hand.columns >= 2:
        return ""
    hand.columns += 1
    table = tables[hand.random.choice(("invoices", "customers"))]
    place = hand.random.randrange(0, len(table.rows[0]))
    for n, row in enumerate(table.rows):
        if n == 0 or len(row) > place:
            row.insert(place, f"Note {hand.columns}" if n == 0 else hand.random.choice((None, "vu", 12.0)))
    return f"insert a column at {place} in {table.title}"


def write_over(hand: Hand, tables: Tables) -> str:
    """Text typed into a robot's cell."""
    return type_in(hand, tables, "write over", **{hand.random.choice(("status", "why", "next_step")): "à voir"})


def change_email(hand: Hand, tables: Tables) -> str:
    table, row = tables["customers"], hand.customer(tables)
    code = str(table.get(row, "code")).lower()
    new = hand.random.choice((f"n{hand.random.randrange(99)}@{code}.example", f"a@{code}.example; b@{code}.example", None))
    if row:
        table.put(row, "email", new)
    return f"e-mail of {code}: {new}"


def hold_customer(hand: Hand, tables: Tables) -> str:
    table, row = tables["customers"], hand.customer(tables)
    if not row:
        return ""
    stopped = table.get(row, "do_not_chase") is not None
    table.put(row, "do_not_chase", None if stopped else "oui")
    return f"do not chase {table.get(row, 'code')}: {not stopped}"


def answer(hand: Hand, tables: Tables) -> str:
    """An outcome on an open line of the To do tab."""
    table = tables["todo"]
    lines = [n for n in table.used() if table.get(n, "no") is not None and not table.get(n, "outcome")]
    if not lines:
        return ""
    row = hand.random.choice(lines)
    action = str(table.get(row, "action"))
    choices = ("done", "no_answer", "promised")
    if action.startswith(TASK["approve"]):
        choices = ("approved", "approved", "refused")
    outcome = hand.random.choice(choices if not action.startswith(TASK["letter"]) else ("done",))
    table.put(row, "outcome", OUTCOME[outcome])
    if outcome == "promised":
        table.put(row, "promised_for", hand.today + timedelta(days=hand.random.randrange(1, 9)))
    if action.startswith(TASK["letter"]):
        table.put(row, "posted_on", hand.today)
    return f"{action} n° {table.get(row, 'no')}: {outcome}"


def note_call(hand: Hand, tables: Tables) -> str:
    """A line of their own: a call made."""
    table = tables["todo"]
    row = max(table.used(), default=0) + 1
    code = tables["customers"].get(hand.customer(tables), "code")
    for column, value in (("created", hand.today), ("customer", code), ("outcome", OUTCOME["done"]), ("note", "appel")):
        table.put(row, column, value)
    return f"call noted: {code}"


def copy_task(hand: Hand, tables: Tables) -> str:
    """An unanswered line copied below."""
    table = tables["todo"]
    lines = [n for n in table.used() if table.get(n, "no") is not None and not table.get(n, "outcome")]
    if lines:
        table.rows.append(list(table.rows[hand.random.choice(lines)]))
    return "copy a task"


def change_grouping(hand: Hand, tables: Tables) -> str:
    new = hand.random.choice(sorted(GROUPING.values()))
    setting(tables, "grouping", new)
    return f"grouping {new}"


def erase_robot_settings(hand: Hand, tables: Tables) -> str:
    """What the robot keeps in the settings, emptied."""
    if setting_of(tables, "last_run") is None:
        return ""
    names = hand.random.choice((("register_id",), ("last_run",), ("register_id", "last_run")))
    for name in names:
        setting(tables, name, None)
    return f"erased {' '.join(names)}"


def number_own_line(hand: Hand, tables: Tables) -> str:
    """A line of their own that goes on with the robot's numbers, and an outcome on it."""
    table = tables["todo"]
    numbers = [n for n in (table.get(row, "no") for row in table.used()) if isinstance(n, float | int)]
    no = float(max(numbers, default=0) + hand.random.randrange(1, 4))
    row, outcome = max(table.used(), default=0) + 1, hand.random.choice(("done", "approved", "promised"))
    for column, value in (("no", no), ("created", hand.today), ("outcome", OUTCOME[outcome]), ("note", "appel")):
        table.put(row, column, value)
    return f"a line of their own, n° {no:.0f}: {outcome}"


def change_cap(hand: Hand, tables: Tables) -> str:
    new = hand.random.choice((None, 0.0, 1.0, 2.0, 50.0))
    setting(tables, "cap_per_day", new)
    return f"cap {new}"


def change_account(hand: Hand, tables: Tables) -> str:
    if setting_of(tables, "last_run") is None:
        return ""  # what the first run finds is taken to be right
    setting(tables, "iban", "FR7610107001011234567890129")
    return "the bank account"


def stop_all(hand: Hand, tables: Tables) -> str:
    setting(tables, "mode", FR.values["mode"]["draft"])
    return "mode draft"


def enter_payments(hand: Hand, tables: Tables) -> str:
    """The morning's work."""
    day = DAYS.add_working(hand.today, -1)
    before = setting_of(tables, "payments_entered_up_to")
    if before is None or before < day:
        setting(tables, "payments_entered_up_to", day)
    return f"payments entered up to {day}"


def repair(hand: Hand, tables: Tables) -> str:
    """What people notice overnight: rows typed twice, unreadable amounts, a wrong bank account."""
    setting(tables, "iban", IBAN)
    setting(tables, "mode", FR.values["mode"]["live"])
    table = tables["invoices"]
    seen: set[object] = set()
    for n in reversed(table.used()):
        number = table.get(n, "invoice_no")
        if number is not None and number in seen and hand.random.random() < 0.7:
            table.rows.pop(n)
        elif number is not None and not isinstance(table.get(n, "amount"), float | int):
            table.put(n, "amount", 150.0)
        seen.add(number)
    return "repair"


WEIGHTS: dict[Act, int] = {
    edit_amount: 4, spoil: 1, pay_in_full: 4, settle: 2, pay_in_part: 2, enter_payment: 4, dispute: 4, clear: 4, hold: 3,
    promise: 4, sort_rows: 5, sort_people_only: 1, sort_customers: 1, sort_tasks: 2, insert_row: 4, insert_credit: 1,
    insert_blank: 1, delete_row: 2, empty_row: 1, duplicate_row: 2, copy_as_new: 3, insert_column: 1, write_over: 1,
    change_email: 3, hold_customer: 2, answer: 9, note_call: 1, copy_task: 1, change_grouping: 2, change_cap: 2,
    change_account: 1, stop_all: 1,
}  # fmt: skip


MISTAKES: dict[Act, int] = {erase_robot_settings: 3, number_own_line: 3}


def some_act(hand: Hand) -> Act:
    """An act by chance."""
    weights = WEIGHTS | MISTAKES if hand.mistakes else WEIGHTS
    return hand.random.choices(list(weights), list(weights.values()))[0]
