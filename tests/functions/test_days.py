"""Whole days of a deployment: announced at 07:00, sent at 10:30, what SES tells, the watchdog; judged from outside."""

from __future__ import annotations

import re
from datetime import timedelta
from email import message_from_bytes
from email.policy import default

import pytest

from tests.emulators import aws
from tests.emulators.cloud import Cloud
from tests.emulators.cloud.register import SENDER
from tests.emulators.sheets.fixtures import ROBOT
from tests.functions.days import MONDAY, TUESDAY, announce, at, day, everyone, firm, passes, send, table, to, watch
from tests.infra.deployed import resource
from tests.world.book import FR, IBAN, Tables

pytestmark = pytest.mark.xdist_group("cloud")


def test_a_day_from_the_announcement_to_the_watchdog(cloud: Cloud) -> None:
    one = firm(cloud, "day")
    answers = announce(cloud)
    assert to(cloud, "day") == []
    assert one.shown("F0", "next_step") == "R1"
    assert [who for on, who in table(one, "planned", "date", "to") if on == MONDAY] == everyone("day")
    answers += send(cloud)
    assert to(cloud, "day") == everyone("day")
    assert one.shown("F0", "status") == FR.value("status", "reminded")
    assert passes(answers, "day") == [("announce", 1, "done", None), ("send", 1, "done", None)]
    assert watch(cloud) == {"told": [], "Missed": 0, "Late": 0, "OpenUncertain": 0}
    assert cloud.told() == []


def test_each_message_holds_what_the_sheet_says_and_its_bytes_are_kept(cloud: Cloud) -> None:
    firm(cloud, "bytes", 1)
    day(cloud)
    (taken,) = cloud.account.taken
    mail = message_from_bytes(taken.raw, policy=default)
    assert (taken.sender, taken.to, taken.tags["register"]) == (SENDER, ("bytes-0@client.example",), "bytes")
    assert taken.configuration_set == cloud.known["Mail"]
    body = (
        next(p for p in mail.walk() if p.get_content_type() == "text/plain")
        .get_content()
        .translate({0xA0: "", 0x202F: "", 0x20: ""})
    )
    assert "4321,87€" in body
    assert IBAN in body
    kept = aws.s3().list_objects_v2(Bucket=cloud.bucket)["Contents"]
    mine = [o["Key"] for o in kept if taken.tags["message"] in o["Key"]]
    assert [aws.s3().get_object(Bucket=cloud.bucket, Key=key)["Body"].read() for key in mine] == [taken.raw]


def test_the_log_lines_and_metrics_of_a_day(cloud: Cloud) -> None:
    firm(cloud, "counted", 3)
    cloud.at(at(7))
    assert cloud.schedule("AnnounceSchedule").metrics == {"Registers": 1, "RegisterProblems": 0}
    (announced,) = cloud.pump()
    assert (announced.metrics["Passes"], announced.metrics["Sent"]) == (1, 0)
    sending, *events = send(cloud)
    assert {k: v for k, v in sending.metrics.items() if k != "Seconds"} == {
        "Passes": 1, "PassesFailed": 0, "PassesRefused": 0, "Sent": 3, "NotSent": 0, "Uncertain": 0,
    }  # fmt: skip
    assert sending.metrics["Seconds"] > 0
    assert len(sending.logs) == 1
    assert sum(answer.metrics["Events"] for answer in events) == 6, "three sent, three delivered"
    cloud.at(at(11, 30))
    assert cloud.schedule("WatchdogSchedule").metrics == {"Missed": 0, "Late": 0, "OpenUncertain": 0}


def test_a_bounce_and_a_complaint_show_on_their_rows_the_next_day_and_stop_what_follows(cloud: Cloud) -> None:
    one = firm(cloud, "back", 3)
    cloud.account.fates = {"back-0@client.example": "bounced", "back-1@client.example": "complained"}
    day(cloud)
    one.set(payments_entered_up_to=MONDAY)
    announce(cloud, TUESDAY)
    shown = {n: (one.shown(n, "delivery"), one.shown(n, "last_step")) for n in ("F0", "F1", "F2")}
    assert shown["F0"] == ("Adresse en échec", None), "a bounced message counts for nothing"
    assert shown["F2"] == ("Envoyé", "R1")
    assert one.shown("F1", "status") == FR.value("status", "not_chased")
    asked = {row[1]: row[0] for row in table(one, "todo", "action", "invoices")}
    assert asked == {"F0": FR.value("task", "address"), "F1": FR.value("task", "complaint")}
    sent = len(cloud.account.taken)
    send(cloud, TUESDAY)
    assert len(cloud.account.taken) == sent


