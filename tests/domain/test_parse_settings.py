from __future__ import annotations

from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest

from relance.domain.parse import parse
from relance.domain.parse_settings import percent
from relance.domain.register import Register
from relance.domain.settings import PROFILES, Settings
from relance.domain.sheet import Cell, CellFault, Shown, Snapshot
from relance.domain.words import Reason, Words, reason
from tests.domain.lexicon import EN, FR, LEXICON, Row, register, setting


def parsed(*rows: Row) -> Register:
    return parse(register(settings=rows), LEXICON)


def test_without_rows_the_defaults_stand() -> None:
    found = parsed(setting("Mode", None), setting("floor", "  "), {"explanation": "texte"})
    assert (found.settings, found.refusal, found.notices) == (Settings(), None, ())


@pytest.mark.parametrize("said", [FR, EN])
def test_every_setting_the_words_name_is_known(said: Words) -> None:
    labels = [texts["label"] for texts in said.settings.values()]
    assert parsed(*(setting(label, None) for label in labels)).notices == ()


@pytest.mark.parametrize(
    ("name", "cell", "field", "value"),
    [
        ("mode", "Réel", "mode", "live"),
        ("grouping", "invoice", "grouping", "invoice"),
        ("part_payments", "Intérêts d'abord", "part_payments", "interest_first"),
        ("sender_name", " Dupont SARL ", "sender_name", "Dupont SARL"),
        ("share_capital", 10000.0, "share_capital", "10000"),
        ("sender_address", "1 rue A\n75000 Paris", "sender_address", "1 rue A\n75000 Paris"),
        ("signatory_phone", Shown(102030405.0, "01 02 03 04 05"), "signatory_phone", "01 02 03 04 05"),
        ("from_email", "Compta <Compta@Dupont.FR>", "from_email", "Compta@dupont.fr"),
        ("iban", "fr76 3000\u00a06000 0112 3456 7890 189", "iban", "FR7630006000011234567890189"),
        ("bic", "agri fr pp", "bic", "AGRIFRPP"),
        ("currency", "€", "currency", "EUR"),
        ("language", "Anglais", "language", "en"),
        ("holidays_country", "Belgique", "holidays_country", "BE"),
        ("working_days_only", False, "working_days_only", False),
        ("working_days_only", "non", "working_days_only", False),
        ("min_gap_days", 3.0, "min_gap_days", 3),
        ("min_gap_days", "3", "min_gap_days", 3),
        ("tolerance", "2,50 €", "tolerance", Decimal("2.50")),
        ("ceiling", 0.0, "ceiling", Decimal(0)),
        ("compensation_min_invoice", 100.0, "compensation_min_invoice", Decimal(100)),
        ("payments_entered_up_to", date(2026, 10, 2), "payments_entered_up_to", date(2026, 10, 2)),
        ("payments_entered_up_to", "02/10/2026", "payments_entered_up_to", date(2026, 10, 2)),
        ("catch_up_start", "r3", "catch_up_start", "R3"),
        ("contract_rate", "12,5 %", "contract_rate", Decimal("12.5")),
        ("time_zone", "Europe/Brussels", "time_zone", "Europe/Brussels"),
        ("day_count", 360.0, "day_count", 360),
        ("no_send_days", "lundi", "no_send_weekdays", frozenset({0})),
        ("no_send_days", "2026-08-01..2026-08-02", "no_send_ranges", ((date(2026, 8, 1), date(2026, 8, 2)),)),
    ],
)
def test_a_setting_is_read_by_id_or_label_from_text_or_typed_cells(name: str, cell: Cell, field: str, value: object) -> None:
    for typed in (name, FR.settings[name]["label"], EN.settings[name]["label"].upper()):
        found = parsed(setting(typed, cell))
        assert (found.refusal, getattr(found.settings, field)) == (None, value)


