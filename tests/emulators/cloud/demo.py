"""Three days of a deployment on this machine: `python -m tests.emulators.cloud.demo [FOLDER]`."""

from __future__ import annotations

import json
import os
import shutil
import sys
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from email.header import decode_header, make_header
from pathlib import Path

from relance import bootstrap
from relance.cli.demo import REGISTER_ID, answer, enter_payments, pay_and_promise
from relance.cli.register import register_rows
from relance.cli.sample import nth_sending, sample_rows
from relance.domain.workdays import Workdays
from relance.places import SheetAddress
from tests.emulators.cloud import Answer, Cloud, where
from tests.emulators.demo import page_of, picture_of
from tests.emulators.ses import Taken
from tests.emulators.sheets.fixtures import ROBOT
from tests.runs.deployments import PARIS

FR = bootstrap.languages()["fr"]
NAME = "exemple"
BOUNCES, SLOW = "compta@c16.example", "compta@c17.example"
KINDS = {
    "Email Delivered": "remis au serveur du destinataire",
    "Email Bounced": "revenu : adresse inconnue",
    "Email Delivery Delayed": "retardé par le serveur du destinataire",
}


@dataclass
class Demo:
    """The deployment, its one register, and what was counted."""

    cloud: Cloud
    sheet: SheetAddress
    answers: list[Answer] = field(default_factory=list)
    seen: int = 0  # messages told already

    def schedule(self, day: date, hour: int, minute: int, schedule: str) -> list[Answer]:
        """Scheduler's hour has come: the function, and all that follows from it."""
        self.cloud.at(datetime.combine(day, time(hour, minute), PARIS))
        answers = [self.cloud.schedule(schedule), *self.cloud.pump()]
        self.answers += answers
        return answers

    def by_hand(self, day: date, hour: int, minute: int) -> None:
        """The operator starts the sending of the register."""
        self.cloud.at(datetime.combine(day, time(hour, minute), PARIS))
        self.answers += [self.cloud.function("start").invoke({"pass": "send", "registers": [NAME]}), *self.cloud.pump()]

    def taken(self) -> Sequence[Taken]:
        """What SES took since the last look."""
        found = self.cloud.account.taken[self.seen :]
        self.seen = len(self.cloud.account.taken)
        return found


def demo(folder: Path, first: date | None = None) -> tuple[Path, Path | None]:
    """Let three working days pass; the page of the sheet at the end, and its picture when there is a Chromium.

    They begin on or after `first`, tomorrow unless told: a register listed today is not missed yet.
    """
    shutil.rmtree(folder, ignore_errors=True)
    here = where()
    print(
        f"Fonctions {'telles que construites' if here.built else 'depuis les sources'}, Python {here.version}, émulateur d'AWS"
    )
    days = Workdays("FR")
    today = days.next_sending(first or datetime.now(PARIS).date() + timedelta(days=1))
    with Cloud(folder) as cloud:
        cloud.account.fates = {BOUNCES: "bounced", SLOW: "delayed"}
        cloud.account.identities.add("exemple.example")
        shown = Demo(cloud, _register(cloud, folder, today))
        _first_day(shown, today)
        today = nth_sending(days, today, 1)
        _second_day(shown, today, days)
        today = nth_sending(days, today, 1)
        _third_day(shown, today, days)
        _counts(shown)
        page = page_of(cloud.google, shown.sheet.spreadsheet_id, folder / "feuille.html")
    return page, picture_of(page)


def _register(cloud: Cloud, folder: Path, today: date) -> SheetAddress:
    """An empty sheet, shared with the robot, becomes the example register, and a parameter names it."""
    file = cloud.google.drive.add_spreadsheet("Registre d'exemple", writers=(ROBOT,))
    key = folder / "key.json"
    key.write_text(json.dumps(cloud.google.accounts.new_key(ROBOT, cloud.google.base)), encoding="utf-8")
    os.environ |= {"GOOGLE_APPLICATION_CREDENTIALS": str(key), "RELANCE_GOOGLE_ENDPOINT": cloud.google.base}
    sheet = SheetAddress(file.id)
    rows = sample_rows(FR, today)
    bootstrap.create_register(sheet, FR, register_rows(FR, rows, {"register_id": REGISTER_ID}))
    cloud.list_register(NAME, file.id)
    _say("", f"Registre « {NAME} » : une feuille Google de {len(rows['invoices'])} factures, nommée dans SSM.")
    return sheet