def test_a_new_address_opens_the_step_again(cloud: Cloud) -> None:
    one = firm(cloud, "again", 1)
    cloud.account.fates = {"again-0@client.example": "bounced"}
    day(cloud)
    one.set(payments_entered_up_to=MONDAY)

    def correct(tables: Tables) -> None:
        tables["customers"].put(tables["customers"].find("code", "C0"), "email", "again-new@client.example")

    one.place.edit(correct, False)
    day(cloud, TUESDAY)
    assert to(cloud, "again") == ["again-0@client.example", "again-new@client.example"]
    assert one.shown("F0", "last_step") == "R1"


def test_events_late_twice_and_in_any_order_come_to_the_same(cloud: Cloud) -> None:
    one = firm(cloud, "order", 4)
    cloud.account.fates = {"order-1@client.example": "transient", "order-2@client.example": "delayed"}
    cloud.post.late, cloud.post.twice = 20 * 3600.0, 1.0
    day(cloud)
    assert to(cloud, "order") == everyone("order", 4)
    cloud.at(at(10, day=TUESDAY))
    cloud.pump()
    one.set(payments_entered_up_to=MONDAY)
    day(cloud, TUESDAY)
    assert to(cloud, "order") == everyone("order", 4), "no message twice"
    assert {one.shown(f"F{n}", "status") for n in range(4)} == {FR.value("status", "reminded")}
    assert watch(cloud, TUESDAY)["OpenUncertain"] == 0


def test_what_people_changed_after_the_announcement_does_not_leave(cloud: Cloud) -> None:
    one = firm(cloud, "paid", 3)
    announce(cloud)
    one.type("F0", paid=4321.87)
    one.type("F1", situation=FR.value("situation", "disputed"))
    send(cloud)
    assert to(cloud, "paid") == ["paid-2@client.example"]


def test_draft_and_test_registers_send_nothing_to_customers(cloud: Cloud) -> None:
    firm(cloud, "draft", mode=FR.values["mode"]["draft"])
    firm(cloud, "test", mode=FR.values["mode"]["test"], test_email="essai@exemple.example")
    day(cloud)
    assert {a for t in cloud.account.taken for a in t.to} == {"essai@exemple.example"}
    assert watch(cloud)["told"] == []


def test_two_registers_with_the_same_rows_stay_apart(cloud: Cloud) -> None:
    one, other = firm(cloud, "here"), firm(cloud, "there")
    other.set(payments_entered_up_to=MONDAY - timedelta(days=60))  # its payments are not entered: nothing may leave
    day(cloud)
    assert (to(cloud, "here"), to(cloud, "there")) == (everyone("here"), [])
    assert one.shown("F0", "last_step") == "R1"
    assert other.shown("F0", "last_step") is None
    assert {t.tags["register"] for t in cloud.account.taken} == {"here"}


def test_a_week_end_is_no_sending_day_and_nothing_is_missed(cloud: Cloud) -> None:
    firm(cloud, "rest")
    sunday = MONDAY - timedelta(days=1)
    day(cloud, sunday)
    assert to(cloud, "rest") == []
    assert watch(cloud, sunday)["told"] == []


def test_a_robot_without_a_key_enters_by_federation(cloud: Cloud) -> None:
    firm(cloud, "keyless")
    provider = "projects/1/locations/global/workloadIdentityPools/relance/providers/aws"
    cloud.google.accounts.pools[f"//iam.googleapis.com/{provider}"] = {"test": ROBOT}
    known = {**cloud.known, "GoogleProvider": provider, "GoogleServiceAccount": ROBOT}
    written = resource("ChaseFunction", known=known)["Environment"]["Variables"]["RELANCE_GOOGLE_FEDERATION"]["else"]
    said = re.sub(r"https://(sts|iamcredentials)\.googleapis\.com", cloud.google.base, written)
    with cloud.changed("chase", RELANCE_GOOGLE_SECRET=None, RELANCE_GOOGLE_FEDERATION=said):
        day(cloud)
    assert to(cloud, "keyless") == everyone("keyless")
