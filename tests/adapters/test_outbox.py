"""The outbox: the contract, and what a folder on a disk adds to it."""

from __future__ import annotations

import os
import random
import resource
import signal
import subprocess
import sys
from collections.abc import Sequence
from datetime import timedelta
from email.message import EmailMessage
from email.policy import SMTP
from pathlib import Path

import pytest

import relance.ports
from relance.adapters.outbox import Outbox
from relance.ports.errors import MailRefusedError
from relance.ports.mail import Mailer
from tests.adapters.facts import DAY, make_message, make_raw
from tests.adapters.mailer_contract import SENDER, MailerContract

SHARED = Path(relance.ports.__file__).parents[1]
ROOT = Path(__file__).parents[2]
BODY = "Bonjour, " * 50_000
SEND_FOREVER = """
import sys
from pathlib import Path
from relance.adapters.outbox import Outbox
from tests.adapters.facts import make_message, make_raw
from tests.adapters.test_outbox import BODY
outbox = Outbox(Path(sys.argv[1]))
print("ready", flush=True)
for n in range(100_000):
    name = f"{n:012}"
    print(outbox.send(make_message(name), "a@example.org", make_raw(name, BODY)), flush=True)
"""


class TestOutbox(MailerContract):
    def open_mailer(self, place: Path) -> Mailer:
        return Outbox(place / "outbox")

    def taken(self, place: Path) -> Sequence[bytes]:
        return [path.read_bytes() for path in sorted((place / "outbox").glob("*.eml"))]


def put(folder: Path, name: str, raw: bytes) -> None:
    """A file that something else than the outbox wrote there."""
    folder.mkdir(exist_ok=True)
    (folder / name).write_bytes(raw)


def test_the_id_of_a_message_is_its_file_name(tmp_path: Path) -> None:
    outbox = Outbox(tmp_path)
    assert outbox.send(make_message("0123456789abcdef"), SENDER, b"raw") == "000001-20261123-0123456789ab"
    assert (tmp_path / "000001-20261123-0123456789ab.eml").read_bytes() == b"raw"
    assert len(list(tmp_path.iterdir())) == 1


def test_names_sort_by_acceptance_whatever_the_day_of_the_message(tmp_path: Path) -> None:
    later = Outbox(tmp_path).send(make_message("m1", day=DAY), SENDER, b"1")
    earlier = Outbox(tmp_path).send(make_message("m2", day=DAY - timedelta(days=9)), SENDER, b"2")
    assert later < earlier


def test_a_file_that_has_the_next_name_is_not_replaced(tmp_path: Path) -> None:
    outbox = Outbox(tmp_path)
    outbox.send(make_message("m1"), SENDER, b"1")
    put(tmp_path, "000002-20261123-m1.eml", b"other")
    assert outbox.send(make_message("m1"), SENDER, b"3") == "000003-20261123-m1"
    assert (tmp_path / "000002-20261123-m1.eml").read_bytes() == b"other"


def test_what_was_accepted_is_known_after_a_restart(tmp_path: Path) -> None:
    Outbox(tmp_path).send(make_message("m1"), SENDER, make_raw("m1"))
    outbox = Outbox(tmp_path)
    assert outbox.was_accepted(make_message("m1")) == "yes"
    assert outbox.was_accepted(make_message("m2")) == "no"
    outbox.send(make_message("m2"), SENDER, make_raw("m2"))
    assert outbox.was_accepted(make_message("m2")) == "yes"


def test_the_header_answers_and_not_the_name(tmp_path: Path) -> None:
    put(tmp_path, "renamed by hand.eml", make_raw("m1"))
    put(tmp_path, "000001-20261123-m2.eml", make_raw("m3"))
    outbox = Outbox(tmp_path)
    answers = {name: outbox.was_accepted(make_message(name)) for name in ("m1", "m2", "m3")}
    assert answers == {"m1": "yes", "m2": "no", "m3": "yes"}


