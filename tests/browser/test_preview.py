"""The page of `preview` in a real browser: by keyboard, on a phone, in the dark, without scripts, and with 2 000 messages."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browser.audit import faults_of, too_wide
from tests.browser.chromium import browser, opened
from tests.browser.pages import HOSTILE, hostile, written

__all__ = ["browser"]
MANY = 2_000


@pytest.fixture(scope="module")
def small(browser: Browser, tmp_path_factory: pytest.TempPathFactory) -> Path:
    return hostile(tmp_path_factory.mktemp("small"))


@pytest.fixture
def page(browser: Browser, small: Path) -> Iterator[Page]:
    with opened(browser, small) as found:
        yield found


def focused(page: Page) -> str:
    """What has the focus: its address, its id, or its element."""
    found: str = page.evaluate("(e => e.hash || e.id || e.tagName)(document.activeElement)")
    return found


def plain(name: str) -> str:
    """A name without the marks that turn text round: the register takes them out."""
    return name.replace("\u202e", "").replace("\u202c", "")


def tab_to(page: Page, wanted: str, most: int = 60) -> None:
    """Press Tab until this has the focus."""
    for _ in range(most):
        page.keyboard.press("Tab")
        if focused(page) == wanted:
            return
    raise AssertionError(f"{wanted} is not reached with {most} times Tab")


def test_nothing_is_fetched_and_nothing_goes_wrong(browser: Browser, small: Path) -> None:
    with opened(browser, small) as page:
        got: list[str] = []
        said: list[str] = []
        page.on("response", lambda response: got.append(response.url))
        page.on("console", lambda message: said.append(message.text))
        page.on("pageerror", lambda error: said.append(str(error)))
        page.reload()
        page.wait_for_load_state("networkidle")
        assert [url for url in got if not url.startswith(("file:", "data:", "about:"))] == []
        forbidden = ("exemple.example/suivi.png", "srcdoc")  # what a message asked for and may not have
        assert [text for text in said if not any(part in text for part in forbidden)] == []
        assert any("violates" in text and forbidden[0] in text for text in said)


def test_values_from_the_register_stay_text(page: Page) -> None:
    assert page.evaluate("window.hacked") is None
    names = page.locator(".list .who").all_text_contents()
    assert {plain(name) for name in names} == {plain(name) for name in HOSTILE.values()}
    assert page.locator("main script, main style, main b i").count() == 0
    assert page.locator("body").is_visible()


def test_a_keyboard_alone_opens_a_message_and_reads_it(page: Page) -> None:
    page.keyboard.press("Tab")
    assert focused(page) == "#main"
    page.keyboard.press("Enter")
    assert focused(page) == "main"
    tab_to(page, "#m3")
    page.keyboard.press("Enter")
    assert page.locator("article:visible").get_attribute("id") == "m3"
    tab_to(page, "PRE")
    assert page.evaluate("document.activeElement.closest('article').id") == "m3"


def test_keys_walk_through_the_messages(page: Page) -> None:
    for key, shown in (("j", "m2"), ("j", "m3"), ("k", "m2")):
        page.keyboard.press(key)
        expect(page.locator("article:target")).to_have_id(shown)
    expect(page.locator(".list a[aria-current]")).to_have_attribute("href", "#m2")


def test_the_message_read_stays_while_another_section_is_looked_at(page: Page) -> None:
    page.locator(".list a").nth(2).click()
    page.locator(".tiles a[href='#tasks']").click()
    assert page.locator("article:visible").get_attribute("id") == "m3"
    assert page.locator("iframe").count() == 1


def test_a_message_cannot_run_scripts_and_shows_its_own_picture(page: Page) -> None:
    frame = page.locator("iframe.live")
    assert (frame.count(), frame.get_attribute("sandbox")) == (1, "")
    inside = frame.content_frame
    assert inside.locator("h1").inner_text().startswith("Exemple")
    assert "hacked" not in inside.locator("body").inner_text()
    assert page.evaluate("window.hacked") is None
    picture = inside.locator("img[alt=QR]")
    assert (picture.get_attribute("src") or "").startswith("data:image/png;base64,")
    assert picture.evaluate("e => e.decode().then(() => e.naturalWidth)") == 1
    before = page.url
    inside.locator("a").click()
    page.wait_for_timeout(200)
    assert page.url == before


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_every_control_has_a_name_and_every_text_its_contrast(browser: Browser, small: Path, scheme: str) -> None:
    with opened(browser, small, color_scheme=scheme) as page:
        page.evaluate("document.querySelectorAll('details').forEach(e => e.open = true)")
        assert faults_of(page) == []


@pytest.mark.parametrize("width", [320, 380, 768, 1280])
def test_no_width_scrolls_sideways(browser: Browser, small: Path, width: int) -> None:
    with opened(browser, small, width) as page:
        page.evaluate("document.querySelectorAll('details').forEach(e => e.open = true)")
        for _ in range(len(HOSTILE)):
            assert too_wide(page) == []
            page.keyboard.press("j")


def test_a_phone_shows_the_list_then_one_message_and_the_way_back(browser: Browser, small: Path) -> None:
    with opened(browser, small, 380, has_touch=True) as page:
        assert page.locator("article:visible").count() == 0
        page.locator(".list a").nth(1).tap()
        assert page.locator("article:visible").get_attribute("id") == "m2"
        assert not page.locator(".list").is_visible()
        page.locator("#m2 .back").tap()
        assert page.locator(".list").is_visible()


def test_the_filter_leaves_what_matches_in_every_section_and_says_how_much(page: Page) -> None:
    page.locator("#filter").fill("exempleEEE")  # accents and case do not count
    expect(page.locator(".list li:visible")).to_have_count(1)
    expect(page.locator("#held tr[data-row]:visible")).to_have_count(2)
    rows = page.locator("[data-row]:visible").count()
    expect(page.locator("#found")).to_have_text(f"{rows} lignes correspondent.")
    page.locator("#filter").fill("rien de tel")
    expect(page.locator("[data-row]:visible")).to_have_count(0)
    expect(page.locator("#found")).to_contain_text("Rien")
    page.locator("#filter").fill("")
    expect(page.locator(".list li:visible")).to_have_count(len(HOSTILE))
    expect(page.locator("#found")).to_be_empty()


def test_without_scripts_messages_open_and_have_their_frame(browser: Browser, small: Path) -> None:
    with opened(browser, small, java_script_enabled=False) as page:
        page.locator(".list a").nth(1).click()
        assert page.locator("#m2").is_visible()
        assert page.locator("#m2 iframe").is_visible()
        assert page.locator("#m2 iframe").content_frame.locator("h1").inner_text().startswith("Exemple")
        assert not page.locator("#filter").is_visible()


def test_printing_opens_what_is_folded_for_the_time_of_printing(page: Page) -> None:
    folded = page.locator("details:not([open])").count()
    assert folded
    page.evaluate("dispatchEvent(new Event('beforeprint'))")
    assert page.locator("details:not([open])").count() == 0
    page.evaluate("dispatchEvent(new Event('afterprint'))")
    assert page.locator("details:not([open])").count() == folded


def test_two_thousand_messages_are_all_there_and_filtered(browser: Browser, tmp_path: Path) -> None:
    path = written(tmp_path, {f"C{n:04}": f"Client {n}" for n in range(MANY)})
    with opened(browser, path) as page:
        assert page.locator("article").count() == page.locator(".list a").count() == MANY
        assert page.locator("iframe").count() == 1
        page.locator("#filter").fill("client 1234")
        expect(page.locator(".list li:visible")).to_have_count(1)
        page.locator(".list a:visible").click()
        assert "Client 1234" in page.locator("article:visible dl").inner_text()
        assert page.locator("iframe").count() == 1
        page.goto(f"{path.as_uri()}#m{MANY}")
        assert page.locator("article:visible").get_attribute("id") == f"m{MANY}"