@pytest.mark.parametrize(
    ("name", "cell", "code"),
    [
        ("mode", "Vivant", "fault.choice"),
        ("from_email", "a@b.fr; c@d.fr", "fault.email"),
        ("reply_to", "a@b.fr\nBcc: x@y.z", "fault.email_injection"),
        ("iban", "FR76-3000", "fault.setting_value"),
        ("currency", "euros", "fault.currency"),
        ("holidays_country", "Freedonia", "fault.country"),
        ("working_days_only", "bof", "fault.yes_no"),
        ("min_gap_days", -1.0, "fault.negative"),
        ("repeat_days", "deux", "fault.integer"),
        ("tolerance", "1,234", "fault.amount_ambiguous"),
        ("floor", -1.0, "fault.negative"),
        ("payments_entered_up_to", "12/13/2025", "fault.date"),
        ("catch_up_start", "R9", "fault.unknown_step"),
        ("contract_rate", "beaucoup", "fault.setting_value"),
        ("time_zone", "Europe/Nulle-Part", "fault.setting_value"),
        ("time_zone", "../etc/passwd", "fault.setting_value"),
        ("time_zone", "Europe", "fault.setting_value"),
        ("no_send_days", "été", "fault.setting_value"),
        ("scenario_new", "dur", "fault.unknown_scenario"),
        ("sender_name", CellFault("#REF!"), "fault.amount_error"),
        ("day_count", 12.0, "fault.integer"),
    ],
)
def test_a_setting_that_cannot_be_read_refuses_the_register(name: str, cell: Cell, code: str) -> None:
    refusal = parsed(setting("bank_days", 2.0), setting(name, cell)).refusal
    assert refusal is not None
    values = dict(refusal.values)
    problem = values.pop("problem")
    assert (refusal.code, values) == ("refusal.setting", {"setting": name, "row": 3})
    assert isinstance(problem, Reason)
    assert problem.code == code


def test_the_first_setting_that_cannot_be_read_is_told() -> None:
    refusal = parsed(setting("floor", "x"), setting("mode", "y")).refusal
    assert refusal is not None
    assert dict(refusal.values)["setting"] == "floor"


def test_a_setting_twice_refuses_the_register() -> None:
    refusal = parsed(setting("iban", "FR7630006000011234567890189"), setting("IBAN", "FR7630006000011234567890180")).refusal
    assert refusal == reason("refusal.setting", setting="iban", row=3, problem=reason("fault.duplicate", rows="2, 3"))


def test_a_formula_for_the_date_of_payments_is_refused_elsewhere_it_is_a_value() -> None:
    def with_formula(name: str, cell: Cell) -> Reason | None:
        tabs = register(settings=(setting(name, cell),)).tabs
        marked = (replace(t, formulas=frozenset({(1, 1)})) if t.title == "Réglages" else t for t in tabs)
        return parse(Snapshot(tuple(marked)), LEXICON).refusal

    refused = reason("refusal.setting_formula", setting="payments_entered_up_to", row=2)
    assert with_formula("payments_entered_up_to", date(2026, 10, 2)) == refused
    assert with_formula("payments_entered_up_to", CellFault("=AUJOURDHUI()")) == refused
    assert with_formula("floor", 12.0) is None


def test_an_unknown_setting_is_a_notice() -> None:
    found = parsed(setting("Couleur", "bleu"), setting("", "x"))
    assert found.notices == (reason("notice.setting_unknown", row=2, setting="Couleur"),)
    assert found.refusal is None


def test_the_scenario_of_each_profile_can_be_set() -> None:
    found = parsed(setting("scenario_new", "Good"))
    assert found.settings.scenario_of == {p: p for p in PROFILES} | {"new": "good"}


def test_the_robot_s_own_rows_are_read_and_never_refused() -> None:
    found = parsed(setting("register_id", "abc-1"), setting("last_run", 12.0), setting("last_run_at", "hier"))
    assert (found.register_id, found.last_run, found.notices) == ("abc-1", 12, ())
    broken = parsed(setting("register_id", CellFault("#REF!")), setting("last_run", "bof"))
    assert (broken.register_id, broken.last_run, broken.refusal) == ("", 0, None)


@pytest.mark.parametrize(
    ("cell", "rate"),
    [
        (12.5, "12.5"),
        ("12.5", "12.5"),
        ("12,5 %", "12.5"),
        ("9 %", "9.0"),
        (Shown(0.125, "12,5 %"), "12.5"),
        (0.0, "0.0"),
    ],
)
def test_a_rate_is_in_percent(cell: Cell, rate: str) -> None:
    assert percent(cell) == Decimal(rate)


@pytest.mark.parametrize("cell", [True, -1.0, 101.0, "101", "1/8", float("nan"), date(2026, 1, 1), Shown(12.5, "1250 %")])
def test_what_is_no_rate_is_refused(cell: Cell) -> None:
    assert isinstance(percent(cell), Reason)