def _first_day(shown: Demo, today: date) -> None:
    _title(today)
    _announce(shown, today)
    shown.schedule(today, 10, 30, "SendSchedule")
    _sent(shown, "10:30")
    _watchdog(shown, today)


def _second_day(shown: Demo, today: date, days: Workdays) -> None:
    _title(today)
    _morning(shown, today, days)
    approved = answer(shown.sheet, today, FR)
    _say("06:50", f"l'équipe valide {approved} envois dans « {FR.tabs['todo']} »")
    _announce(shown, today)
    _say("10:30", "l'horloge d'AWS ne déclenche pas l'envoi (une panne, pour voir)")
    _watchdog(shown, today)
    shown.by_hand(today, 11, 45)
    _sent(shown, "11:45", "l'exploitant relance l'envoi ; ")


def _third_day(shown: Demo, today: date, days: Workdays) -> None:
    _title(today)
    _morning(shown, today, days)
    _announce(shown, today)
    typed = pay_and_promise(shown.sheet, today, FR)
    _say("09:15", f"entre l'annonce et l'envoi, l'équipe saisit des règlements et une promesse ({typed} cellules)")
    shown.schedule(today, 10, 30, "SendSchedule")
    _sent(shown, "10:30")
    _watchdog(shown, today)


def _morning(shown: Demo, today: date, days: Workdays) -> None:
    up_to = enter_payments(shown.sheet, today, days, FR)
    _say("06:45", f"règlements saisis jusqu'au {FR.date(up_to)}")


def _announce(shown: Demo, today: date) -> None:
    answers = shown.schedule(today, 7, 0, "AnnounceSchedule")
    planned = sum(log.get("planned", 0) for a in answers for log in a.logs)
    cells = sum(log.get("cells", 0) for a in answers for log in a.logs)
    _say("07:00", f"annonce : {planned} messages dans « {FR.tabs['planned']} », {cells} cellules du robot écrites")


def _sent(shown: Demo, hour: str, before: str = "") -> None:
    """What left, by recipient, and what SES told of it."""
    taken = shown.taken()
    _say(hour, f"{before}{len(taken)} messages partis par SES")
    for one in taken:
        subject = str(make_header(decode_header(next(iter(one.head.all("subject")), ""))))
        _say("", f"  {', '.join(one.to):<42} {subject}")
    fates = {a: f for one in taken for a, f in one.fates.items() if f != "delivered"}
    known = {"bounced": KINDS["Email Bounced"], "delayed": KINDS["Email Delivery Delayed"]}
    back = "".join(f" ; {a} : {known.get(f, f)}" for a, f in fates.items())
    _say("", f"  retours : {sum(f == 'delivered' for one in taken for f in one.fates.values())} remis{back}")


def _watchdog(shown: Demo, today: date) -> None:
    shown.schedule(today, 11, 30, "WatchdogSchedule")
    alerts = shown.cloud.told()
    _say("11:30", "le chien de garde n'a rien à signaler" if not alerts else "le chien de garde écrit à l'exploitant :")
    for subject, text in alerts:
        for line in (f"Objet : {subject}", *text.splitlines()):
            _say("", f"  | {line}")


def _counts(shown: Demo) -> None:
    """What three days cost."""
    seconds, calls = sum(a.seconds for a in shown.answers), shown.cloud.google.log.count()
    dead = shown.cloud.waiting("RunsDead")
    print()
    _say("", f"En trois jours : {len(shown.answers)} appels de fonctions, {seconds:.1f} s en tout,")
    _say("", f"{calls} appels à Google (création comprise), {shown.seen} messages acceptés par SES, aucun deux fois,")
    _say("", f"{dead} passage en file d'échecs.")


def _title(today: date) -> None:
    print(f"\n{FR.date(today)}")


def _say(hour: str, text: str) -> None:
    print(f"  {hour:<6}{text}")


if __name__ == "__main__":
    page, png = demo(Path(sys.argv[1] if len(sys.argv) > 1 else "demo/aws"))
    print(f"\nLa feuille telle que Google la montrerait : {png or page}")
