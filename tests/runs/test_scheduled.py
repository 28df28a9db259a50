"""A scheduled pass: what was announced leaves, once, in parts when time runs short, and whatever happens is recorded."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest

from relance.adapters.dynamo_passes import DynamoPasses
from relance.adapters.outbox import Outbox
from relance.domain.history import Message
from relance.domain.words import reason
from relance.ports.errors import MailRefusedError, MailUncertainError, QueueError, StoreError
from relance.runs.scheduled import MOST_PARTS
from tests.emulators import aws
from tests.runs.deployments import Deployment, at
from tests.runs.desks import MONDAY, Firm
from tests.world.book import FR, look_at, setting_of


@pytest.fixture
def here(tmp_path: Path) -> Iterator[Deployment]:
    deployment = Deployment(tmp_path)
    yield deployment
    deployment.end()


def announced(tmp_path: Path, here: Deployment) -> Firm:
    """A firm whose messages of the day are announced; it is time to send."""
    firm = Firm(tmp_path)
    here.now = at(7)
    assert here.run(firm, "announce").record.outcome == "done"
    here.now = at(10, 30)
    return firm


def shown(here: Deployment, day: date = MONDAY) -> list[tuple[str, int, str, str]]:
    return [(r.kind, r.part, r.outcome, r.why.code if r.why else "") for r in here.passes.of_day(day)]


def test_what_was_announced_leaves_and_both_passes_are_recorded(tmp_path: Path, here: Deployment) -> None:
    firm = announced(tmp_path, here)
    ran = here.run(firm, "send")
    assert len(firm.sent()) == 2
    assert shown(here) == [("announce", 1, "done", ""), ("send", 1, "done", "")]
    assert (ran.record.sent, ran.record.register_id, ran.record.uncertain) == (2, "world-1", ())


def test_what_was_not_announced_waits_for_the_next_day(tmp_path: Path, here: Deployment) -> None:
    firm = Firm(tmp_path)
    ran = here.run(firm, "send")
    assert firm.sent() == []
    assert ran.result is not None
    assert {f.why.code for f in ran.result.failed} == {"refusal.not_announced"}
    assert firm.invoice("A1", "why") == FR.say_text("refusal.not_announced")
    assert firm.invoice("A1", "next_date") == MONDAY + timedelta(days=1)
    planned = look_at(firm.path)["planned"]
    assert {planned.get(n, "date") for n in planned.used()} == {MONDAY + timedelta(days=1)}


def test_what_changed_since_it_was_announced_does_not_leave(tmp_path: Path, here: Deployment) -> None:
    firm = announced(tmp_path, here)
    firm.put("invoices", ("invoice_no", "A1"), amount=1300.0)
    ran = here.run(firm, "send")
    assert [m.owed.keys() for m in firm.sent()] == [{"B1"}]
    assert ran.result is not None
    assert [f.why.code for f in ran.result.failed] == ["refusal.stale_plan"]
    assert firm.invoice("A1", "why") == FR.say_text("refusal.stale_plan")
    assert firm.invoice("B1", "status") == FR.value("status", "reminded")


def test_a_pass_that_was_run_is_dropped_when_it_comes_again(tmp_path: Path, here: Deployment) -> None:
    firm = announced(tmp_path, here)
    here.run(firm, "send")
    again = here.run(firm, "send")
    assert (again.dropped, again.result) == ("recorded", None)
    assert len(firm.sent()) == 2


@pytest.mark.parametrize("minutes", [-24 * 60, 24 * 60, 14 * 60])
def test_a_pass_of_another_day_is_dropped(tmp_path: Path, here: Deployment, minutes: int) -> None:
    firm = announced(tmp_path, here)
    ran = here.run(firm, "send", scheduled_at=here.now + timedelta(minutes=minutes))
    assert (ran.dropped, firm.sent()) == ("other_day", [])
    assert shown(here) == [("announce", 1, "done", "")]


def test_late_on_the_same_day_it_is_run(tmp_path: Path, here: Deployment) -> None:
    firm = announced(tmp_path, here)
    scheduled_at, here.now = here.now, at(23, 59)
    assert here.run(firm, "send", scheduled_at=scheduled_at).record.outcome == "done"
    assert len(firm.sent()) == 2


def test_the_days_of_a_register_are_those_of_its_own_time_zone(tmp_path: Path, here: Deployment) -> None:
    firm = Firm(tmp_path, time_zone="Pacific/Auckland")
    here.now = at(7)
    here.run(firm, "announce")
    here.now = at(13, 30)  # 00:30 of the next day there: nothing was announced for it
    here.run(firm, "send")
    assert firm.sent() == []


def test_a_register_so_far_away_that_nothing_is_ever_announced_for_the_day_of_sending_is_told(
    tmp_path: Path, here: Deployment
) -> None:
    firm = Firm(tmp_path, time_zone="America/Los_Angeles")
    here.now = at(7, day=MONDAY.day + 1)  # 22:00 of Monday there
    here.run(firm, "announce")
    here.now = at(10, 30, day=MONDAY.day + 1)  # 01:30 of Tuesday
    record = here.run(firm, "send").record
    assert (firm.sent(), record.outcome, record.sent) == ([], "failed", 0)
    assert record.why == reason(
        "pass.other_date", announced=MONDAY, today=MONDAY + timedelta(days=1), zone="America/Los_Angeles"
    )


def test_the_sheet_shows_the_hour_of_its_own_time_zone(tmp_path: Path, here: Deployment) -> None:
    firm = announced(tmp_path, here)
    assert setting_of(look_at(firm.path), "last_run_at") == "05/10/2026 07:00"


@pytest.mark.parametrize(
    ("fault", "code"), [(StoreError("sheet.down"), "sheet.down"), (RuntimeError("compta@exemple.example"), "pass.fault")]
)
def test_a_fault_is_recorded_and_the_pass_may_be_run_again(
    tmp_path: Path, here: Deployment, fault: Exception, code: str
) -> None:
    firm = announced(tmp_path, here)

    class Broken(Outbox):
        def was_accepted(self, message: Message) -> Any:
            raise fault

        def send(self, message: Message, sender: str, raw: bytes) -> str:
            raise fault

    ran = here.run(firm, "send", mailer=Broken(firm.state / "outbox"))
    assert (ran.record.outcome, shown(here)[1]) == ("failed", ("send", 1, "failed", code))
    assert (ran.fault is None) == isinstance(fault, StoreError)
    assert "exemple.example" not in str(here.passes.of_day(MONDAY))
    assert here.run(firm, "send").dropped == ""
    assert len({m.id for m in firm.sent()}) == len(firm.sent()) == 2  # the outbox knows that the first one did not leave


def test_a_refused_pass_is_recorded_with_its_reason_and_may_be_run_again(tmp_path: Path, here: Deployment) -> None:
    firm = announced(tmp_path, here)
    firm.put("settings", ("setting", FR.settings["bic"]["label"]), value="BNPAFRPP")
    assert here.run(firm, "send").record.outcome == "refused"
    assert shown(here)[1] == ("send", 1, "refused", "refusal.pins_changed")
    assert firm.sent() == []
    firm.put("settings", ("setting", FR.settings["bic"]["label"]), value="AGRIFRPP")
    assert here.run(firm, "send").record.outcome == "done"
    assert len(firm.sent()) == 2


def test_a_sending_stopped_by_the_mail_server_s_set_up_is_a_failed_pass(tmp_path: Path, here: Deployment) -> None:
    firm = announced(tmp_path, here)

    class Paused(Outbox):
        def send(self, message: Message, sender: str, raw: bytes) -> str:
            raise MailRefusedError("mail.paused", "configuration")

    ran = here.run(firm, "send", mailer=Paused(firm.state / "outbox"))
    assert shown(here)[1] == ("send", 1, "failed", "mail.paused")
    assert ran.result is not None
    assert len(ran.result.failed) == 1
    shown_whys = {firm.invoice(number, "why") for number in ("A1", "B1")}
    assert shown_whys == {FR.say_text("mail.paused")}
    here.run(firm, "send")
    assert len(firm.sent()) == 2


def test_a_sheet_that_cannot_be_read_again_stops_the_sending_and_fails_the_pass(tmp_path: Path, here: Deployment) -> None:
    firm = announced(tmp_path, here)

    def down() -> None:
        raise StoreError("sheet.down", status=503)

    assert here.run(firm, "send", before_reread=down).record.outcome == "failed"
    assert firm.sent() == []
    assert here.run(firm, "send").record.outcome == "done"


def test_when_time_runs_short_the_rest_is_the_next_part_and_each_message_leaves_once(tmp_path: Path, here: Deployment) -> None:
    firm = announced(tmp_path, here)
    left = iter([900.0, 239.0])
    first = here.run(firm, "send", time_left=lambda: next(left))
    assert (first.record.outcome, len(firm.sent())) == ("goes_on", 1)
    (following,) = here.queued()
    assert (following.kind, following.part, following.at) == ("send", 2, here.now)
    second = here.run(firm, "send", part=2)
    assert (second.record.outcome, len(firm.sent())) == ("done", 2)
    assert len({m.id for m in firm.sent()}) == 2
    assert here.queued() == []


def test_a_sending_started_by_hand_goes_on_with_the_part_that_failed(tmp_path: Path, here: Deployment) -> None:
    firm = announced(tmp_path, here)
    left = iter([900.0, 239.0])
    assert here.run(firm, "send", time_left=lambda: next(left)).record.outcome == "goes_on"

    def down() -> None:
        raise StoreError("sheet.down", status=503)

    assert here.run(firm, "send", part=2, before_reread=down).record.outcome == "failed"
    here.now = at(12)
    again = here.run(firm, "send")
    assert (again.dropped, again.record.part, again.record.outcome) == ("", 2, "done")
    assert len({m.id for m in firm.sent()}) == len(firm.sent()) == 2
    assert here.run(firm, "send").dropped == "recorded"


def test_a_part_that_had_no_time_at_all_is_not_followed_by_another(tmp_path: Path, here: Deployment) -> None:
    firm = announced(tmp_path, here)
    ran = here.run(firm, "send", time_left=lambda: 100.0)
    assert (ran.record.outcome, firm.sent(), here.queued()) == ("failed", [], [])
    assert ran.record.why == reason("pass.too_long", parts=1)


def test_the_last_part_does_not_go_on_and_says_so(tmp_path: Path, here: Deployment) -> None:
    firm = announced(tmp_path, here)
    left = iter([900.0, 100.0])
    ran = here.run(firm, "send", part=MOST_PARTS, time_left=lambda: next(left))
    assert (ran.record.outcome, here.queued()) == ("failed", [])
    assert ran.record.why is not None
    assert ran.record.why.code == "pass.too_long"


def test_messages_of_which_nobody_knows_whether_they_left_are_in_the_record(tmp_path: Path, here: Deployment) -> None:
    firm = announced(tmp_path, here)

    class Silent(Outbox):
        def was_accepted(self, message: Message) -> Any:
            return "unknown"

        def send(self, message: Message, sender: str, raw: bytes) -> str:
            raise MailUncertainError("mail.uncertain")

    ran = here.run(firm, "send", mailer=Silent(firm.state / "outbox"))
    assert len(ran.record.uncertain) == 2
    here.now = at(7, day=MONDAY.day + 1)
    assert here.run(firm, "announce", mailer=Silent(firm.state / "outbox")).record.uncertain == ran.record.uncertain


def test_when_the_beginning_cannot_be_recorded_nothing_is_done(tmp_path: Path, here: Deployment) -> None:
    firm = announced(tmp_path, here)
    here.passes = DynamoPasses(aws.dynamo(), "none")
    with pytest.raises(QueueError):
        here.run(firm, "send")
    assert firm.sent() == []