def test_an_id_in_the_text_of_a_message_is_no_header(tmp_path: Path) -> None:
    put(tmp_path, "a.eml", b"Subject: x\n\nX-Relance-Id: m1\n")
    assert Outbox(tmp_path).was_accepted(make_message("m1")) == "no"


@pytest.mark.parametrize("newline", ["\r\n", "\n"])
def test_the_header_is_found_however_it_is_written(tmp_path: Path, newline: str) -> None:
    mail = EmailMessage(policy=SMTP.clone(linesep=newline))
    mail["To"] = ", ".join(f"service-{n}@example.org" for n in range(900))
    mail["X-Relance-Id"] = "f" * 70
    mail.set_content("Bonjour")
    put(tmp_path, "a.eml", mail.as_bytes().replace(b"X-Relance-Id", b"x-relance-id"))
    assert Outbox(tmp_path).was_accepted(make_message("f" * 70)) == "yes"


def test_what_a_crash_left_behind_is_no_acceptance(tmp_path: Path) -> None:
    put(tmp_path, ".0011223344556677.part", make_raw("m1"))
    put(tmp_path, "000009-20261123-m1.pdf", make_raw("m1"))
    assert Outbox(tmp_path).was_accepted(make_message("m1")) == "no"


def test_a_folder_that_is_not_there_holds_nothing(tmp_path: Path) -> None:
    assert Outbox(tmp_path / "none").was_accepted(make_message("m1")) == "no"
    assert not (tmp_path / "none").exists()


def test_a_file_that_cannot_be_read_leaves_the_question_open(tmp_path: Path) -> None:
    (tmp_path / "000001-20261123-m1.eml").mkdir()
    assert Outbox(tmp_path).was_accepted(make_message("m1")) == "unknown"


def test_a_folder_that_cannot_be_read_leaves_the_question_open(tmp_path: Path) -> None:
    put(tmp_path, "outbox", b"a file where the folder should be")
    assert Outbox(tmp_path / "outbox").was_accepted(make_message("m1")) == "unknown"


def test_a_place_that_cannot_be_written_refuses(tmp_path: Path) -> None:
    with pytest.raises(MailRefusedError) as refusal:
        Outbox(Path("/sys/outbox")).send(make_message("m1"), SENDER, b"raw")
    assert (refusal.value.code, refusal.value.kind) == ("mail.read_only", "configuration")


def test_a_message_for_which_there_is_no_room_leaves_nothing(tmp_path: Path) -> None:
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (500_000, before[1]))
    try:
        with pytest.raises(MailRefusedError) as refusal:
            Outbox(tmp_path).send(make_message("m1"), SENDER, b"x" * 600_000)
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)
    assert (refusal.value.code, refusal.value.kind) == ("mail.disk_full", "configuration")
    assert list(tmp_path.iterdir()) == []


def test_a_send_killed_at_any_moment_leaves_nothing_or_the_whole_file(tmp_path: Path) -> None:
    chance = random.Random(5)
    environment = {**os.environ, "PYTHONPATH": f"{SHARED}{os.pathsep}{ROOT}"}
    said: list[str] = []
    for _ in range(6):
        command = [sys.executable, "-c", SEND_FOREVER, str(tmp_path)]
        with subprocess.Popen(command, stdout=subprocess.PIPE, text=True, env=environment) as process:
            assert process.stdout is not None
            assert process.stdout.readline() == "ready\n"
            try:
                process.wait(chance.uniform(0.0, 0.15))
            except subprocess.TimeoutExpired:
                process.send_signal(signal.SIGKILL)
            said += process.stdout.read().split("\n")[:-1]
    files = sorted(tmp_path.glob("*.eml"))
    assert {path.stem for path in files} >= set(said)
    assert said == sorted(said)
    assert all(path.read_bytes() == make_raw(path.stem.split("-")[2], BODY) for path in files)
    assert len(files) > 6
