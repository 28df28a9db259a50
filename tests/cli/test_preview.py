"""`preview` as it is typed: where the page goes, what is refused, and that the register stays as it was."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.cli.registers import DAY, Registers, invoice


@pytest.fixture
def reg(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> Registers:
    return Registers(tmp_path, capsys)


def test_the_page_lies_with_the_ledger_and_its_path_is_printed(reg: Registers) -> None:
    reg.live(invoice("A", "2026-09-30", 4800))
    before = reg.path.read_bytes()
    printed = reg.run("preview", "REG", "--on", DAY)
    page = reg.path.with_suffix(".relance") / "preview.html"
    assert printed == f"{page}\n"
    assert "Dupont SARL" in page.read_text("utf-8")
    assert reg.path.read_bytes() == before
    assert reg.outbox == []


def test_the_register_is_chased_after_a_preview_as_before(reg: Registers) -> None:
    reg.live(invoice("A", "2026-09-30", 4800))
    reg.run("preview", "REG", "--on", DAY)
    assert len(reg.chase()["sent"]) == 1
    reg.run("preview", "REG", "--on", DAY)
    assert len(reg.outbox) == 1


def test_the_page_goes_where_asked_in_the_language_asked(reg: Registers) -> None:
    reg.live(invoice("A", "2026-09-30", 4800))
    page = reg.folder / "aperçu.html"
    reg.run("preview", "REG", "--on", DAY, "-o", str(page))
    assert '<html lang="fr"' in page.read_text("utf-8")
    reg.run("preview", "REG", "--on", DAY, "--output", str(page), "--lang", "en")
    assert '<html lang="en"' in page.read_text("utf-8")


def test_the_locale_does_not_change_the_language_of_the_register(reg: Registers, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LC_ALL", "en_GB.UTF-8")
    reg.live(invoice("A", "2026-09-30", 4800))
    page = Path(reg.run("preview", "REG", "--on", DAY).strip())
    assert '<html lang="fr"' in page.read_text("utf-8")


def test_a_page_never_takes_the_place_of_a_workbook(reg: Registers) -> None:
    reg.live(invoice("A", "2026-09-30", 4800))
    before = reg.path.read_bytes()
    assert reg.run("preview", "REG", "--on", DAY, "-o", str(reg.path), "--lang", "en", code=2) == ""
    assert ".html" in reg.err
    assert reg.path.read_bytes() == before


def test_a_folder_that_cannot_hold_the_page_is_one_sentence(reg: Registers) -> None:
    reg.live()
    assert reg.run("preview", "REG", "--on", DAY, "-o", str(reg.path / "page.html"), code=1) == ""
    assert reg.err.count("\n") == 1


def test_a_refusal_is_shown_in_the_page_and_is_the_exit_code(reg: Registers) -> None:
    reg.live(invoice("A", "2026-09-30", 4800), mode="test")
    page = Path(reg.run("preview", "REG", "--on", DAY, "--lang", "en", code=1).strip())
    assert "Nothing will leave" in page.read_text("utf-8")
    assert reg.err.startswith("relance: ")


def test_a_renamed_register_still_finds_its_ledger_after_a_preview(reg: Registers) -> None:
    reg.live(invoice("A", "2026-09-30", 4800))
    reg.chase()
    reg.path = reg.path.rename(reg.folder / "nouveau.xlsx")
    page = Path(reg.run("preview", "REG", "--on", DAY, code=1).strip())
    assert page == reg.folder / "nouveau.preview.html"
    reg.run("ledger", "adopt", "REG", "--yes")
    assert reg.chase()["sent"] == []


def test_the_page_is_opened_when_asked(reg: Registers, monkeypatch: pytest.MonkeyPatch) -> None:
    reg.live(invoice("A", "2026-09-30", 4800))
    seen, program = reg.folder / "seen", reg.folder / "browser.sh"
    program.write_text(f'#!/bin/sh\necho "$1" > {seen}\n')
    program.chmod(0o755)
    monkeypatch.setattr("webbrowser._tryorder", None)
    monkeypatch.setenv("BROWSER", f"{program} %s")
    page = Path(reg.run("preview", "REG", "--on", DAY, "--open").strip())
    assert seen.read_text().strip() == page.resolve().as_uri()


def test_a_missing_register_is_one_sentence_and_leaves_nothing(reg: Registers) -> None:
    assert reg.run("preview", "REG", "--lang", "en", code=1) == ""
    assert reg.err.startswith("relance: Sheet not found")
    assert list(reg.folder.iterdir()) == []
