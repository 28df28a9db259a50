"""Sending through SES: the contract, every answer and every failure, at the double."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from email.message import EmailMessage
from email.policy import SMTP
from pathlib import Path
from typing import Any, get_args

import boto3
import pytest

from relance.adapters.ses.mailer import SesMailer, ses_client
from relance.domain.history import Event
from relance.ports.errors import MailRefusedError, MailUncertainError
from relance.ports.mail import Mailer
from tests.adapters.facts import NOON, make_message, make_raw
from tests.adapters.mailer_contract import SENDER, MailerContract
from tests.adapters.ses.places import SESSION, Time, client_of, refusal, session_of
from tests.emulators.aws import REGION, SECRET
from tests.emulators.ses import Account, SesServer
from tests.emulators.ses.faults import SesError
from tests.emulators.ses.server import Mood


class TestSes(MailerContract):
    @pytest.fixture(autouse=True)
    def _servers(self) -> Iterator[None]:
        self.servers: dict[Path, SesServer] = {}
        yield
        for server in self.servers.values():
            server.stop()

    def server(self, place: Path) -> SesServer:
        if place not in self.servers:
            self.servers[place] = SesServer(Account(rate=1000))
        return self.servers[place]

    def open_mailer(self, place: Path) -> Mailer:
        return SesMailer(client_of(self.server(place).url), "REG", "relance", 0.25)

    def taken(self, place: Path) -> Sequence[bytes]:
        return [message.raw for message in self.server(place).account.taken]


def test_the_client_makes_one_attempt_and_waits_long() -> None:
    config: Any = ses_client(SESSION).meta.config
    assert config.retries["total_max_attempts"] == 1
    assert (config.connect_timeout, config.read_timeout) == (3, 30)


def test_a_message_carries_its_tags_its_configuration_set_and_all_its_recipients(server: SesServer, mailer: SesMailer) -> None:
    message = make_message("a1b2", to=("a@client.example", "b@client.example"), copy_to=("c@client.example",))
    accepted_id = mailer.send(message, SENDER, make_raw("a1b2"))
    (taken,) = server.account.taken
    assert (taken.id, taken.sender, taken.to, taken.cc) == (accepted_id, SENDER, message.to, message.copy_to)
    assert taken.tags == {"register": "REG", "message": "a1b2"}
    assert taken.configuration_set == "relance"


def test_what_arrives_has_the_servers_own_id_and_date(server: SesServer, mailer: SesMailer) -> None:
    mail = EmailMessage(policy=SMTP)
    mail["From"], mail["To"], mail["Message-ID"], mail["Date"] = (
        SENDER,
        "a@b.example",
        "<ours@x>",
        "Mon, 1 Jan 2024 00:00:00 +0000",
    )
    mail.set_content("Bonjour\n")
    accepted_id = mailer.send(make_message("m1"), SENDER, mail.as_bytes())
    delivered = server.account.taken[0].delivered
    assert f"Message-ID: <{accepted_id}@{REGION}.amazonses.com>".encode() in delivered
    assert delivered.count(b"Message-ID:") == delivered.count(b"Date:") == 1
    assert delivered.endswith(b"\r\n\r\nBonjour\r\n")


@pytest.mark.parametrize("mood", [m for m in get_args(Mood) if m != "well"])
def test_whatever_ends_without_an_answer_leaves_nobody_knowing_and_is_not_repeated(
    server: SesServer, mailer: SesMailer, mood: Mood
) -> None:
    server.mood = lambda: mood
    with pytest.raises(MailUncertainError):
        mailer.send(make_message("m1"), SENDER, make_raw("m1"))
    assert server.calls.count("SendEmail") == 1
    assert len(server.account.taken) == mood.endswith("_after")


SETUPS: dict[str, tuple[dict[str, Any], tuple[str, str]]] = {
    "paused": ({"sending": False}, ("mail.paused", "configuration")),
    "suspended": ({"enforcement": "SHUTDOWN"}, ("mail.paused", "configuration")),
    "unverified sender": ({"identities": set()}, ("mail.not_verified", "configuration")),
    "sandbox": ({"production": False}, ("mail.sandbox", "configuration")),
    "no configuration set": ({"configuration_sets": set()}, ("mail.no_configuration_set", "configuration")),
    "mail from": ({"mail_from_ok": False}, ("mail.not_verified", "configuration")),
    "no permission": ({"forbidden": True}, ("mail.forbidden", "configuration")),
    "quota": ({"daily": 0.0}, ("mail.daily_quota", "configuration")),
}


@pytest.mark.parametrize("setup", SETUPS)
def test_a_fault_of_set_up_stops_the_run_and_marks_nobody(server: SesServer, mailer: SesMailer, setup: str) -> None:
    changes, expected = SETUPS[setup]
    for name, value in changes.items():
        setattr(server.account, name, value)
    assert refusal(mailer, to=("a@client.example",)) == (*expected, ())
    assert server.account.taken == []


def test_what_changes_after_the_first_message_is_noticed_too(server: SesServer, mailer: SesMailer) -> None:
    mailer.send(make_message("m0"), SENDER, make_raw("m0"))
    server.account.sending = False
    assert refusal(mailer)[:2] == ("mail.paused", "configuration")
    server.account.sending, server.account.daily = True, 1.0
    assert refusal(mailer)[:2] == ("mail.daily_quota", "configuration")
    assert server.calls.count("GetAccount") == 1


def test_the_quota_left_is_counted_by_recipients_before_asking(server: SesServer, mailer: SesMailer) -> None:
    server.account.daily = 3.0
    mailer.send(make_message("m0", to=("a@client.example", "b@client.example")), SENDER, make_raw("m0"))
    assert refusal(mailer, to=("a@client.example", "b@client.example"))[:2] == ("mail.daily_quota", "configuration")
    assert server.calls.count("SendEmail") == 1
    mailer.send(make_message("m2"), SENDER, make_raw("m2"))


def test_an_account_without_a_daily_quota_sends(server: SesServer, mailer: SesMailer) -> None:
    server.account.daily = -1.0
    assert mailer.send(make_message("m0"), SENDER, make_raw("m0"))


def test_a_verified_recipient_is_written_to_in_the_sandbox(server: SesServer, mailer: SesMailer) -> None:
    server.account.production = False
    server.account.identities.add("test@client.example")
    assert mailer.send(make_message("m0", to=("test@client.example",)), SENDER, make_raw("m0"))


@pytest.mark.parametrize("address", ["sans-arobase", "nom prénom@client.example", "a@", "a..b@client.example"])
def test_an_address_that_is_refused_is_named_when_it_is_the_only_one(mailer: SesMailer, address: str) -> None:
    assert refusal(mailer, to=(address,)) == ("mail.bad_address", "address", (address,))
    assert refusal(mailer, to=("good@client.example", address)) == ("mail.bad_address", "address", ())


def test_without_a_sender_nothing_is_asked_and_the_run_stops(server: SesServer, mailer: SesMailer) -> None:
    with pytest.raises(MailRefusedError) as error:
        mailer.send(make_message(), "", make_raw("a1"))
    assert (error.value.code, error.value.kind, server.calls) == ("mail.no_sender", "configuration", [])


def test_what_is_too_large_or_to_too_many_is_refused_without_asking(server: SesServer, mailer: SesMailer) -> None:
    assert refusal(mailer, raw=b"x" * 40_000_001)[:2] == ("mail.too_large", "later")
    assert refusal(mailer, to=tuple(f"a{n}@client.example" for n in range(51)))[:2] == ("mail.too_many_recipients", "later")
    assert server.calls == []


def test_a_message_as_large_as_allowed_is_taken(server: SesServer, mailer: SesMailer) -> None:
    raw = make_raw("m1") + b"x" * (40_000_000 - len(make_raw("m1")))
    mailer = SesMailer(ses_client(SESSION, endpoint_url=server.url), "REG", "relance", 0.25, lambda: 0.0, lambda _: None)
    assert mailer.send(make_message("m1"), SENDER, raw)
    assert server.account.taken[0].raw == raw


def test_a_message_with_a_header_that_is_refused_says_why(mailer: SesMailer) -> None:
    raw = b"From: a@example.org\r\nSubject: un\r\nSubject: deux\r\n\r\n"
    with pytest.raises(MailRefusedError) as error:
        mailer.send(make_message("m1"), SENDER, raw)
    assert (error.value.code, error.value.kind) == ("mail.rejected", "later")
    assert "Duplicate header" in str(error.value.values["why"])


def test_a_server_that_is_not_there_took_nothing(time: Time) -> None:
    gone = SesServer(Account())
    gone.stop()
    mailer = SesMailer(client_of(gone.url), "REG", "relance", 0.25, time, time.sleep)
    assert refusal(mailer)[:2] == ("mail.unreachable", "configuration")


def test_a_region_without_the_service_took_nothing(time: Time) -> None:
    session = session_of(region_name="zz-nowhere-1", **SECRET)
    mailer = SesMailer(
        ses_client(session, endpoint_url="http://email.zz-nowhere-1.invalid"), "REG", "relance", 0.25, time, time.sleep
    )
    assert refusal(mailer)[:2] == ("mail.unreachable", "configuration")


def test_a_process_without_credentials_took_nothing(monkeypatch: pytest.MonkeyPatch, server: SesServer, time: Time) -> None:
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_PROFILE", "AWS_CONTAINER_CREDENTIALS_FULL_URI"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("AWS_EC2_METADATA_DISABLED", "true")
    monkeypatch.setenv("AWS_SHARED_CREDENTIALS_FILE", "/nonexistent")
    client = ses_client(boto3.Session(region_name=REGION), endpoint_url=server.url)
    assert refusal(SesMailer(client, "REG", "relance", 0.25, time, time.sleep))[:2] == ("mail.forbidden", "configuration")


def test_an_account_that_cannot_be_asked_sends_nothing(
    server: SesServer, mailer: SesMailer, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken() -> dict[str, Any]:
        raise SesError("TooManyRequestsException", "Rate exceeded")

    monkeypatch.setattr(server.account, "describe", broken)
    assert refusal(mailer)[0] == "mail.throttled"
    assert "SendEmail" not in server.calls


def test_only_an_event_says_that_a_message_was_taken(mailer: SesMailer) -> None:
    mailer.send(make_message("m1"), SENDER, make_raw("m1"))
    assert mailer.was_accepted(make_message("m1")) == "unknown"
    for kind, answer in (("sent", "yes"), ("delivered", "yes"), ("delayed", "yes"), ("rejected", "unknown")):
        assert mailer.was_accepted(make_message("m1", events=frozenset({Event(kind, NOON)}))) == answer


@pytest.mark.parametrize("register_id", ["", "é", "a b", "x" * 257])
def test_a_register_id_that_cannot_be_a_tag_is_a_fault(register_id: str) -> None:
    with pytest.raises(ValueError, match="tag"):
        SesMailer(client_of("http://127.0.0.1:1"), register_id, "relance", 0.25)
