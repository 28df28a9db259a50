"""What a person sees: nothing in a cell drives the terminal, tables fit, amounts stay whole."""

from __future__ import annotations

import pytest

from relance.cli import screen
from relance.cli.screen import Column, bar, clean, note, table
from relance.cli.telling import few


@pytest.mark.parametrize(("typed", "shown"), [
    ("\x1b]0;owned\x07Dupont", " ]0;owned Dupont"), ("a\nb\r\nc", "a b c"), ("ab\u202ecd", "ab cd"),
    ("\x9b31mrouge", " 31mrouge"),
    ("\ud800", " "), (None, ""), ("Ça 1\u00a0234,00\u00a0€", "Ça 1\u00a0234,00\u00a0€"),
])  # fmt: skip
def test_a_cell_never_drives_the_terminal_or_turns_a_line_around(typed: object, shown: str) -> None:
    assert clean(typed) == shown


def test_what_is_said_aside_is_clean_too(capsys: pytest.CaptureFixture[str]) -> None:
    note("un\x1b[2Jdeux\ntrois")
    assert capsys.readouterr().err == "un [2Jdeux\ntrois\n"


def test_markup_in_a_cell_is_shown_as_it_is(capsys: pytest.CaptureFixture[str]) -> None:
    table("", ["Nom"], [["[red]Dupont[/red] :smile:"]])
    assert "[red]Dupont[/red] :smile:" in capsys.readouterr().out


def test_a_narrow_terminal_loses_the_columns_that_can_be_spared_first(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    columns = (Column("Nom"), Column("Objet", spare=2), Column("Montant", right=True), Column("À", spare=1))
    rows = [["Dupont", "o" * 30, "1\u00a0234,00\u00a0EUR", "a" * 30]]
    for width, shown in ((120, "Objet À"), (60, "À"), (30, "")):
        monkeypatch.setenv("COLUMNS", str(width))
        table("", columns, rows)
        out = capsys.readouterr().out
        assert [name for name in ("Objet", "À") if name in out] == shown.split()
        assert max(len(line) for line in out.splitlines()) <= width


def test_an_amount_is_never_broken_at_its_spaces(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COLUMNS", "24")
    table("", ["Consigne"], [["Relancer pour la somme de 1\u00a0234\u00a0567,00\u00a0EUR sans délai"]])
    assert "1\u00a0234\u00a0567,00\u00a0EUR" in capsys.readouterr().out


def test_without_a_terminal_a_row_is_one_line_without_blanks_at_its_end(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    table("Titre", ["Nom", "Pourquoi"], [["Dupont", "mot " * 60], ["D", "x"]])
    lines = capsys.readouterr().out.splitlines()
    assert len(lines) == 6
    assert all(line == line.rstrip() for line in lines)


@pytest.mark.parametrize(("share", "drawn"), [(0, ""), (0.0001, "▏"), (0.5, "██"), (1, "████"), (0.3, "█▎")])
def test_a_bar_is_as_long_as_its_share_and_never_nothing_for_something(share: float, drawn: str) -> None:
    assert bar(share, 4) == drawn


def test_long_lists_are_bounded() -> None:
    assert few(["a", "b"]) == "a, b"
    assert few([str(n) for n in range(200)]) == "0, 1, 2, 3 +196"


def test_progress_is_silent_where_there_is_no_terminal(capsys: pytest.CaptureFixture[str]) -> None:
    with screen.progress("Lecture", 3) as told:
        told(1)
    assert capsys.readouterr() == ("", "")
