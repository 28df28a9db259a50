"""Sending the messages of a run: each asked for by a re-read at most a minute old, worded, claimed, handed over, recorded."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta

from relance.domain.compose import compose
from relance.domain.draft import Draft
from relance.domain.history import History
from relance.domain.keys import FileKey
from relance.domain.parse import parse
from relance.domain.words import Reason, reason
from relance.ports.errors import MailRefusedError, MailUncertainError, MessageError, StoreError
from relance.ports.mail import Messages
from relance.ports.store import Document
from relance.runs.desk import Clock, Desk, Failure, Result
from relance.runs.documents import documents_of
from relance.runs.look import decided

REREAD_AFTER = timedelta(seconds=60)
LAST_SEND = 240.0  # seconds that must be left when a message leaves: the slowest answer, then the writing of the sheet
Hashes = Mapping[str, str]  # message id -> content hash


@dataclass(frozen=True)
class Sending:
    """How a run may send: `allowed` are the messages that may leave, all when None; `time_left` as in `chase`."""

    clock: Clock
    time_left: Callable[[], float]
    allowed: Hashes | None


@dataclass
class _State:
    """What the sending of a run's messages goes on with."""

    messages: Messages
    versions: dict[FileKey, int]
    wrong: set[str] = field(default_factory=set)  # addresses that the mail server refused in this run


def send_all(desk: Desk, result: Result, history: History, today: date, sending: Sending) -> None:
    """Each draft leaves only if a re-read at most a minute old still asks for it, with the same content."""
    versions = {key: facts.version for key, facts in history.files.items()}
    state = _State(desk.wording(result.register.templates), versions)
    still: Hashes = {}
    read_at: datetime | None = None
    for draft in result.drafts:
        documents, missing = documents_of(desk.store, draft)  # before the re-read: fetching may take its time
        if sending.time_left() < LAST_SEND:
            result.goes_on = True
            return
        if read_at is None or sending.clock() - read_at >= REREAD_AFTER:
            read_at = sending.clock()
            try:
                still = _still_wanted(desk, result, history, today)
            except StoreError as error:  # what left has left: stop here, and tell
                result.stopped = reason(error.code, **error.values)
                return
        why = _stays(draft, still, sending.allowed, state)
        if why is not None:
            result.failed.append(Failure(draft, why))
            continue
        result.unattached |= missing
        if not _send(desk, result, draft, documents, state, sending.clock()):
            return


def _stays(draft: Draft, still: Hashes, allowed: Hashes | None, state: _State) -> Reason | None:
    """Why a message does not leave after all, or None."""
    message = draft.message
    if still.get(message.id) != message.content_hash or not state.wrong.isdisjoint(message.to):
        return reason("refusal.stale_plan")
    if allowed is not None and allowed.get(message.id) != message.content_hash:
        return reason("refusal.stale_plan" if message.id in allowed else "refusal.not_announced")
    return None


def _still_wanted(desk: Desk, result: Result, history: History, today: date) -> Hashes:
    register = parse(desk.store.reread(), desk.lexicon)
    plan = decided(register, history, today)
    result.register = register
    if register.settings.mode != result.drafts[0].settings.mode:
        return {}
    return {d.message.id: d.message.content_hash for d in compose(plan, register, desk.register_id)}


def _send(desk: Desk, result: Result, draft: Draft, documents: Sequence[Document], state: _State, now: datetime) -> bool:
    """Word, claim, send, record. False when nothing more may be sent in this run."""
    try:
        worded = state.messages.render(draft, documents)
    except MessageError as error:
        result.failed.append(Failure(draft, reason(error.code, **error.values)))
        return True
    message = replace(draft.message, subject=worded.subject)
    claim = desk.ledger.claim(message, worded.raw, state.versions.get(message.file, 0), now)
    if not claim.granted:  # the version stays as it was read: what else this run would say of the file is as old
        result.failed.append(Failure(draft, reason("refusal.already_claimed")))
        return True
    state.versions[message.file] = claim.version
    try:
        accepted_id = desk.mailer.send(message, draft.settings.from_email, worded.raw)
    except MailRefusedError as error:
        desk.ledger.refused(message.id, error.code, error.addresses, now)
        state.wrong.update(error.addresses)
        why = reason(error.code, **error.values)
        result.failed.append(Failure(draft, why))
        if error.kind == "configuration":
            result.stopped = why
        return result.stopped is None
    except MailUncertainError:
        result.uncertain.append(draft)
        return True
    desk.ledger.accepted(message.id, accepted_id)
    result.sent.append(draft)
    return True
