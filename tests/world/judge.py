"""What must always hold (DESIGN 8), judged from the outbox, the evidence, and the workbook; never from a plan."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

from relance.adapters.sqlite_ledger import SqliteLedger
from relance.domain.context import workdays_of
from relance.domain.history import Message
from relance.domain.settings import Settings
from relance.domain.sheet import Snapshot
from tests.world.book import FR, IBAN
from tests.world.facts import Debtor, Facts, Row, facts_of, tables_of
from tests.world.mails import Mail, accepted, read
from tests.world.places import Place

OFFSETS = {"PRE": -7, "R1": 5, "R2": 12, "R3": 27, "MED": 42}  # of the scenario `standard`
ACCOUNT = FR.values["grouping"]["account"]
LIVE = FR.values["mode"]["live"]
SENT, UNCERTAIN = FR.values["event"]["sent"], FR.values["event"]["uncertain"]
CHASING = ("step", "repeat", "promise_broken")
DAYS = workdays_of(Settings())


class Judge:
    """Keeps what the readings showed, and says what is not as it must be."""

    def __init__(self, place: Place, register_id: str) -> None:
        self.place, self.state, self.register_id = place, place.state, register_id
        self.voided: set[tuple[str, date | None]] = set()  # promises that need not stop anything
        self.disputed: dict[str, date] = {}  # the last day a number was seen in dispute
        self.today = date(2026, 1, 1)

    def ledger(self) -> list[Message]:
        """The messages that the ledger knows, read by another process."""
        ledger = SqliteLedger(self.state, self.register_id)
        try:
            return list(ledger.messages())
        finally:
            ledger.close()

    def sent(self) -> list[Mail]:
        """The messages that the mail server took."""
        return accepted(self.state / "outbox")

    # -- each reading ------------------------------------------------------------------------------------------------

    def saw(self, snapshot: Snapshot) -> None:
        """Note what later readings no longer show: disputes that were cleared, promises that were overtaken."""
        facts = facts_of(tables_of(snapshot))
        for number, rows in facts.rows.items():
            for row in rows:
                if row.in_dispute > 0:
                    self.disputed[number] = self.today
                holds = [d.hold_until for d in facts.debtors.get(row.customer, ()) if d.hold_until]
                held = row.hold_until or row.situation == "on_hold" or holds
                if row.promised_for and (row.in_dispute > 0 or held or row.paid):
                    self.voided.add((number, row.promised_for))

    # -- each message, when it is handed over --------------------------------------------------------------------------

    def hand_over(self, message: Message, sender: str, raw: bytes, last: Snapshot | None, age: float) -> None:
        """I2, I3 and I8, against the last re-read."""
        mail = read(raw)
        where = f"{self.today} {mail.id} {mail.subject!r}"
        evidence = sorted((self.state / "evidence" / mail.id).glob("*.eml"))
        assert evidence, f"I2 {where}: no evidence"
        assert evidence[-1].read_bytes() == raw, f"I2 {where}: other bytes than the evidence"
        assert any(m.id == mail.id and m.status == "uncertain" for m in self.ledger()), f"I2 {where}: not claimed"
        assert last is not None, f"I3 {where}: nothing was read again"
        assert age <= 60, f"I3 {where}: the last re-read is {age} s old"
        facts = facts_of(tables_of(last))
        assert facts.settings["mode"] == LIVE, f"I3 {where}: not live"
        assert facts.settings["iban"] == IBAN, f"I8 {where}: the bank account changed"
        assert IBAN in mail.text.replace(" ", ""), f"I8 {where}: another bank account"
        assert sender == facts.settings["from_email"], f"I8 {where}: another sender"
        assert mail.owed, f"I8 {where}: no invoice"
        if facts.settings["grouping"] == ACCOUNT:
            assert self.one_message_a_day(message.file, self.today) == 0, f"I4 {where}: the second of the day"
        if message.kind in CHASING:
            entered = facts.settings["payments_entered_up_to"]
            assert entered is not None, f"I3 {where}: payments not entered"
            assert entered >= DAYS.add_working(self.today, -1), f"I3 {where}: payments entered up to {entered}"
        self._recipients(mail, facts, where)
        for number, owed in mail.owed.items():
            rows = facts.rows.get(number, [])
            assert len(rows) == 1, f"I3 {where}: {number} stands {len(rows)} times"
            self._invoice(message, rows[0], owed, where)
        total = sum(mail.owed.values(), Decimal(0)) + sum(mail.credits, Decimal(0))
        if message.kind == "promise_confirmed":  # its total is what was promised
            assert mail.promised is not None, f"I8 {where}: promised for no day"
            assert mail.promised >= self.today, f"I8 {where}: promised for {mail.promised}"
            assert mail.total is not None, f"I8 {where}: no total"
            assert mail.total <= total, f"I8 {where}: {mail.total} is more than {total}"
        else:
            assert mail.total == total, f"I8 {where}: {mail.total} is not {total}"

    def _recipients(self, mail: Mail, facts: Facts, where: str) -> None:
        codes = {row.customer for number in mail.owed for row in facts.rows.get(number, ())}
        assert len(codes) == 1, f"I8 {where}: of {codes}"
        debtors = facts.debtors.get(codes.pop(), [])
        assert len(debtors) == 1, f"I3 {where}: {len(debtors)} customers"
        debtor: Debtor = debtors[0]
        bounced = {a for m in self.ledger() for e in m.events if e.kind == "bounced" for a in e.addresses}
        good = tuple(a for a in debtor.emails if a not in bounced)
        assert mail.to == good, f"I8 {where}: to {mail.to}, not {good}"
        assert mail.copy_to == debtor.copy_to, f"I8 {where}: copy to {mail.copy_to}"
        held = debtor.excluded or (debtor.hold_until is not None and debtor.hold_until >= self.today)
        assert not held, f"I3 {where}: the customer is not chased"

    def _invoice(self, message: Message, row: Row, owed: Decimal, where: str) -> None:
        held = row.held(self.today)
        assert not held, f"I3 {where}: {row.number} is {held}"
        running = row.promised_for is not None and row.promised_for >= self.today
        if running and message.kind in CHASING:
            assert (row.number, row.promised_for) in self.voided, f"I3 {where}: {row.number} is promised"
        if message.kind == "promise_confirmed":
            assert owed == row.open, f"I8 {where}: {row.number} owes {row.open}, not {owed}"
        elif row.number in self.disputed:
            assert owed <= row.open, f"I8 {where}: {row.number} owes {row.open}, not {owed}"
        else:
            assert owed == row.open - row.in_dispute, f"I8 {where}: {row.number} owes {row.open}, not {owed}"
        if message.kind in ("step", "repeat"):
            assert row.due is not None, f"I3 {where}: {row.number} has no due date"
            assert row.due < self.today, f"I3 {where}: {row.number} is not due"

    # -- after each run ------------------------------------------------------------------------------------------------

    def after(self) -> None:
        """I1, I2, I4 and the half of I6 that always holds."""
        mails, known = self.sent(), {m.id: m for m in self.ledger()}
        ids = [m.id for m in mails]
        assert len(ids) == len(set(ids)), f"I1 {self.today}: accepted twice: {[i for i in ids if ids.count(i) > 1]}"
        for mail in mails:
            copies = [p.read_bytes() for p in (self.state / "evidence" / mail.id).glob("*.eml")]
            assert mail.raw in copies, f"I2 {mail.id}: other bytes than the evidence"
            assert mail.id in known, f"I2 {mail.id}: unknown to the ledger"
            assert known[mail.id].status in ("accepted", "uncertain"), f"I1 {mail.id}: taken, {known[mail.id].status}"
        for message in known.values():
            if message.status == "accepted":
                assert message.id in ids, f"I6 {message.id}: accepted for the ledger alone"
        self._steps([known[i] for i in ids])
        self._journal(set(ids), known)

    def _steps(self, messages: list[Message]) -> None:
        said: set[tuple[str, str]] = set()
        heard: dict[str, int] = {}
        days: set[tuple[object, ...]] = set()
        for m in messages:
            where = f"{m.day} {m.id} {m.step} {m.kind}"
            guard = (m.day, m.file, m.kind, m.step)
            assert guard not in days, f"I4 {where}: again"
            days.add(guard)
            if m.kind not in ("step", "repeat"):
                continue
            tone = OFFSETS["R3" if m.kind == "repeat" and m.step == "MED" else m.step]
            for s in m.said:
                number = s.invoice[1]
                assert tone >= heard.get(number, tone), f"I4 {where}: softer than before about {number}"
                if s.step and m.kind == "step":
                    assert (number, s.step) not in said, f"I1 {where}: {s.step} again about {number}"
                    said.add((number, s.step))
            for s in m.said:
                if s.step:
                    heard[s.invoice[1]] = max(heard.get(s.invoice[1], 0), OFFSETS[s.step])

    def _journal(self, ids: set[str], known: dict[str, Message]) -> None:
        told = self.journal(SENT)
        for start in told:
            found = [i for i in ids if i.startswith(start)]
            assert len(found) == 1, f"I6 {start}: the journal says sent"
            assert known[found[0]].status == "accepted", f"I6 {start}: the ledger does not say sent"

    def journal(self, event: str) -> list[str]:
        """The starts of the ids of messages with this event."""
        table = self.place.look()["journal"]
        rows = [n for n in table.used() if table.get(n, "event") == event]
        return [str(table.get(n, "event_id")).rsplit("-", 1)[0] for n in rows]

    def one_message_a_day(self, file: object, day: date) -> int:
        """How many messages a file got on a day."""
        sent = {m.id for m in self.sent()}
        return sum(m.id in sent and m.file == file and m.day == day for m in self.ledger())
