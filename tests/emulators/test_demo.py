"""`make demo-sheet`: the example chased over a Google Sheet, as the emulator holds it."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.emulators import demo


def test_the_demo_over_a_sheet_sends_shows_and_stays_within_its_calls(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    for name in ("GOOGLE_APPLICATION_CREDENTIALS", "RELANCE_GOOGLE_ENDPOINT", "RELANCE_HOME"):
        monkeypatch.setenv(name, "")  # put back as it was afterwards
    monkeypatch.setattr(demo, "executable", lambda: None)
    shown = demo.demo(tmp_path / "feuille")
    assert shown.png is None
    page = shown.page.read_text("utf-8")
    for word in ("Relancée", "Mise en demeure", "Promesse", "À corriger", "R2 : prévue le"):
        assert word in page.replace("\u00a0", " ")
    assert len(list((tmp_path / "feuille").glob("*.relance/outbox/*.eml"))) >= 10
    # The day's run is at most eight; looking first, people's acts and the settings are the others.
    assert max(shown.calls) <= 12
    assert "Rien ne quitte cette machine" in capsys.readouterr().out
