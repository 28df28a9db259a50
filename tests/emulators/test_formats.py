"""Number formats show what Google Sheets shows."""

import pytest

from tests.emulators.sheets.formats import show
from tests.emulators.sheets.locales import moment_of, serial_of

NB = "\u202f"  # groups of digits in French


@pytest.mark.parametrize(
    ("value", "kind", "pattern", "locale", "text"),
    [
        (1234.5, "NUMBER", "", "fr_FR", f"1{NB}234,50"),
        (1234.5, "NUMBER", "", "en_GB", "1,234.50"),
        (1234567.891, "NUMBER", "#,##0", "fr_FR", f"1{NB}234{NB}568"),
        (-1234.5, "CURRENCY", "", "fr_FR", f"-1{NB}234,50\u00a0€"),
        (-1234.5, "CURRENCY", "", "en_GB", "-£1,234.50"),
        (1234.5, "CURRENCY", "#,##0.00 [$€-40C]", "fr_FR", f"1{NB}234,50 €"),
        (0.125, "PERCENT", "", "fr_FR", "12,50%"),
        (0.125, "PERCENT", "0%", "fr_FR", "13%"),
        (-5, "NUMBER", "#,##0;(#,##0)", "en_GB", "(5)"),
        (0, "NUMBER", '0;-0;"zéro"', "fr_FR", "zéro"),
        (1.5, "NUMBER", "0.###", "en_GB", "1.5"),
        (2, "NUMBER", "0.0##", "fr_FR", "2,0"),
        (0.5, "NUMBER", "#.00", "en_GB", ".50"),
        (75001, "NUMBER", "00000", "fr_FR", "75001"),
        (1200, "NUMBER", "00000", "fr_FR", "01200"),
        (12345, "SCIENTIFIC", "", "en_GB", "1.23E+04"),
        (0.00012, "SCIENTIFIC", "0.0E+0", "en_GB", "1.2E-4"),
        (2.675, "NUMBER", "0.00", "en_GB", "2.68"),
        (86, "NUMBER", '0" jours"', "fr_FR", "86 jours"),
        (123, "TEXT", "@", "fr_FR", "123"),
        (46387, "DATE", "", "fr_FR", "31/12/2026"),
        (46387, "DATE", "", "en_US", "12/31/2026"),
        (46387, "DATE", "yyyy-mm-dd", "fr_FR", "2026-12-31"),
        (46387, "DATE", "dddd d mmmm yyyy", "fr_FR", "jeudi 31 décembre 2026"),
        (46387, "DATE", 'd" de "mmm yy', "en_GB", "31 de Dec 26"),
        (46387.60625, "DATE_TIME", "dd/mm/yyyy hh:mm", "fr_FR", "31/12/2026 14:33"),
        (46387.60625, "TIME", "h:mm:ss am/pm", "en_US", "2:33:00 PM"),
        (0.5, "TIME", "mm:ss", "fr_FR", "00:00"),
    ],
)
def test_a_number_is_shown(value: float, kind: str, pattern: str, locale: str, text: str) -> None:
    form = {"type": kind, **({"pattern": pattern} if pattern else {})}
    assert show(value, form, locale) == text


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (1234.5, "1234,5"),
        (1 / 3, "0,3333333333"),
        (0.1 + 0.2, "0,3"),
        (10**14, "100000000000000"),
        (-7.0, "-7"),
        (1e20, "1E+20"),
    ],
)
def test_without_a_format_a_number_has_ten_figures_and_no_groups(value: float, text: str) -> None:
    assert show(value, None, "fr_FR") == text


@pytest.mark.parametrize("serial", [1, 36526, 46387, 46387.5, 46387.999988425925])
def test_serial_numbers_and_moments_agree(serial: float) -> None:
    assert serial_of(moment_of(serial)) == pytest.approx(serial, abs=1e-9)
