"""The pictures of the README and the guide, made from the demo: `python -m tests.pictures`.

Needs LibreOffice, poppler's pdftoppm and Chromium: apt-get install libreoffice-calc poppler-utils chromium.
"""

from __future__ import annotations

import shutil
import subprocess
import sys
import tempfile
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default
from pathlib import Path

from openpyxl import load_workbook
from playwright.sync_api import Browser

from relance import bootstrap
from relance.adapters.preview_page import srcdoc
from relance.cli import main
from relance.ports import Worded
from tests.browser.chromium import MISSING, executable, launched

ROOT = Path(__file__).parents[2]
TARGET = ROOT / "infra" / "pictures"
DAY = "2026-11-23"
FR = bootstrap.languages()["fr"]
STEPS = ("R1", "R3")  # of the messages shown
SHOWN = {"register": "invoices", "todo": "todo", "planned": "planned"}  # picture -> tab
WIDTH = 1400  # pixels


def pictures(folder: Path) -> None:
    """Make the demo in a folder, and its pictures in TARGET."""
    main_("demo", "--folder", str(folder), "--on", DAY, "--lang", "fr")
    register = folder / "registre.xlsx"
    for name, table in SHOWN.items():
        tab_picture(register, FR.tabs[table], TARGET / f"{name}.png")
    page = folder / "preview.html"
    main_("preview", str(register), "--on", DAY, "--lang", "fr", "--output", str(page))
    with launched() as browser:
        for step in STEPS:
            message_picture(browser, register, step)
        screenshot(browser, page.as_uri(), TARGET / "preview.png", 1280, 900)


def main_(*arguments: str) -> None:
    """A command of `relance`, as it is typed."""
    try:
        main(arguments)
    except SystemExit as done:
        if done.code:
            raise


def tab_picture(register: Path, title: str, target: Path) -> None:
    """One tab as LibreOffice shows it, its first rows."""
    with tempfile.TemporaryDirectory() as name:
        book = load_workbook(register)
        for sheet in book.worksheets:
            if sheet.title != title:
                sheet.sheet_state = "hidden"
        book.active = book.worksheets.index(book[title])
        book.save(Path(name) / "one.xlsx")
        run("soffice", f"-env:UserInstallation={Path(name).as_uri()}/profile", "--headless", "--convert-to", "pdf",
            "--outdir", name, f"{name}/one.xlsx")  # fmt: skip
        run("pdftoppm", "-png", "-singlefile", "-f", "1", "-scale-to-x", str(WIDTH), "-scale-to-y", "-1",
            f"{name}/one.pdf", f"{name}/one")  # fmt: skip
        shutil.copyfile(f"{name}/one.png", target)


def message_picture(browser: Browser, register: Path, step: str) -> None:
    """The first message of a step, as its reader sees it."""
    desk = bootstrap.open_desk(register)
    known = [m for facts in desk.ledger.history().files.values() for m in facts.messages]
    first = min((m for m in known if m.kind == "step" and m.step == step), key=lambda m: (m.day, m.id))
    raw = next(p.read_bytes() for p in sorted((bootstrap.state_folder(register) / "outbox").glob("*.eml"))
               if first.id.encode() in p.read_bytes())  # fmt: skip
    mail = message_from_bytes(raw, policy=default)
    assert isinstance(mail, EmailMessage)
    body = mail.get_body(("html",))
    assert body is not None
    with tempfile.TemporaryDirectory() as name:
        page = Path(name) / "message.html"
        page.write_text(srcdoc(Worded(first.subject, "", body.get_content(), raw)), encoding="utf-8")
        screenshot(browser, page.as_uri(), TARGET / f"message-{step}.png", 660, 0)


def screenshot(browser: Browser, address: str, target: Path, width: int, height: int) -> None:
    """A page's picture; all of it when `height` is 0."""
    page = browser.new_page(viewport={"width": width, "height": height or 800})
    page.goto(address)
    page.screenshot(path=target, full_page=not height)
    page.close()


def run(*command: str) -> None:
    """Run a program; its words are shown when it fails."""
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    if done.returncode:
        sys.exit(f"{command[0]}: {done.stderr or done.stdout}")


if __name__ == "__main__":
    missing = [name for name in ("soffice", "pdftoppm") if shutil.which(name) is None]
    if missing or executable() is None:
        sys.exit(f"Missing: {', '.join(missing)}. {__doc__}" if missing else MISSING)
    with tempfile.TemporaryDirectory() as made:
        TARGET.mkdir(parents=True, exist_ok=True)
        pictures(Path(made))
    for picture in sorted(TARGET.glob("*.png")):
        print(f"{picture.relative_to(ROOT)}  {picture.stat().st_size // 1000} kB")
