"""The pictures of the README and the guide, made from the demo: `python -m tests.pictures`.

Needs LibreOffice, poppler's pdftoppm and Chromium: apt-get install libreoffice-calc poppler-utils chromium.
"""

from __future__ import annotations

import shutil
import subprocess
import sys
import tempfile
from datetime import timedelta
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default
from pathlib import Path

from openpyxl import load_workbook
from openpyxl.worksheet.header_footer import HeaderFooterItem
from playwright.sync_api import Browser

from relance import bootstrap
from relance.adapters.preview_page import srcdoc
from relance.cli import main
from relance.domain.workdays import Workdays
from relance.ports.mail import Worded
from tests.browser.chromium import MISSING, executable, launched
from tests.emulators.demo import demo as demo_sheet

ROOT = Path(__file__).parents[2]
TARGET = ROOT / "infra" / "pictures"
FR = bootstrap.languages()["fr"]
STEPS = ("R1", "R3")  # of the messages shown
# Picture -> tab, and the part of it.
SHOWN = {"register": ("invoices", "A1:AE34"), "todo": ("todo", "A1:I12"), "planned": ("planned", "A1:G16")}
SCALE, ROOM = 1500, 6  # width of the whole page and space around what is kept, in pixels
FRENCH = """<?xml version="1.0" encoding="UTF-8"?>
<oor:items xmlns:oor="http://openoffice.org/2001/registry">
<item oor:path="/org.openoffice.Setup/L10N">
<prop oor:name="ooSetupSystemLocale" oor:op="fuse"><value>fr-FR</value></prop>
</item>
</oor:items>
"""


def pictures(folder: Path) -> None:
    """Make the demo in a folder, and its pictures in TARGET."""
    main_("demo", "--folder", str(folder), "--lang", "fr")
    register = folder / "registre.xlsx"
    for name, (table, area) in SHOWN.items():
        tab_picture(register, FR.tabs[table], area, TARGET / f"{name}.png")
    page = folder / "preview.html"
    last = bootstrap.open_desk(register).ledger.history().last_day
    assert last is not None
    tomorrow = Workdays("FR").next_sending(last + timedelta(days=1))
    main_("preview", str(register), "--on", tomorrow.isoformat(), "--lang", "fr", "--output", str(page))
    sheet = demo_sheet(folder / "feuille")
    with launched() as browser:
        for step in STEPS:
            message_picture(browser, register, step)
        screenshot(browser, page.as_uri(), TARGET / "preview.png", 1280, 900)
        screenshot(browser, sheet.page.as_uri(), TARGET / "sheet.png", 1900, 760)


def main_(*arguments: str) -> None:
    """A command of `relance`, as it is typed."""
    try:
        main(arguments)
    except SystemExit as done:
        if done.code:
            raise


def tab_picture(register: Path, title: str, area: str, target: Path) -> None:
    """A part of one tab as LibreOffice shows it in French."""
    with tempfile.TemporaryDirectory() as name:
        book = load_workbook(register)
        for sheet in book.worksheets:
            if sheet.title != title:
                sheet.sheet_state = "hidden"
        book.active = book.worksheets.index(book[title])
        book[title].print_area = area
        book[title].oddFooter = HeaderFooterItem()
        book.save(Path(name) / "one.xlsx")
        profile = Path(name) / "profile" / "user"
        profile.mkdir(parents=True)
        (profile / "registrymodifications.xcu").write_text(FRENCH, encoding="utf-8")
        run("soffice", f"-env:UserInstallation={profile.parent.as_uri()}", "--headless", "--convert-to", "pdf",
            "--outdir", name, f"{name}/one.xlsx")  # fmt: skip
        scaled = ("pdftoppm", "-singlefile", "-f", "1", "-scale-to-x", str(SCALE), "-scale-to-y", "-1")
        run(*scaled, f"{name}/one.pdf", f"{name}/one")
        left, top, right, bottom = inked((Path(name) / "one.ppm").read_bytes())
        crop = ("-x", str(left), "-y", str(top), "-W", str(right - left), "-H", str(bottom - top))
        run(*scaled, "-png", *crop, f"{name}/one.pdf", f"{name}/one")
        shutil.copyfile(f"{name}/one.png", target)


def inked(ppm: bytes) -> tuple[int, int, int, int]:
    """The part of a picture that is not blank: left, top, right, bottom, with a little room."""
    _, size, _, pixels = ppm.split(b"\n", 3)
    width, height = map(int, size.split())
    rows = [pixels[n * width * 3 : (n + 1) * width * 3] for n in range(height)]
    blank = b"\xff" * width * 3
    used = [n for n, row in enumerate(rows) if row != blank]
    left = min(len(row) - len(row.lstrip(b"\xff")) for row in rows if row != blank) // 3
    right = max(len(row.rstrip(b"\xff")) for row in rows if row != blank) // 3
    return max(left - ROOM, 0), max(used[0] - ROOM, 0), min(right + ROOM, width), min(used[-1] + ROOM, height)


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
