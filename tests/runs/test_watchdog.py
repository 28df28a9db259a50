"""The watchdog: what should have happened today and did not is told; what is only late is not."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from relance.adapters.dynamo_ledger import DynamoLedger
from relance.domain.history import Event
from relance.domain.words import reason
from relance.ports.deployment import Listed, Listing, Pass, PassKind, PassOutcome, PassRecord
from relance.runs.watchdog import Watch, watchdog
from tests.adapters.facts import NOON, make_message
from tests.emulators import aws
from tests.runs.deployments import PARIS, SHEET, Deployment, at
from tests.runs.desks import MONDAY
from tests.world.book import FR


class Old:
    """Registers that have been listed for long: the parameter store's double dates them today."""

    def __init__(self, *names: str, **since: Any) -> None:
        self._found = tuple(Listed(n, f"{SHEET}{n}", since.get(n, at(9, day=1))) for n in names)

    def list(self) -> Listing:
        return Listing(self._found)


@pytest.fixture
def here(tmp_path: Path) -> Iterator[Deployment]:
    deployment = Deployment(tmp_path, now=at(11, 30))
    yield deployment
    deployment.end()


def ledger(here: Deployment, register_id: str = "REG") -> DynamoLedger:
    return DynamoLedger(aws.dynamo(), aws.s3(), here.table, aws.evidence_bucket(), register_id)


def watched(here: Deployment, *names: str, **since: Any) -> Watch:
    known = Old(*names, **since)
    return watchdog(known, here.passes, here.queue, lambda r: ledger(here, r), here.alerts, FR, here.now, PARIS)


def ran(here: Deployment, name: str, kind: PassKind, outcome: PassOutcome = "done", part: int = 1, **more: Any) -> None:
    instant = at(7 if kind == "announce" else 10, 31)
    here.passes.record(MONDAY, PassRecord(name, kind, part, outcome, instant, "REG", **more))


def both(here: Deployment, name: str) -> None:
    ran(here, name, "announce")
    ran(here, name, "send")


def test_nothing_is_told_when_all_was_done(here: Deployment) -> None:
    both(here, "a")
    assert watched(here, "a") == Watch()
    assert here.told() == []


def test_a_pass_that_did_not_take_place_is_told_by_the_register_s_name(here: Deployment) -> None:
    both(here, "a")
    ran(here, "b", "announce")
    assert watched(here, "a", "b", "c").missed == (
        reason("watch.no_send", name="b"), reason("watch.no_announce", name="c"), reason("watch.no_send", name="c"),
    )  # fmt: skip
    ((subject, text),) = here.told()
    assert subject == "Relance : 3 point(s) a regarder le 05/10/2026"
    assert len(text.splitlines()) == 3


def test_late_is_not_missed_as_long_as_passes_wait(here: Deployment) -> None:
    ran(here, "a", "announce")
    ran(here, "a", "send", "running")
    ran(here, "b", "announce")
    ran(here, "b", "send", "goes_on")
    ran(here, "c", "announce")
    here.queue.put(Pass("c", SHEET, "send", at(10, 30)))
    seen = watched(here, "a", "b", "c")
    assert [why.code for why in seen.late] == ["watch.unfinished", "watch.unfinished", "watch.no_send"]
    assert (seen.missed, here.told()) == ((), [])


def test_a_pass_without_an_end_is_missed_once_nothing_waits(here: Deployment) -> None:
    ran(here, "a", "announce")
    ran(here, "a", "send", "goes_on")
    ran(here, "a", "send", "running", part=2)
    assert watched(here, "a").missed == (reason("watch.unfinished", name="a", since="10:31"),)


def test_what_failed_or_was_refused_is_told_with_its_reason_even_while_others_wait(here: Deployment) -> None:
    both(here, "a")
    ran(here, "a", "send", "refused", why=reason("refusal.mass_change", count=9, known=40))
    ran(here, "b", "announce", "failed", why=reason("sheet.down", status=503))
    here.queue.put(Pass("b", SHEET, "send", at(10, 30)))
    seen = watched(here, "a", "b")
    assert [why.code for why in seen.missed] == ["watch.refused", "watch.failed"]
    assert [why.code for why in seen.late] == ["watch.no_send"]
    ((_, text),) = here.told()
    assert FR.say(reason("refusal.mass_change", count=9, known=40)) in text


def test_a_register_listed_since_today_is_not_expected(here: Deployment) -> None:
    assert watched(here, "a", a=at(9)) == Watch()
    assert watched(here, "a", a=at(23, 59, day=MONDAY.day - 1)).missed


def test_yesterday_s_passes_do_not_count_for_today(here: Deployment) -> None:
    both(here, "a")
    here.now += timedelta(days=1)
    assert len(watched(here, "a").missed) == 2


def test_a_message_still_uncertain_is_told_until_an_event_or_a_person_settles_it(here: Deployment) -> None:
    ids = ("a1b2c3", "d4e5f6")
    book = ledger(here)
    for version, message_id in enumerate(ids):
        book.claim(make_message(message_id), b"raw", version, NOON)
    ran(here, "a", "announce")
    ran(here, "a", "send", uncertain=ids)
    assert watched(here, "a").uncertain == tuple(reason("watch.uncertain", name="a", id=i) for i in ids)
    book.add_event("a1b2c3", Event("sent", NOON))
    book.resolve("d4e5f6", "not_sent")
    here.told()
    assert watched(here, "a") == Watch()
    assert here.told() == []


def test_a_message_that_a_restored_table_does_not_hold_is_not_told(here: Deployment) -> None:
    both(here, "a")
    ran(here, "a", "send", uncertain=("gone",))
    assert watched(here, "a") == Watch()


def test_records_say_what_became_of_each_part_of_each_pass(here: Deployment) -> None:
    record = PassRecord("a", "send", 2, "failed", at(10), "REG", reason("pass.too_long", parts=40), 3, ("m1",))
    here.passes.record(MONDAY, record)
    here.passes.record(MONDAY, replace(record, part=10))
    here.passes.record(MONDAY, replace(record, register="ab"))
    assert here.passes.of_day(MONDAY, "a") == [record, replace(record, part=10)]
    assert [(r.register, r.part) for r in here.passes.of_day(MONDAY)] == [("a", 2), ("a", 10), ("ab", 2)]
