"""The pace of sending through SES: at the share of the rate, and what happens above it."""

from __future__ import annotations

import pytest

from relance.adapters.ses.mailer import SesMailer
from tests.adapters.facts import make_message, make_raw
from tests.adapters.mailer_contract import SENDER
from tests.adapters.ses.places import Time, client_of, refusal
from tests.emulators.ses import SesServer


def test_a_throttled_message_leaves_once_when_there_is_room(server: SesServer, mailer: SesMailer, time: Time) -> None:
    server.account.rate = 1.0  # another register sends as well: at half of the rate we are told we may
    mailer.send(make_message("m0"), SENDER, make_raw("m0"))
    server.account._sends.append((time.now + 5.0, 1))
    assert mailer.send(make_message("m1"), SENDER, make_raw("m1"))
    assert len(server.account.taken) == 2
    assert server.calls.count("SendEmail") > 2


def test_a_message_throttled_ten_times_may_be_claimed_again(server: SesServer, mailer: SesMailer, time: Time) -> None:
    mailer.send(make_message("m0"), SENDER, make_raw("m0"))
    server.account._sends.append((time.now + 3600.0, 14))
    assert refusal(mailer)[:2] == ("mail.throttled", "later")
    assert 25 < sum(time.slept) < 40
    assert server.calls.count("SendEmail") == 1 + 6


@pytest.mark.parametrize("recipients", [1, 3])
def test_messages_leave_at_the_share_of_the_rate_without_a_throttle(
    server: SesServer, mailer: SesMailer, time: Time, recipients: int
) -> None:
    to = tuple(f"a{n}@client.example" for n in range(recipients))
    start = time.now
    for n in range(60):
        mailer.send(make_message(f"m{n}", to=to), SENDER, make_raw(f"m{n}"))
    asked = 60 * recipients / (14 * 0.25)
    assert asked * 0.95 <= time.now - start <= asked * 1.05
    assert server.calls.count("SendEmail") == 60


def test_four_runs_at_once_send_every_message_once_with_hardly_a_throttle(server: SesServer, time: Time) -> None:
    mailers = [SesMailer(client_of(server.url), f"R{n}", "relance", 0.25, time, time.sleep) for n in range(4)]
    for n in range(80):
        mailers[n % 4].send(make_message(f"m{n}"), SENDER, make_raw(f"m{n}"))
    assert [t.tags["message"] for t in server.account.taken] == [f"m{n}" for n in range(80)]
    assert server.calls.count("SendEmail") <= 88
