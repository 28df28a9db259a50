"""How the register looks, whatever program shows it: columns on screen, widths, formats, and the families of settings.

Pure data. A store that makes registers turns it into its own kind of sheet. Colours are RRGGBB, widths are in digits.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from .tables import BY_ID, MAX_ROWS, Column, Kind

LAST_ROW = MAX_ROWS + 1  # lists, checks, colours and filters reach down to here
FONT = "Calibri"

INK, MUTED, WHITE = "1F2937", "5B6472", "FFFFFF"
NAVY, SLATE, ALARM = "1F3A5F", "5B6472", "B42318"  # headings: people's, the robot's, the robot's when it is late
ROBOT_GROUND, RULE_LINE, LINK = "F3F4F6", "DDE1E7", "1D4ED8"

NUMBER_FORMATS: Mapping[Kind, str] = {
    "date": "dd/mm/yyyy", "amount": "#,##0.00", "identifier": "@", "integer": "0",
}  # fmt: skip
# Where the robot writes zero, a dash: what is due stands out.
ROBOT_FORMATS: Mapping[Kind, str] = {"amount": '#,##0.00;-#,##0.00;"–"', "integer": '0;-0;"–"'}

_CENTRED_KINDS: frozenset[Kind] = frozenset(("date", "integer", "yes_no"))
_CENTRED = frozenset((
    "country", "currency", "instalment", "language", "last_step", "level", "next_step", "payer_class", "priority",
    "situation", "status",
))  # fmt: skip
_WRAPPED = frozenset(("briefing", "note", "text"))


@dataclass(frozen=True, slots=True)
class Band:
    """Columns side by side with their widths; `folded` ones are grouped and closed, and open with one click."""

    widths: Mapping[str, int]
    folded: bool = False


@dataclass(frozen=True, slots=True)
class View:
    """One tab on screen: its columns from left to right, how many of them stay in view, the colour of its tab.

    `row_height` is in points; 0 lets rows grow with their text. `open_first` is the column by which the filter sorts,
    leaving closed lines out, when people apply it: the robot never moves a line.
    """

    bands: tuple[Band, ...]
    tab: str
    frozen: int = 0
    row_height: int = 18
    open_first: str = ""

    @property
    def columns(self) -> tuple[str, ...]:
        """Column ids from left to right."""
        return tuple(column for band in self.bands for column in band.widths)

    @property
    def folded(self) -> frozenset[str]:
        """The columns that are closed at first."""
        return frozenset(column for band in self.bands if band.folded for column in band.widths)

    def width(self, column: str) -> int:
        """The width of a column, in digits of the default font."""
        return next(band.widths[column] for band in self.bands if column in band.widths)


VIEWS: Mapping[str, View] = {
    "invoices": View(
        (
            Band({
                "invoice_no": 13, "customer": 22, "due_date": 12, "amount": 14, "invoice_date": 12, "paid": 13,
                "paid_on": 12, "situation": 18, "promised_for": 12,
            }),
            Band({
                "instalment": 10, "currency": 9, "payment_mode": 15, "customer_order": 17, "disputed_amount": 13,
                "dispute_reason": 28, "hold_until": 13, "promised_amount": 13, "last_step_done": 17, "step_done_on": 13,
                "scenario": 14, "document": 24, "situation_since": 13, "acknowledged_on": 13, "charges_waived": 15,
                "comment": 34,
            }, folded=True),
            Band({
                "balance": 13, "days_late": 10, "status": 19, "why": 71, "next_step": 12, "next_date": 12, "problem": 60,
            }),
            Band({
                "last_step": 12, "last_action": 12, "delivery": 18, "history": 48, "late_charges": 12, "time_barred_on": 14,
            }, folded=True),
        ),
        tab=NAVY, frozen=2,
    ),
    "customers": View(
        (
            Band({
                "code": 11, "name": 27, "kind": 15, "email": 34, "contact": 20, "phone": 17, "account_manager": 20,
                "do_not_chase": 12,
            }),
            Band({
                "copy_to": 30, "address": 30, "postcode": 10, "city": 18, "country": 9, "language": 10,
                "registration_no": 14, "profile": 18, "scenario": 14, "credit_limit": 13, "hold_until": 13,
                "guarantees": 24, "comment": 34,
            }, folded=True),
            Band({
                "outstanding": 13, "not_due": 13, "late_1_30": 12, "late_31_60": 12, "late_61_90": 12, "late_over_90": 12,
                "mean_days_late": 11, "payer_class": 11, "level": 10, "last_contact": 12, "problem": 44,
            }),
            Band({"computed_profile": 18}, folded=True),
        ),
        tab=NAVY, frozen=2,
    ),
    "payments": View(
        (Band({"date": 13, "amount": 15, "invoice_no": 18, "customer": 27, "reference": 44}),), tab=NAVY, frozen=1,
    ),
    "todo": View(
        (
            Band({
                "no": 7, "created": 12, "due": 12, "priority": 14, "customer": 25, "action": 27, "amount": 13,
                "briefing": 84, "outcome": 15, "promised_for": 13, "owner": 18, "note": 30, "posted_on": 12,
                "tracking_no": 18,
            }),
            Band({"invoices": 30}, folded=True),
        ),
        tab="C2410C", frozen=1, row_height=33, open_first="priority",
    ),
    "planned": View(
        (
            Band({
                "date": 13, "customer": 25, "step": 24, "total": 14, "currency": 10, "channel": 13, "subject": 62, "to": 36,
                "invoices": 26, "would_stop": 74,
            }),
        ),
        tab=SLATE, frozen=2,
    ),
    "scenarios": View(
        (
            Band({
                "scenario": 17, "step": 11, "days": 9, "counted_from": 19, "channel": 15, "approval": 12,
                "late_charges": 13, "days_granted": 12, "minimum_amount": 13, "template": 22, "copy_to": 32, "active": 10,
            }),
        ),
        tab="94A3B8", frozen=2,
    ),
    "templates": View(
        (Band({"template": 17, "language": 11, "channel": 14, "subject": 50, "text": 100}),),
        tab="94A3B8", frozen=1, row_height=0,
    ),
    "journal": View(
        (
            Band({
                "date": 13, "customer": 27, "event": 20, "step": 24, "amount": 14, "invoices": 26, "detail": 66, "to": 36,
                "event_id": 18,
            }),
        ),
        tab=SLATE, frozen=2,
    ),
    "settings": View((Band({"setting": 38, "value": 44, "explanation": 124}),), tab="94A3B8", frozen=1),
}  # fmt: skip

# The families of settings as the tab lists them; what is changed every day first, what the robot writes last.
SETTING_GROUPS: Mapping[str, tuple[str, ...]] = {
    "daily": ("payments_entered_up_to", "mode", "test_email", "last_run_at"),
    "sender": (
        "sender_name", "legal_form", "share_capital", "registration_no", "registry_city", "sender_address",
        "signatory_name", "signatory_phone",
    ),
    "bank": ("from_email", "reply_to", "iban", "bic"),
    "sheet": ("currency", "language", "time_zone", "holidays_country", "working_days_only", "no_send_days"),
    "rhythm": (
        "grouping", "min_gap_days", "repeat_days", "catch_up_start", "cap_per_day", "promise_confirmation",
        "promise_grace_days", "max_stale_working_days", "bank_days",
    ),
    "amounts": ("tolerance", "floor", "ceiling"),
    "scenarios": ("scenario_standard", "scenario_new", "scenario_good", "scenario_habitual", "scenario_strategic"),
    "charges": ("contract_rate", "day_count", "part_payments", "compensation_min_invoice"),
    "robot": ("register_id", "last_run"),
}  # fmt: skip
ROBOT_SETTINGS = ("last_run_at", "register_id", "last_run")
NEEDED_SETTINGS = ("payments_entered_up_to", "sender_name", "legal_form", "registration_no", "sender_address", "from_email")

_SETTING_KINDS: Mapping[Kind, tuple[str, ...]] = {
    "date": ("payments_entered_up_to",),
    "amount": ("tolerance", "floor", "ceiling", "compensation_min_invoice"),
    "integer": (
        "min_gap_days", "repeat_days", "cap_per_day", "promise_grace_days", "max_stale_working_days", "bank_days", "day_count",
    ),
    "emails": ("test_email", "from_email", "reply_to"),
    "identifier": ("registration_no", "signatory_phone", "iban", "bic"),
    "yes_no": ("working_days_only", "promise_confirmation"),
}  # fmt: skip
_SETTING_CHOICES = ("mode", "grouping", "part_payments")


def setting_column(setting: str) -> Column:
    """How the value of a setting is shown and checked, as if it were a column of its own."""
    if setting in _SETTING_CHOICES:
        return Column(setting, "choice", values=setting)
    kind: Kind = next((kind for kind, settings in _SETTING_KINDS.items() if setting in settings), "text")
    return Column(setting, kind, robot=setting in ROBOT_SETTINGS)


def number_format(column: Column) -> str:
    """The number format of a column's cells; '' for plain text."""
    formats = {**NUMBER_FORMATS, **ROBOT_FORMATS} if column.robot else NUMBER_FORMATS
    return formats.get(column.kind, "")


def centred(column: Column) -> bool:
    """Whether a column is short enough to be read at its middle."""
    return column.kind in _CENTRED_KINDS or column.id in _CENTRED


def wrapped(column: Column) -> bool:
    """Whether the text of a column goes on over several lines."""
    return column.id in _WRAPPED


def columns_of(table_id: str) -> Iterator[tuple[Column, int, bool]]:
    """The columns of a tab as they stand: the column, its width, whether it is folded."""
    view, table = VIEWS[table_id], BY_ID[table_id]
    return ((table.column(c), view.width(c), c in view.folded) for c in view.columns)
