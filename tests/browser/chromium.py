"""Headless Chromium for tests and pictures: `from tests.browser.chromium import browser` gives a test the fixture."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, sync_playwright

MISSING = (
    "No Chromium found. On Debian or Ubuntu: apt-get install chromium fonts-dejavu-core; "
    "or say where it is: RELANCE_CHROMIUM=/path/to/chromium"
)


def executable() -> str | None:
    """Where Chromium is: RELANCE_CHROMIUM, else `chromium` on the path; None without one."""
    return os.environ.get("RELANCE_CHROMIUM") or shutil.which("chromium")


@contextmanager
def launched() -> Iterator[Browser]:
    """A browser that ends with the block. FileNotFoundError without a Chromium."""
    path = executable()
    if path is None:
        raise FileNotFoundError(MISSING)
    with sync_playwright() as playwright:
        found = playwright.chromium.launch(executable_path=path, args=["--no-sandbox"])
        try:
            yield found
        finally:
            found.close()


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """A browser; the test is skipped where there is none, unless RELANCE_BROWSER=required."""
    if executable() is None and os.environ.get("RELANCE_BROWSER") != "required":
        pytest.skip(MISSING)
    with launched() as found:
        yield found


@contextmanager
def opened(browser: Browser, path: Path, width: int = 1280, height: int = 900, **context: Any) -> Iterator[Page]:
    """A file in a window of this size, in pixels. `context`: what playwright's new_context takes, such as color_scheme."""
    window = browser.new_context(viewport={"width": width, "height": height}, **context)
    try:
        page = window.new_page()
        page.goto(path.resolve().as_uri())
        yield page
    finally:
        window.close()


def picture(browser: Browser, path: Path, png: Path, width: int = 1280, height: int = 900, **context: Any) -> None:
    """A file as a picture, whole from top to bottom."""
    with opened(browser, path, width, height, **context) as page:
        page.wait_for_load_state("networkidle")
        page.screenshot(path=png, full_page=True)
