"""What functions need is away for a while, or refuses: nothing leaves unwritten, it is told, and it goes on afterwards."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from tests.emulators.cloud import Cloud
from tests.emulators.ses import server
from tests.emulators.ses.server import Mood
from tests.emulators.sheets.faults import status
from tests.emulators.sheets.fixtures import ROBOT
from tests.functions.days import announce, at, everyone, firm, leaks, passes, send, to, watch
from tests.infra.deployed import FUNCTIONS, resource
from tests.world.book import FR

pytestmark = pytest.mark.xdist_group("cloud")
CLOSED = "http://127.0.0.1:9"
SHORT = 31  # seconds: no time to wait for what is away


def again(cloud: Cloud, name: str) -> list[tuple[str, int, str, str | None]]:
    """The operator starts the sending of a register at noon."""
    cloud.at(at(12))
    cloud.function("start").invoke({"pass": "send", "registers": [name]})
    return passes(cloud.pump(), name)


def test_a_throttled_account_gets_each_message_a_little_later(cloud: Cloud) -> None:
    firm(cloud, "crowded", 2)
    announce(cloud)

    def crowded() -> Mood:  # others use the account's rate, which was larger when it was asked for
        cloud.account.rate = 1.0
        return "well"

    cloud.ses.mood, before = crowded, cloud.ses.calls.count("SendEmail")
    assert passes(send(cloud), "crowded") == [("send", 1, "done", None)]
    assert cloud.ses.calls.count("SendEmail") - before > 2, "one was refused, and handed over again"
    assert to(cloud, "crowded") == everyone("crowded")


def test_an_answer_that_never_comes_is_uncertain_and_stops_no_other_message(
    cloud: Cloud, monkeypatch: pytest.MonkeyPatch
) -> None:
    one = firm(cloud, "mute", 2)
    monkeypatch.setattr(server, "GIVE_UP", 0.3)  # the line is cut then
    announce(cloud)
    moods: Iterator[Mood] = iter(("silent_after", "well"))
    cloud.ses.mood = lambda: next(moods)
    cloud.post.lost = 1.0
    (answer,) = send(cloud)
    assert (answer.metrics["Sent"], answer.metrics["Uncertain"]) == (1, 1)
    assert to(cloud, "mute") == everyone("mute")
    shown = sorted(str(one.shown(f"F{n}", "status")) for n in range(2))
    assert shown == sorted([FR.value("status", "uncertain"), FR.value("status", "reminded")])
    assert again(cloud, "mute") == [("send", 1, "recorded", None)]
    assert len(to(cloud, "mute")) == 2


def test_a_wrong_address_is_a_matter_of_its_own_row(cloud: Cloud) -> None:
    one = firm(cloud, "wrong", 2)
    one.place.edit(lambda tables: tables["customers"].put(1, "email", f"{'x' * 65}@client.example"), False)
    announce(cloud)
    send(cloud)
    assert to(cloud, "wrong") == ["wrong-1@client.example"]
    assert one.shown("F0", "last_step") is None
    assert "adresse" in str(one.shown("F0", "why")).lower()
    assert watch(cloud)["told"] == []


@pytest.mark.parametrize("how", ["down", "away"])
def test_without_google_nothing_leaves_it_is_told_and_the_pass_can_be_run_again(cloud: Cloud, how: str) -> None:
    firm(cloud, "sheetless")
    announce(cloud)
    more: dict[str, Any] = {"RELANCE_GOOGLE_ENDPOINT": CLOSED} if how == "away" else {}
    with cloud.changed("chase", timeout=SHORT, **more):
        cloud.google.faults.queue.extend([status(503)] * 9)
        (found,) = passes(send(cloud), "sheetless")
    assert found == ("send", 1, "failed", "sheet.unreachable" if how == "away" else "sheet.down")
    assert cloud.account.taken == []
    assert watch(cloud)["told"] == ["watch.failed"]
    cloud.google.calm()
    assert again(cloud, "sheetless") == [("send", 1, "done", None)]
    assert to(cloud, "sheetless") == everyone("sheetless")
    assert watch(cloud)["told"] == []


@pytest.mark.parametrize("service", ["DYNAMODB", "S3", "SECRETS_MANAGER"])
def test_a_service_of_aws_that_is_away_keeps_everything_from_leaving_and_later_all_leaves(cloud: Cloud, service: str) -> None:
    name = f"away-{service.lower().replace('_', '-')}"
    firm(cloud, name)
    announce(cloud)
    away: dict[str, Any] = {f"AWS_ENDPOINT_URL_{service}": CLOSED, "AWS_MAX_ATTEMPTS": "1"}
    with cloud.changed("chase", **away):
        answers = send(cloud)
    assert cloud.account.taken == []
    assert sum(answer.metrics["PassesFailed"] for answer in answers) == 1
    kept = service == "DYNAMODB"  # nothing could be recorded: the message comes again by itself
    assert cloud.waiting("Runs") == (1 if kept else 0)
    cloud.driver.later("Runs")
    assert (passes(cloud.pump(), name) if kept else again(cloud, name)) == [("send", 1, "done", None)]
    assert to(cloud, name) == everyone(name)


def test_a_region_without_ses_fails_the_pass_marks_nothing_and_is_told(cloud: Cloud) -> None:
    one = firm(cloud, "regionless")
    announce(cloud)
    nowhere: dict[str, Any] = {"AWS_ENDPOINT_URL_SESV2": CLOSED, "RELANCE_TEST_HURRY": "1"}
    with cloud.changed("chase", **nowhere):
        assert passes(send(cloud), "regionless") == [("send", 1, "failed", "mail.unreachable")]
    assert {one.shown(f"F{n}", "last_step") for n in range(2)} == {None}
    assert watch(cloud)["told"] == ["watch.failed"]
    assert again(cloud, "regionless") == [("send", 1, "done", None)]
    assert to(cloud, "regionless") == everyone("regionless")


def test_a_document_of_40_mb_stays_behind_its_message_leaves_and_its_row_says_so(cloud: Cloud) -> None:
    one = firm(cloud, "heavy", 1)
    document = cloud.google.drive.add_file("F0.pdf", "application/pdf", b"%PDF-1.7\n" + b"x" * 40_000_000)
    document.sharing = {ROBOT: "reader"}
    one.type("F0", document=document.id)
    announce(cloud)
    assert passes(send(cloud), "heavy") == [("send", 1, "done", None)]
    (taken,) = (t for t in cloud.account.taken if t.to == ("heavy-0@client.example",))
    assert len(taken.raw) < 1_000_000
    assert FR.say_text("document.too_large", name="F0.pdf", limit=5) in str(one.shown("F0", "problem"))
    assert watch(cloud)["told"] == []


def test_a_part_that_cannot_be_queued_comes_again_and_goes_on(cloud: Cloud) -> None:
    firm(cloud, "unqueued", 8)
    with cloud.changed("chase", timeout=243, AWS_ENDPOINT_URL_SQS=CLOSED, AWS_MAX_ATTEMPTS="1"):
        announce(cloud)
        cloud.account.rate = 4.0  # one a second for one register
        answers = send(cloud)
    assert 0 < len(to(cloud, "unqueued")) < 8
    assert [line["error"] for a in answers for line in a.logs if line["message"] == "not run"] == ["pass.queue_unreachable"]
    cloud.driver.later("Runs")
    cloud.account.rate = 1000.0
    cloud.pump()
    assert to(cloud, "unqueued") == everyone("unqueued", 8)


def test_alerts_that_cannot_be_told_are_an_error_that_lambda_repeats(cloud: Cloud) -> None:
    firm(cloud, "untold")
    with cloud.changed("watchdog", AWS_ENDPOINT_URL_SNS=CLOSED, AWS_MAX_ATTEMPTS="1"):
        cloud.at(at(11, 30))
        assert cloud.schedule("WatchdogSchedule").error == "AlertError"
        tried = [line for line in cloud.function("watchdog").printed if line.startswith("START ")]
    assert len(tried) == 3
    assert cloud.told() == []


def test_start_queues_every_register_before_it_tells_what_is_wrong_with_others(cloud: Cloud) -> None:
    firm(cloud, "listed")
    cloud.list_text("odd", "?")
    with cloud.changed("start", AWS_ENDPOINT_URL_SNS=CLOSED, AWS_MAX_ATTEMPTS="1"):
        cloud.at(at(7))
        assert cloud.schedule("AnnounceSchedule").error == "AlertError"
    assert passes(cloud.pump(), "listed") == [("announce", 1, "done", None)]
    assert cloud.waiting("Runs") == 0, "tried three times, run once"


@pytest.mark.parametrize("name", FUNCTIONS)
def test_each_function_names_every_variable_that_it_lacks(cloud: Cloud, name: str) -> None:
    given = resource(FUNCTIONS[name])["Environment"]["Variables"]
    missing = [v for v in given if v.startswith("RELANCE_") and not v.startswith("RELANCE_GOOGLE")]
    nothing: dict[str, Any] = dict.fromkeys([*missing, "RELANCE_GOOGLE_SECRET"])
    with cloud.changed(name, **nothing):
        answer = cloud.function(name).invoke({"Records": [], "pass": "send"})
    assert answer.error == "ConfigurationError"
    (line,) = [line for line in answer.lines if "ConfigurationError: " in line]
    assert [variable for variable in missing if variable not in line] == []


@pytest.mark.parametrize("leak", ["a@client.example", "Exemple SARL", "4321.87", "4 322,87 €", "FR7630006000011234567890189"])
def test_the_search_for_personal_data_in_logs_finds_it(cloud: Cloud, leak: str) -> None:
    assert leaks(cloud, ["START RequestId: 1", f'{{"level":"INFO","message":"{leak}"}}']) != []
    assert leaks(cloud, ["START RequestId: 1", '{"level":"INFO","message":"pass","sent":2}']) == []
