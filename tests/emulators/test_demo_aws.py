"""`make demo-aws`: three days of a deployment, one of them without its sending."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from tests.emulators.cloud import demo

FIRST = date(2090, 10, 2)  # a Monday that does not come before the register is listed


def test_three_days_of_a_deployment_are_told_and_shown(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    for name in ("GOOGLE_APPLICATION_CREDENTIALS", "RELANCE_GOOGLE_ENDPOINT"):
        monkeypatch.setenv(name, "")  # put back as it was afterwards
    monkeypatch.setattr(demo, "picture_of", lambda page: None)
    monkeypatch.chdir(tmp_path)
    page, _ = demo.demo(Path("demo/aws"), FIRST)  # as `make demo-aws` names it
    told = capsys.readouterr().out.replace("\u00a0", " ")
    for sentence in (
        "11 messages partis par SES", "compta@c16.example : revenu : adresse inconnue", "le chien de garde n'a rien à signaler",
        "l'envoi de ce matin n'a pas eu lieu", "l'exploitant relance l'envoi ; 2 messages partis par SES", "aucun deux fois",
        "0 passage en file d'échecs", "1 message retenu : Non envoyé : ce message n'a pas été annoncé aujourd'hui",
        "register=exemple pass=send part=1 outcome=done", "Sent 13, ", "Bounced 1, ",
    ):  # fmt: skip
        assert sentence in told
    shown = page.read_text("utf-8").replace("\u00a0", " ")
    for word in ("Relancée", "Mise en demeure", "pas d'adresse e-mail valable", "n'a pas été annoncé aujourd'hui"):
        assert word in shown.replace("&#x27;", "'")
