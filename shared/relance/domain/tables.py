"""The tabs of a register and their columns, by English id. Headings live in `words.toml` of each language."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Kind = Literal["text", "identifier", "amount", "number", "integer", "date", "yes_no", "emails", "choice"]


@dataclass(frozen=True, slots=True)
class Column:
    """One column: its id, how its cells are read or shown, and who owns it."""

    id: str
    kind: Kind = "text"
    required: bool = False
    robot: bool = False
    values: str = ""  # for a choice: the group of words that names its values


@dataclass(frozen=True, slots=True)
class Table:
    """One tab of the register."""

    id: str
    columns: tuple[Column, ...]
    required: bool = False  # the register cannot be read without this tab

    def column(self, column_id: str) -> Column:
        """The column with this id; KeyError when the table has none."""
        for column in self.columns:
            if column.id == column_id:
                return column
        raise KeyError(column_id)

    @property
    def people(self) -> tuple[Column, ...]:
        """The columns that people type in."""
        return tuple(column for column in self.columns if not column.robot)


def _need(column_id: str, kind: Kind = "text", values: str = "") -> Column:
    return Column(column_id, kind, required=True, values=values)


def _robot(column_id: str, kind: Kind = "text") -> Column:
    return Column(column_id, kind, robot=True)


INVOICES = Table(
    "invoices",
    (
        _need("invoice_no", "identifier"),
        _need("customer", "identifier"),
        _need("due_date", "date"),
        _need("amount", "amount"),
        Column("instalment", "identifier"),
        Column("invoice_date", "date"),
        Column("currency"),
        Column("paid", "amount"),
        Column("paid_on", "date"),
        Column("payment_mode", "choice", values="payment_mode"),
        Column("customer_order", "identifier"),
        Column("situation", "choice", values="situation"),
        Column("disputed_amount", "amount"),
        Column("dispute_reason"),
        Column("hold_until", "date"),
        Column("promised_for", "date"),
        Column("promised_amount", "amount"),
        Column("last_step_done"),
        Column("step_done_on", "date"),
        Column("scenario"),
        Column("document"),
        Column("situation_since", "date"),
        Column("acknowledged_on", "date"),
        Column("charges_waived", "yes_no"),
        Column("comment"),
        _robot("time_barred_on", "date"),
        _robot("balance", "amount"),
        _robot("days_late", "integer"),
        _robot("status"),
        _robot("last_step"),
        _robot("last_action", "date"),
        _robot("next_step"),
        _robot("next_date", "date"),
        _robot("why"),
        _robot("late_charges", "amount"),
        _robot("delivery"),
        _robot("history"),
        _robot("problem"),
    ),
    required=True,
)

CUSTOMERS = Table(
    "customers",
    (
        _need("code", "identifier"),
        _need("name"),
        Column("kind", "choice", values="kind"),
        Column("email", "emails"),
        Column("copy_to", "emails"),
        Column("contact"),
        Column("phone", "identifier"),
        Column("address"),
        Column("postcode", "identifier"),
        Column("city"),
        Column("country"),
        Column("language"),
        Column("registration_no", "identifier"),
        Column("profile", "choice", values="profile"),
        Column("scenario"),
        Column("account_manager"),
        Column("credit_limit", "amount"),
        Column("do_not_chase", "yes_no"),
        Column("hold_until", "date"),
        Column("guarantees"),
        Column("comment"),
        _robot("outstanding", "amount"),
        _robot("not_due", "amount"),
        _robot("late_1_30", "amount"),
        _robot("late_31_60", "amount"),
        _robot("late_61_90", "amount"),
        _robot("late_over_90", "amount"),
        _robot("mean_days_late", "integer"),
        _robot("computed_profile"),
        _robot("payer_class"),
        _robot("level"),
        _robot("last_contact", "date"),
        _robot("problem"),
    ),
    required=True,
)

PAYMENTS = Table(
    "payments",
    (
        _need("date", "date"),
        _need("amount", "amount"),
        Column("invoice_no", "identifier"),
        Column("customer", "identifier"),
        Column("reference", "identifier"),
    ),
)

SCENARIOS = Table(
    "scenarios",
    (
        _need("scenario"),
        _need("step"),
        _need("days", "integer"),
        Column("counted_from", "choice", values="counted_from"),
        _need("channel", "choice", values="channel"),
        Column("template"),
        Column("approval", "yes_no"),
        Column("late_charges", "choice", values="late_charges"),
        Column("days_granted", "integer"),
        Column("minimum_amount", "amount"),
        Column("copy_to", "emails"),
        Column("active", "yes_no"),
    ),
)

TODO = Table(
    "todo",
    (
        _robot("no", "integer"),
        _robot("created", "date"),
        _robot("due", "date"),
        _robot("priority"),
        _robot("customer"),
        _robot("action"),
        _robot("invoices"),
        _robot("amount", "amount"),
        _robot("briefing"),
        Column("owner"),
        Column("outcome", "choice", values="outcome"),
        Column("promised_for", "date"),
        Column("tracking_no", "identifier"),
        Column("posted_on", "date"),
        Column("note"),
    ),
)

PLANNED = Table(
    "planned",
    (
        _robot("date", "date"),
        _robot("customer"),
        _robot("step"),
        _robot("channel"),
        _robot("to"),
        _robot("invoices"),
        _robot("total", "amount"),
        _robot("currency"),
        _robot("subject"),
        _robot("would_stop"),
    ),
)

JOURNAL = Table(
    "journal",
    (
        _robot("event_id"),
        _robot("date", "date"),
        _robot("customer"),
        _robot("event"),
        _robot("step"),
        _robot("invoices"),
        _robot("amount", "amount"),
        _robot("to"),
        _robot("detail"),
    ),
)

TEMPLATES = Table(
    "templates",
    (
        _need("template"),
        Column("language"),
        Column("channel", "choice", values="channel"),
        Column("subject"),
        _need("text"),
    ),
)

SETTINGS = Table("settings", (_need("setting"), _need("value"), Column("explanation")), required=True)

TABLES = (INVOICES, CUSTOMERS, PAYMENTS, TODO, PLANNED, SCENARIOS, TEMPLATES, JOURNAL, SETTINGS)
BY_ID = {table.id: table for table in TABLES}

MAX_ROWS = 20_000
