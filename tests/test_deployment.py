"""What a deployment's environment must say, and registers as it opens them: over Google, DynamoDB and SES played here."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from relance import deployment
from relance.deployment import ConfigurationError, Deployment, deployed, open_desk
from relance.domain.words import reason
from relance.places import SheetAddress, place_of
from relance.ports.errors import LedgerError
from relance.runs.chase import chase
from tests.adapters.google_sheet.desks import cell
from tests.cli.test_sheet import SheetRegisters
from tests.emulators import aws
from tests.emulators.ses import Account, SesServer
from tests.emulators.sheets.fixtures import ROBOT
from tests.emulators.sheets.server import SheetsServer
from tests.runs.desks import MONDAY, Clock
from tests.world.book import FR

GOOD = {
    "RELANCE_TABLE": "ledger", "RELANCE_EVIDENCE": "evidence", "RELANCE_CONFIGURATION_SET": "relance",
    "RELANCE_REGISTERS": "/relance/registers", "RELANCE_QUEUE": "https://sqs.eu-west-3.amazonaws.com/1/runs.fifo",
    "RELANCE_ALERTS": "arn:aws:sns:eu-west-3:1:alerts", "RELANCE_TIME_ZONE": "Europe/Paris", "RELANCE_LANGUAGE": "fr",
    "RELANCE_GOOGLE_FEDERATION": '{"type": "external_account"}',
}  # fmt: skip
ALL = (
    "TABLE", "EVIDENCE", "CONFIGURATION_SET", "REGISTERS", "QUEUE", "ALERTS", "TIME_ZONE", "LANGUAGE", "GOOGLE",
)  # fmt: skip


def wrong_with(environ: dict[str, str]) -> set[Any]:
    with pytest.raises(ConfigurationError) as error:
        Deployment(*ALL, environ=environ)
    problems: Any = error.value.values["problems"]
    FR.say(reason(error.value.code, **error.value.values))
    assert all(dict(why.values)["name"] in str(error.value) for why in problems)
    return set(problems)


def test_a_whole_environment_is_taken() -> None:
    here = Deployment(*ALL, environ=GOOD)
    assert here.zone.key == "Europe/Paris"
    assert here.words.language == "fr"


def test_everything_missing_is_named_at_once() -> None:
    names = {f"RELANCE_{name}" for name in ALL if name != "GOOGLE"}
    missing = {reason("deployment.missing", name=name) for name in names}
    assert wrong_with({}) == missing | {reason("deployment.missing", name="RELANCE_GOOGLE_SECRET / RELANCE_GOOGLE_FEDERATION")}


def test_everything_wrong_is_named_at_once_and_never_shown() -> None:
    bad = {
        "RELANCE_REGISTERS": "registers", "RELANCE_QUEUE": "runs.fifo", "RELANCE_ALERTS": "alerts",
        "RELANCE_TIME_ZONE": "Mars/Olympus", "RELANCE_LANGUAGE": "../fr", "RELANCE_GOOGLE_FEDERATION": "s3cret",
    }  # fmt: skip
    found = wrong_with({**GOOD, **bad, "RELANCE_TABLE": ""})
    assert found == {reason("deployment.wrong", name=name) for name in bad} | {
        reason("deployment.missing", name="RELANCE_TABLE")
    }
    assert "s3cret" not in str(found)


def test_a_function_needs_no_more_than_it_asks_for() -> None:
    Deployment("TABLE", environ={"RELANCE_TABLE": "ledger"})


@pytest.fixture
def server() -> Iterator[SesServer]:
    found = SesServer(Account(rate=1e6, identities={"exemple.example"}))
    yield found
    found.stop()


@pytest.fixture
def reg(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, server: SesServer
) -> Iterator[SheetRegisters]:
    """A Google Sheet in live mode, and an environment that names its deployment."""
    with SheetsServer(validate=False) as google:
        key = tmp_path / "key.json"
        key.write_text(json.dumps(google.accounts.new_key(ROBOT, google.base)), encoding="utf-8")
        for name, value in {
            "GOOGLE_APPLICATION_CREDENTIALS": str(key), "RELANCE_GOOGLE_ENDPOINT": google.base,
            "RELANCE_HOME": str(tmp_path / "home"), "AWS_ENDPOINT_URL": aws.endpoint(), "AWS_ENDPOINT_URL_SESV2": server.url,
            "AWS_DEFAULT_REGION": aws.REGION, "AWS_ACCESS_KEY_ID": "test", "AWS_SECRET_ACCESS_KEY": "test",
            "RELANCE_TABLE": aws.ledger_table(tmp_path), "RELANCE_EVIDENCE": aws.evidence_bucket(),
            "RELANCE_CONFIGURATION_SET": "relance",
        }.items():  # fmt: skip
            monkeypatch.setenv(name, value)
        for cached in (deployment.session, deployment.client):
            cached.cache_clear()
        registers = SheetRegisters(tmp_path, capsys, google)
        registers.live({"invoice_no": "F1", "due_date": "2026-09-28", "amount": "1200.00"})
        yield registers
        aws.drop_tables()
    for cached in (deployment.session, deployment.client):
        cached.cache_clear()


def address(reg: SheetRegisters) -> SheetAddress:
    place = place_of(reg.address)
    assert isinstance(place, SheetAddress)
    return place


def test_only_a_google_sheet_belongs_to_the_deployment(reg: SheetRegisters, tmp_path: Path) -> None:
    assert deployed(address(reg))
    assert not deployed(tmp_path / "registre.xlsx")


def test_a_person_s_command_reads_and_writes_the_deployment_s_ledger(reg: SheetRegisters, server: SesServer) -> None:
    done = reg.chase()
    assert len(done["sent"]) == len(server.account.taken) == 1
    assert reg.shown("F1", "Statut") == "Relancée"
    reg.run("settings", "REG", "payments_entered_up_to=2026-10-12")
    assert "Amazon SES" in reg.run("chase", "REG", "--yes", "--on", "2026-10-13", "--lang", "en")
    assert not reg.home.exists()  # nothing is kept on this machine
    shown = reg.json("ledger", "show", "REG")
    assert (shown["messages"], shown["uncertain"]) == ({"accepted": 2}, [])


def test_what_is_old_in_the_ledger_is_shown_to_a_person_too(reg: SheetRegisters) -> None:
    reg.chase()
    for year in ("2027-10-05", "2028-10-05"):  # so long after, files without anything open are out of the daily reading
        reg.run("announce", "REG", "--on", year)
    assert reg.json("ledger", "show", "REG")["messages"] == {"accepted": 1}


def test_an_uncertain_message_is_resolved_by_a_person(reg: SheetRegisters, server: SesServer) -> None:
    server.mood = lambda: "reset_after"
    (uncertain,) = reg.chase()["uncertain"]
    server.mood = lambda: "well"
    reg.run("ledger", "resolve", "REG", uncertain[:12], "sent")
    assert reg.json("ledger", "show", "REG")["uncertain"] == []


def test_changed_bank_details_are_confirmed_in_the_deployment_s_ledger(reg: SheetRegisters) -> None:
    reg.chase()
    reg.run("settings", "REG", "bic=BNPAFRPP")
    assert "relance confirm" in reg.json("plan", "REG", "--on", "2026-10-06", code=1)["refused"]
    reg.run("confirm", "REG", "--yes")
    assert reg.json("plan", "REG", "--on", "2026-10-06")["refused"] is None


def test_a_copy_of_a_sheet_is_refused_and_its_run_takes_no_lease(reg: SheetRegisters, server: SesServer) -> None:
    reg.chase()
    original = reg.google.drive.files[address(reg).spreadsheet_id]
    copy = reg.google.drive.add_spreadsheet("Copie", writers=(ROBOT,))
    reg.google.person(copy).book.sheets = reg.google.person(original).book.sheets
    desk = open_desk(SheetAddress(copy.id))
    assert desk.refusal == reason("refusal.copy", original=str(address(reg)))
    result = chase(desk, MONDAY, Clock(MONDAY))
    assert (result.refused, result.run) == (desk.refusal, 0)
    assert len(server.account.taken) == 1
    assert reg.chase("2026-10-13")["refused"] is None


def typed(reg: SheetRegisters, **values: str | None) -> None:
    """A person types in robot settings, or empties them, label and all."""
    sheet = reg.person.sheet("Réglages")
    for row, cells in enumerate(reg.person.values("Réglages")):
        for name, value in values.items():
            if cells and cells[0] == FR.settings[name]["label"]:
                for column in range(1 if value else 0, 2):
                    sheet.rows[row].put(column, cell(value))


@pytest.mark.parametrize("names", [("register_id",), ("register_id", "last_run"), ("register_id", "last_run", "last_run_at")])
def test_a_register_whose_id_is_erased_is_known_by_its_sheet_and_sends_nothing_again(
    reg: SheetRegisters, server: SesServer, names: tuple[str, ...]
) -> None:
    assert len(reg.chase()["sent"]) == 1
    known = open_desk(address(reg)).register_id
    typed(reg, **dict.fromkeys(names))
    found = reg.chase("2026-10-06")
    assert (found["refused"], found["sent"], len(server.account.taken)) == (None, [], 1)
    assert open_desk(address(reg)).register.register_id == known


def test_another_id_in_a_sheet_is_refused_until_it_is_erased(reg: SheetRegisters, server: SesServer) -> None:
    assert len(reg.chase()["sent"]) == 1
    typed(reg, register_id="1234567890abcdef", last_run=None)
    assert reg.json("chase", "REG", "--yes", "--on", "2026-10-06", code=1)["refused"] == FR.say_text("refusal.other_register")
    typed(reg, register_id=None)
    assert reg.chase("2026-10-06")["refused"] is None
    assert len(server.account.taken) == 1


def test_a_register_s_id_that_cannot_be_a_key_is_refused_in_plain_words(reg: SheetRegisters) -> None:
    rows = reg.person.values("Réglages")
    row = next(n for n, r in enumerate(rows) if r and r[0] == FR.settings["register_id"]["label"])
    reg.person.sheet("Réglages").rows[row].put(1, cell("day#2026-10-05"))
    with pytest.raises(LedgerError) as error:
        open_desk(address(reg))
    assert (error.value.code, error.value.values) == ("ledger.bad_register", {"id": "day#2026-10-05"})


def test_a_sheet_ahead_of_its_ledger_is_refused_until_a_person_adopts_it(reg: SheetRegisters, tmp_path: Path) -> None:
    reg.chase()
    aws.drop_tables()  # the table was restored to a day before the first run
    aws.ledger_table(tmp_path)
    assert reg.json("plan", "REG", "--on", "2026-10-06", code=1)["refused"]
    reg.run("ledger", "rebuild", "REG", "--yes")
    assert reg.json("ledger", "show", "REG")["messages"] == {"accepted": 1}
    assert reg.chase("2026-10-06")["sent"] == []
