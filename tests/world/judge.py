"""What must always hold (DESIGN 8), judged from what the mail server took, the evidence, and the sheet; never from a plan."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from relance.domain.context import workdays_of
from relance.domain.history import Message
from relance.domain.settings import Settings
from relance.domain.sheet import Snapshot
from tests.world.book import FR, IBAN, Tables
from tests.world.facts import Debtor, Facts, Row, facts_of, tables_of
from tests.world.mails import Mail, read
from tests.world.places import Place

OFFSETS = {"PRE": -7, "R1": 5, "R2": 12, "R3": 27, "MED": 42}  # of the scenario `standard`
ACCOUNT = FR.values["grouping"]["account"]
LIVE = FR.values["mode"]["live"]
SENT = FR.values["event"]["sent"]
LEFT = ("accepted", "bounced", "rejected")  # the latter two: sent, and not known yet to have come back
CHASING = ("step", "repeat", "promise_broken")
DAYS = workdays_of(Settings())


@dataclass(frozen=True)
class Readings:
    """What a run knows when it hands over a message: the last re-read and its age in seconds, what the ledger held."""

    last: Snapshot | None
    age: float
    known: list[Message]


class Judge:
    """Keeps what the readings showed, and says what is not as it must be."""

    def __init__(self, place: Place) -> None:
        self.place = place
        self.voided: set[tuple[str, date | None]] = set()  # promises that need not stop anything
        self.disputed: dict[str, date] = {}  # the last day a number was seen in dispute
        self.today = date(2026, 1, 1)

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

    def hand_over(self, message: Message, sender: str, raw: bytes, run: Readings) -> None:
        """I2, I3 and I8, against what the run last read."""
        mail = read(raw)
        where = f"{self.today} {mail.id} {mail.subject!r}"
        evidence, known = self.place.evidence().get(mail.id), self.place.ledger()
        assert evidence, f"I2 {where}: no evidence"
        assert evidence[-1] == raw, f"I2 {where}: other bytes than the evidence"
        assert any(m.id == mail.id and m.status == "uncertain" for m in known), f"I2 {where}: not claimed"
        assert run.last is not None, f"I3 {where}: nothing was read again"
        assert run.age <= 60, f"I3 {where}: the last re-read is {run.age} s old"
        tables = tables_of(run.last)
        facts = facts_of(tables)
        assert facts.settings["mode"] == LIVE, f"I3 {where}: not live"
        assert facts.settings["iban"] == IBAN, f"I8 {where}: the bank account changed"
        assert IBAN in mail.text.replace(" ", ""), f"I8 {where}: another bank account"
        assert sender == facts.settings["from_email"], f"I8 {where}: another sender"
        assert mail.owed, f"I8 {where}: no invoice"
        if facts.settings["grouping"] == ACCOUNT:
            assert self.messages_of_the_day(message.file, self.today, known) == 0, f"I4 {where}: the second of the day"
        if message.kind in CHASING:
            entered = facts.settings["payments_entered_up_to"]
            assert entered is not None, f"I3 {where}: payments not entered"
            assert entered >= DAYS.add_working(self.today, -1), f"I3 {where}: payments entered up to {entered}"
        self._recipients(mail, facts, run.known, where)
        refused = {a for m in known if m.refusal for e in m.events if e.kind == "bounced" for a in e.addresses}
        assert refused.isdisjoint(mail.to), f"I8 {where}: to {mail.to}, of which {refused} were refused"
        _no_complaint(message, run.known, tables, where)
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

    def _recipients(self, mail: Mail, facts: Facts, known: list[Message], where: str) -> None:
        codes = {row.customer for number in mail.owed for row in facts.rows.get(number, ())}
        assert len(codes) == 1, f"I8 {where}: of {codes}"
        debtors = facts.debtors.get(codes.pop(), [])
        assert len(debtors) == 1, f"I3 {where}: {len(debtors)} customers"
        debtor: Debtor = debtors[0]
        bounced = {a for m in known for e in m.events if e.kind == "bounced" for a in e.addresses}
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
        mails, evidence, known = self.place.sent(), self.place.evidence(), {m.id: m for m in self.place.ledger()}
        ids = [m.id for m in mails]
        assert len(ids) == len(set(ids)), f"I1 {self.today}: accepted twice: {[i for i in ids if ids.count(i) > 1]}"
        for mail in mails:
            assert mail.raw in evidence[mail.id], f"I2 {mail.id}: other bytes than the evidence"
            assert mail.id in known, f"I2 {mail.id}: unknown to the ledger"
            right = ("accepted", "uncertain", "rejected" if mail.thrown_away else "bounced")
            assert known[mail.id].status in right, f"I1 {mail.id}: taken, {known[mail.id].status}"
        for message in known.values():
            if message.status in ("accepted", "bounced", "rejected"):
                assert message.id in ids, f"I6 {message.id}: {message.status} for the ledger alone"
        self._steps([known[i] for i in ids if known[i].status not in ("bounced", "rejected")])
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
            assert known[found[0]].status in LEFT, f"I6 {start}: the ledger does not say sent"

    def journal(self, event: str) -> list[str]:
        """The starts of the ids of messages with this event."""
        table = self.place.look()["journal"]
        rows = [n for n in table.used() if table.get(n, "event") == event]
        return [str(table.get(n, "event_id")).rsplit("-", 1)[0] for n in rows]

    def messages_of_the_day(self, file: object, day: date, known: list[Message]) -> int:
        """How many messages a file got on a day."""
        sent = {m.id for m in self.place.sent()}
        return sum(m.id in sent and m.file == file and m.day == day for m in known)


def _no_complaint(message: Message, known: list[Message], tables: Tables, where: str) -> None:
    """Each complaint of the customer that the run knew of was answered on its own line of the To do tab."""
    complaints = [m for m in known if m.file[0] == message.file[0] and any(e.kind == "complained" for e in m.events)]
    if complaints:
        customers, todo = tables["customers"], tables["todo"]
        name = customers.get(customers.find("code", message.file[0]), "name")
        answered = {
            todo.get(n, "no") for n in todo.used()
            if str(todo.get(n, "action")).startswith(FR.values["task"]["complaint"]) and todo.get(n, "customer") == name
            and todo.get(n, "outcome") and todo.get(n, "no") is not None
        }  # fmt: skip
        assert len(answered) >= len(complaints), f"I3 {where}: complaints about {[m.id for m in complaints]}"
