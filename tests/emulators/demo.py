"""The demo over a Google Sheet, Google played by the emulator: `python -m tests.emulators.demo [FOLDER]`."""

from __future__ import annotations

import json
import os
import shutil
import sys
import urllib.request
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote

from relance import bootstrap
from relance.cli.demo import story
from relance.places import SheetAddress
from tests.browser.chromium import executable, launched, picture
from tests.emulators.sheets.fixtures import ROBOT
from tests.emulators.sheets.server import SheetsServer

FR = bootstrap.languages()["fr"]
WIDTH, HEIGHT = 1900, 1000


@dataclass(frozen=True)
class Shown:
    """What the demo made: the page of the sheet, its picture when there is a Chromium, and the calls of each step."""

    page: Path
    png: Path | None
    calls: tuple[int, ...]


def demo(folder: Path) -> Shown:
    """Make the register in an empty sheet that was shared, chase it on three days, and show it as Google would."""
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    calls: list[int] = []
    with SheetsServer() as google:
        file = google.drive.add_spreadsheet("Registre d'exemple", writers=(ROBOT,))
        key = folder / "key.json"
        key.write_text(json.dumps(google.accounts.new_key(ROBOT, google.base)), encoding="utf-8")
        os.environ |= {
            "GOOGLE_APPLICATION_CREDENTIALS": str(key), "RELANCE_GOOGLE_ENDPOINT": google.base, "RELANCE_HOME": str(folder),
        }  # fmt: skip

        def counted() -> None:
            calls.append(google.log.count())
            google.log.clear()

        story(SheetAddress(file.id), None, FR, counted)
        page = page_of(google, file.id, folder / "feuille.html")
    return Shown(page, picture_of(page), tuple(calls))


def page_of(google: SheetsServer, sheet: str, page: Path) -> Path:
    """The sheet as Google would show it, as a page."""
    address = f"{google.base}/render/{sheet}?tab={quote(FR.tabs['invoices'])}"
    page.write_bytes(urllib.request.urlopen(address, timeout=30).read())
    return page


def picture_of(page: Path) -> Path | None:
    """The page's picture beside it, when there is a Chromium."""
    if executable() is None:
        return None
    with launched() as browser:
        picture(browser, page, page.with_suffix(".png"), WIDTH, HEIGHT)
    return page.with_suffix(".png")


if __name__ == "__main__":
    shown = demo(Path(sys.argv[1] if len(sys.argv) > 1 else "demo/feuille"))
    print(f"Appels à Google, par jour (le premier jour avec la création) : {', '.join(map(str, shown.calls))}")
    print(f"La feuille telle que Google la montrerait : {shown.png or shown.page}")
