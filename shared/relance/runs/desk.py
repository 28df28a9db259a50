"""What every run is given, and what it gives back."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime

from relance.domain.draft import Draft
from relance.domain.history import History
from relance.domain.keys import InvoiceKey
from relance.domain.plan import Plan
from relance.domain.register import Register, Template
from relance.domain.words import Lexicon, Reason, Words
from relance.ports.ledger import Ledger
from relance.ports.mail import Mailer, Messages
from relance.ports.store import RegisterStore

Clock = Callable[[], datetime]


@dataclass(frozen=True)
class Desk:
    """One register with everything around it. `refusal`: why it may not be touched, known before it is read."""

    name: str
    register_id: str
    store: RegisterStore
    ledger: Ledger
    mailer: Mailer
    wording: Callable[[tuple[Template, ...]], Messages]  # people's own wordings -> messages
    lexicon: Lexicon
    languages: Mapping[str, Words]
    register: Register  # as it was when the desk was opened
    refusal: Reason | None = None

    def words(self, register: Register) -> Words:
        """The words of the register's language; French when it is not known."""
        return self.languages.get(register.settings.language) or self.languages["fr"]

    def history(self, register: Register) -> History:
        """The facts that decide about a register as it stands."""
        rows = {i.customer for i in register.invoices} | {f.key[0] for f in register.faulty}
        return self.ledger.history(rows)


@dataclass(frozen=True)
class Failure:
    """A message that did not leave, and why."""

    draft: Draft
    why: Reason


@dataclass
class Result:
    """What a run found and did. `plan` is the morning's decision, `after` the one made when all was done."""

    register: Register
    plan: Plan
    drafts: tuple[Draft, ...] = ()
    run: int = 0
    sent: list[Draft] = field(default_factory=list)
    failed: list[Failure] = field(default_factory=list)
    uncertain: list[Draft] = field(default_factory=list)
    unattached: dict[InvoiceKey, Reason] = field(default_factory=dict)  # invoices whose document did not come along
    after: Plan | None = None
    cells: int = 0  # robot cells set
    stopped: Reason | None = None  # why the sending ended before all was tried: the sheet, or the mail server's set-up
    goes_on: bool = False  # time ran short: the rest is for another run
    unwritten: Reason | None = None  # why the sheet could not be written, although the run went on

    @property
    def refused(self) -> Reason | None:
        """Why nothing may leave, or None."""
        return self.plan.refused
