"""What every mailer must do: a suite to inherit from, with `open_mailer` and `taken` given."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import pytest

from relance.ports.errors import MailRefusedError
from relance.ports.mail import Mailer
from tests.adapters.facts import make_message, make_raw

SENDER = "recouvrement@example.org"


class MailerContract:
    """`open_mailer` gives a new object on the carrier at this place; `taken` the bytes it holds, in order."""

    def open_mailer(self, place: Path) -> Mailer:
        raise NotImplementedError

    def taken(self, place: Path) -> Sequence[bytes]:
        raise NotImplementedError

    def test_a_message_is_taken_byte_for_byte(self, tmp_path: Path) -> None:
        raw = make_raw("m1") + bytes(range(256)) + b"\n.\r\n"
        assert self.open_mailer(tmp_path).send(make_message("m1"), SENDER, raw)
        assert self.taken(tmp_path) == [raw]

    def test_a_message_handed_over_twice_is_taken_twice(self, tmp_path: Path) -> None:
        mailer = self.open_mailer(tmp_path)
        ids = {mailer.send(make_message("m1"), SENDER, make_raw("m1")) for _ in range(2)}
        assert len(ids) == 2
        assert self.taken(tmp_path) == [make_raw("m1")] * 2

    def test_messages_are_taken_in_order_also_after_a_restart(self, tmp_path: Path) -> None:
        names = [f"{n * 7919 % 100:02}" for n in range(12)]
        for name in names:
            self.open_mailer(tmp_path).send(make_message(name), SENDER, make_raw(name))
        assert self.taken(tmp_path) == [make_raw(name) for name in names]

    def test_a_message_that_was_taken_is_never_said_not_to_be(self, tmp_path: Path) -> None:
        mailer = self.open_mailer(tmp_path)
        mailer.send(make_message("m1"), SENDER, make_raw("m1"))
        assert mailer.was_accepted(make_message("m1")) != "no"
        assert self.open_mailer(tmp_path).was_accepted(make_message("m1")) != "no"

    def test_a_message_never_handed_over_is_never_said_to_be_taken(self, tmp_path: Path) -> None:
        mailer = self.open_mailer(tmp_path)
        assert mailer.was_accepted(make_message("m1")) != "yes"
        mailer.send(make_message("m12"), SENDER, make_raw("m12"))
        assert mailer.was_accepted(make_message("m1")) != "yes"

    def test_a_message_to_nobody_is_refused(self, tmp_path: Path) -> None:
        with pytest.raises(MailRefusedError) as refusal:
            self.open_mailer(tmp_path).send(make_message("m1", to=()), SENDER, make_raw("m1"))
        assert (refusal.value.code, refusal.value.kind) == ("mail.no_recipient", "address")
        assert self.taken(tmp_path) == []
