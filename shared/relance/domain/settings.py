"""The settings of a register and their defaults."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Literal

Mode = Literal["draft", "test", "live"]
Grouping = Literal["account", "invoice"]
PROFILES = ("standard", "new", "good", "habitual", "strategic")


@dataclass(frozen=True, slots=True)
class Settings:
    """Amounts in the currency of the file they apply to; days as DESIGN says, working or calendar."""

    mode: Mode = "draft"
    sender_name: str = ""
    legal_form: str = ""
    share_capital: str = ""
    registration_no: str = ""
    registry_city: str = ""
    sender_address: str = ""
    signatory_name: str = ""
    signatory_phone: str = ""
    from_email: str = ""
    reply_to: str = ""
    test_email: str = ""
    iban: str = ""
    bic: str = ""
    currency: str = "EUR"
    language: str = "fr"
    holidays_country: str = "FR"
    working_days_only: bool = True
    no_send_weekdays: frozenset[int] = frozenset()
    no_send_ranges: tuple[tuple[date, date], ...] = ()
    grouping: Grouping = "account"
    min_gap_days: int = 5
    repeat_days: int = 14
    tolerance: Decimal = Decimal("1.00")
    floor: Decimal = Decimal(20)
    ceiling: Decimal = Decimal(50_000)  # 0: none
    cap_per_day: int = 50  # 0: none
    promise_grace_days: int = 2
    payments_entered_up_to: date | None = None
    max_stale_working_days: int = 1
    bank_days: int = 2
    catch_up_start: str = "R1"
    scenario_of: Mapping[str, str] = field(default_factory=lambda: {p: p for p in PROFILES})
    promise_confirmation: bool = True
    contract_rate: Decimal | None = None  # percent a year
    day_count: int = 365
    part_payments: str = "principal_first"
    compensation_min_invoice: Decimal | None = None
    time_zone: str = "Europe/Paris"
