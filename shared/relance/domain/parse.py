"""From a snapshot of the sheet to the register: the one place where cells get their meaning. Never raises on a cell."""

from __future__ import annotations

from dataclasses import replace

from .grid import open_tabs
from .parse_customers import Directory, foreign_languages, read_customers, with_faults
from .parse_invoices import built, read_invoices
from .parse_payments import apply_payments
from .parse_scenarios import read_scenarios
from .parse_settings import read_settings
from .parse_todo import read_answers, read_templates
from .register import Register
from .scenarios import Names
from .sheet import Snapshot
from .tables import MAX_ROWS
from .words import Lexicon, reason


def parse(snapshot: Snapshot, lexicon: Lexicon) -> Register:
    """Everything understood from a snapshot; a register that may not be used says why in `refusal`."""
    register = understand(snapshot, lexicon)
    count = len(register.invoices) + len(register.faulty)
    if count > MAX_ROWS and register.refusal is None:
        return replace(register, refusal=reason("refusal.too_many_rows", count=count))
    return register


def understand(snapshot: Snapshot, lexicon: Lexicon) -> Register:
    """As `parse`, for any number of rows."""
    grids, refusal = open_tabs(snapshot, lexicon)
    ladders = read_scenarios(grids["scenarios"], lexicon)
    names = Names(ladders.scenarios, lexicon)
    setup = read_settings(grids["settings"], lexicon, names, ladders.dropped)
    currency = setup.settings.currency
    customers, nameless = read_customers(grids["customers"], lexicon, names)
    directory = Directory(customers.values())
    lines = read_invoices(grids["invoices"], lexicon, names, directory, currency)
    payments = apply_payments(grids["payments"], lexicon, lines, directory, currency)
    customers = with_faults(customers, payments.customer_faults)
    invoices, faulty = built(lines)
    foreign = foreign_languages(customers.values(), lexicon, setup.settings.language)
    answers, todo_notices = read_answers(grids["todo"], lexicon, directory)
    templates, template_notices = read_templates(grids["templates"], lexicon)
    found = [f for row in faulty for f in row.faults] + nameless + [f for c in customers.values() for f in c.faults]
    return Register(
        setup.settings,
        invoices,
        faulty,
        customers,
        payments.unallocated,
        ladders.scenarios,
        answers,
        templates,
        tuple(found),
        (*setup.notices, *ladders.notices, *payments.notices, *todo_notices, *template_notices, *foreign),
        refusal or setup.refusal,
        setup.register_id,
        setup.last_run,
    )
