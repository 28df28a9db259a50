"""What every ledger must do: a suite to inherit from, with `open_ledger` given."""

from __future__ import annotations

from contextlib import closing
from dataclasses import replace
from datetime import UTC, timedelta
from decimal import Decimal
from pathlib import Path

import pytest

from relance.domain.history import Event, History, InvoiceMemory
from relance.ports.errors import LedgerError
from relance.ports.ledger import Claim
from tests.adapters.facts import DAY, FILE, INVOICE, NOON, make_memory, make_message, make_raw
from tests.adapters.ledger_memory_contract import LedgerMemoryContract, OperatorLedger

RAW = make_raw("a1b2c3")
LATER = NOON + timedelta(hours=1)


class LedgerContract(LedgerMemoryContract):
    """Runs, claims and what becomes of messages."""

    def test_a_new_ledger_knows_nothing(self, ledger: OperatorLedger) -> None:
        assert ledger.history() == History(register_id="REG")
        assert list(ledger.messages()) == []
        assert ledger.evidence("a1b2c3") is None
        assert ledger.announced(DAY) == {}

    def test_runs_are_numbered_one_after_the_other(self, ledger: OperatorLedger, tmp_path: Path) -> None:
        assert ledger.begin(DAY, NOON) == 1
        ledger.finish(1, LATER, {"sent": 0})
        assert ledger.begin(DAY + timedelta(days=1), NOON) == 2
        ledger.finish(2, LATER, {})
        with closing(self.open_ledger(tmp_path)) as again:
            assert (again.history().last_run, again.history().last_day) == (2, DAY + timedelta(days=1))

    def test_an_adopted_run_number_only_raises_the_counter(self, ledger: OperatorLedger) -> None:
        ledger.set_last_run(41)
        ledger.set_last_run(7)
        assert ledger.history().last_run == 41
        assert ledger.begin(DAY, NOON) == 42

    def test_one_run_at_a_time_holds_the_register(self, ledger: OperatorLedger, tmp_path: Path) -> None:
        run = ledger.begin(DAY, NOON)
        with closing(self.open_ledger(tmp_path)) as other:
            with pytest.raises(LedgerError, match=r"ledger\.busy"):
                other.begin(DAY, NOON)
            ledger.finish(run, LATER, {})
            assert other.begin(DAY, NOON) == run + 1

    def test_closing_releases_the_register(self, ledger: OperatorLedger) -> None:
        ledger.begin(DAY, NOON)
        ledger.close()
        assert ledger.begin(DAY, NOON) == 2

    def test_a_claim_holds_the_bytes_and_raises_the_file_version(self, ledger: OperatorLedger, tmp_path: Path) -> None:
        assert ledger.claim(make_message(), RAW, 0, NOON) == Claim(True, 1)
        with closing(self.open_ledger(tmp_path)) as again:
            file = again.history().file(FILE)
            assert file.messages == (replace(make_message(), claimed_at=NOON),)
            assert (file.version, file.messages[0].status) == (1, "uncertain")
            assert again.evidence("a1b2c3") == RAW

    def test_a_claimed_message_is_not_claimed_again(self, ledger: OperatorLedger) -> None:
        ledger.claim(make_message(), RAW, 0, NOON)
        for _ in range(2):
            assert ledger.claim(make_message(), b"other", 1, LATER) == Claim(False, 1)
            ledger.accepted("a1b2c3", "srv-1")
        assert ledger.evidence("a1b2c3") == RAW

    def test_a_claim_from_an_old_reading_is_not_granted(self, ledger: OperatorLedger) -> None:
        ledger.remember({FILE: make_memory()}, (), (), (), DAY)
        assert ledger.claim(make_message(), RAW, 0, NOON) == Claim(False, 1)
        assert ledger.claim(make_message(), RAW, 2, NOON) == Claim(False, 1)
        assert ledger.evidence("a1b2c3") is None
        assert ledger.claim(make_message(), RAW, 1, NOON) == Claim(True, 2)

    def test_what_a_draft_says_of_its_own_fate_is_not_kept(self, ledger: OperatorLedger) -> None:
        draft = make_message(attempt=4, accepted_id="x", refusal="y", events=frozenset({Event("sent", NOON)}))
        ledger.claim(replace(draft, resolution="sent"), RAW, 0, LATER)
        assert list(ledger.messages()) == [replace(make_message(), claimed_at=LATER)]

    @pytest.mark.parametrize("by", ["server", "person"])
    def test_a_surely_refused_message_is_claimed_again_as_a_new_attempt(self, ledger: OperatorLedger, by: str) -> None:
        ledger.claim(make_message(), RAW, 0, NOON)
        if by == "server":
            ledger.refused("a1b2c3", "mail.throttled", (), NOON)
        else:
            ledger.resolve("a1b2c3", "not_sent")
        assert ledger.history().file(FILE).messages[0].status == "refused"
        second = make_message(total=Decimal("90.00"), content_hash="h2")
        assert ledger.claim(second, b"second", 1, LATER) == Claim(True, 2)
        assert list(ledger.messages()) == [replace(second, attempt=2, claimed_at=LATER)]
        assert ledger.evidence("a1b2c3") == b"second"
        assert ledger.claim(second, b"third", 2, LATER) == Claim(False, 2)

    def test_accepted_may_be_said_twice(self, ledger: OperatorLedger) -> None:
        ledger.claim(make_message(), RAW, 0, NOON)
        for _ in range(2):
            ledger.accepted("a1b2c3", "srv-1")
            (message,) = ledger.messages()
            assert (message.accepted_id, message.status) == ("srv-1", "accepted")

    def test_accepted_under_two_ids_is_a_fault(self, ledger: OperatorLedger) -> None:
        ledger.claim(make_message(), RAW, 0, NOON)
        ledger.accepted("a1b2c3", "srv-1")
        with pytest.raises(ValueError, match="srv-2"):
            ledger.accepted("a1b2c3", "srv-2")

    def test_addresses_proved_wrong_are_kept_as_bounces(self, ledger: OperatorLedger) -> None:
        ledger.claim(make_message(), RAW, 0, NOON)
        for _ in range(2):
            ledger.refused("a1b2c3", "mail.bad_address", ("compta@example.org",), LATER)
        (message,) = ledger.messages()
        assert message.events == {Event("bounced", LATER, ("compta@example.org",))}
        assert (message.refusal, message.status) == ("mail.bad_address", "refused")  # it never left

    def test_facts_of_an_unknown_message_are_a_fault(self, ledger: OperatorLedger) -> None:
        with pytest.raises(KeyError):
            ledger.accepted("none", "srv-1")
        with pytest.raises(KeyError):
            ledger.refused("none", "why", (), NOON)
        with pytest.raises(KeyError):
            ledger.resolve("none", "sent")
        with pytest.raises(KeyError):
            ledger.add_event("none", Event("sent", NOON))

    def test_an_event_added_twice_is_one_and_the_order_changes_nothing(self, ledger: OperatorLedger, tmp_path: Path) -> None:
        ledger.claim(make_message(), RAW, 0, NOON)
        bounce, sent = Event("bounced", LATER, ("compta@example.org",)), Event("sent", NOON)
        for event in (bounce, sent, bounce, Event("sent", NOON.astimezone(UTC))):
            ledger.add_event("a1b2c3", event)
        with closing(self.open_ledger(tmp_path)) as again:
            (message,) = again.messages()
            assert message.events == {bounce, sent}
            assert message.status == "bounced"
            assert again.history().file(FILE).messages == (message,)

    @pytest.mark.parametrize("kind", ["sent", "bounced", "rejected"])
    def test_a_message_of_which_something_came_back_is_never_claimed_again(self, ledger: OperatorLedger, kind: str) -> None:
        ledger.claim(make_message(), RAW, 0, NOON)
        ledger.add_event("a1b2c3", Event(kind, NOON, ("compta@example.org",)))
        assert not ledger.claim(make_message(), b"second", 1, LATER).granted

    def test_a_message_is_found_by_its_id(self, ledger: OperatorLedger) -> None:
        ledger.claim(make_message(), RAW, 0, NOON)
        ledger.add_event("a1b2c3", Event("sent", NOON))
        found = ledger.message("a1b2c3")
        assert found is not None
        assert (found.id, found.status, found.to) == ("a1b2c3", "accepted", make_message().to)
        assert ledger.message("other") is None

    def test_facts_of_a_customer_asked_for_are_there_however_old(self, ledger: OperatorLedger) -> None:
        closed = replace(make_memory(), invoices={INVOICE: InvoiceMemory(DAY, open=False)})
        ledger.claim(make_message(), RAW, 0, NOON)
        ledger.accepted("a1b2c3", "srv-1")
        ledger.remember({FILE: closed}, (), (), (), DAY)
        for run in (1, 2):
            later = NOON + timedelta(days=1000 * run)
            assert ledger.begin(later.date(), later) == run
            ledger.finish(run, later, {})
            file = ledger.history({"C001"}).file(FILE)
            assert ([m.id for m in file.messages], file.memory, file.version) == (["a1b2c3"], closed, 2)

    def test_a_person_settles_an_uncertain_message(self, ledger: OperatorLedger) -> None:
        ledger.claim(make_message(), RAW, 0, NOON)
        ledger.resolve("a1b2c3", "sent")
        assert [m.status for m in ledger.messages()] == ["accepted"]

    def test_messages_come_by_day_then_instant_then_id(self, ledger: OperatorLedger) -> None:
        tomorrow = DAY + timedelta(days=1)
        given_order = [("d", tomorrow, NOON), ("c", DAY, LATER), ("b", DAY, NOON), ("a", DAY, NOON)]
        for version, (message_id, day, now) in enumerate(given_order):
            ledger.claim(make_message(message_id, day=day), RAW, version, now)
        assert [m.id for m in ledger.history().file(FILE).messages] == ["a", "b", "c", "d"]
        assert [m.id for m in ledger.messages()] == ["a", "b", "c", "d"]
