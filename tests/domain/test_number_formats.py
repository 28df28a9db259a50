from __future__ import annotations

import pytest

from relance.domain.number_formats import is_date, is_temporal, shown, shows_text


@pytest.mark.parametrize(
    ("code", "value", "text"),
    [
        ("00000", 123, "00123"),
        ("0000000", 42, "0000042"),
        ("000 000 000", 12345678, "012 345 678"),
        ('"F-"0', 123, "F-123"),
        ('"FA"0000', 12, "FA0012"),
        ("\\F\\-0", 7, "F-7"),
        ('0#" "##" "##" "##" "##', 123456789, "01 23 45 67 89"),
        ("[<=9999999]###-####;(###) ###-####", 5551234567, "(555) 123-4567"),
        ("[<=9999999]###-####;(###) ###-####", 5551234, "555-1234"),
        ("00000", -5, "-00005"),
        ("00000;(00000)", -5, "(00005)"),
        ('00000;-00000;"néant"0', 0, "néant0"),
        ("0000", 0, "0000"),
        ("00000", 12.6, "00013"),
        ('000"/"00', 12345, "123/45"),
    ],
)
def test_a_format_that_shows_another_text_gives_it(code: str, value: float, text: str) -> None:
    assert shows_text(code)
    assert shown(code, value) == text


@pytest.mark.parametrize(
    "code",
    ["", "General", "0", "0.00", "#,##0", "#,##0.00", "# ##0", "#\\ ##0", "#\u00a0##0", '0" €"', "[$€-40C] 0", '0" EUR"',
     "0%", "0.00E+00", "@", "# ?/?", "#,##0.00_);[Red](#,##0.00)", "[$-409]General", ";;;", '"texte"'],
)  # fmt: skip
def test_plain_amount_and_percent_formats_show_the_number_itself(code: str) -> None:
    assert not shows_text(code)
    assert shown(code, 1234) is None


def test_a_number_that_fills_its_places_shows_itself() -> None:
    assert shown("00000", 12345) is None


@pytest.mark.parametrize("code", ["dd/mm/yyyy", "[$-40C]d mmmm yyyy", "mmm-yy", "dd/mm/yyyy;@", "dd/mm/yyyy hh:mm", "yyyy"])
def test_a_format_with_days_or_years_shows_dates(code: str) -> None:
    assert is_date(code)
    assert is_temporal(code)


@pytest.mark.parametrize("code", ["hh:mm", "[h]:mm", "[mm]:ss", "h:mm AM/PM"])
def test_a_format_of_hours_shows_times_but_no_dates(code: str) -> None:
    assert not is_date(code)
    assert is_temporal(code)


@pytest.mark.parametrize("code", ["General", "[Red]0.00", "0\\d", "_d0", '0" jours"', "#,##0 [$USD]", "[>=100]0;dd/mm/yyyy"])
def test_letters_in_colours_and_literals_make_no_date(code: str) -> None:
    assert not is_temporal(code)
