"""The page of `preview`, read as text: complete, escaped, in both languages, and nothing in it that calls outside."""

from __future__ import annotations

import base64
import hashlib
import re
from dataclasses import replace
from datetime import date
from html import unescape
from html.parser import HTMLParser
from pathlib import Path
from typing import get_args

import pytest

from relance.adapters.preview_page import page_of, srcdoc, write_page
from relance.domain.history import MessageKind
from relance.domain.words import Words
from relance.ports.errors import StoreError
from relance.ports.mail import Worded
from relance.runs.preview import preview
from tests.browser.pages import HOSTILE, RAW, dressed, rows_of, writing
from tests.domain.lexicon import EN, FR
from tests.runs.desks import MONDAY

TEMPLATES = Path(__file__).parents[2] / "templates"
PAGE = TEMPLATES / "_layout"


class Elements(HTMLParser):
    """The start tags of a page with their attributes, and what its scripts say."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.scripts: list[str] = []
        self._script = False
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))
        self._script = tag == "script"

    def handle_data(self, data: str) -> None:
        if self._script:
            self.scripts.append(data)
            self._script = False


def page(folder: Path, words: Words = FR, html: bool = True) -> str:
    """The page of the hostile register."""
    with writing(folder, HOSTILE, rows_of()) as desk:
        return "".join(page_of(preview(dressed(desk, html), "registre", MONDAY), words, TEMPLATES))


@pytest.mark.parametrize("words", [FR, EN], ids=["fr", "en"])
def test_the_page_is_in_the_language_asked_for(tmp_path: Path, words: Words) -> None:
    said = page(tmp_path, words)
    assert f'<html lang="{words.language}" dir="ltr">' in said
    for code in ("messages", "tasks", "held", "faulty", "days_ahead", "filter", "mode_live"):
        assert words.texts[f"preview.{code}"] in unescape(said)


def test_every_word_of_the_preview_is_used_and_every_word_used_exists() -> None:
    sources = [p.read_text("utf-8") for p in (*PAGE.glob("preview*"), *Path("shared/relance").rglob("preview*.py"))]
    used = set(re.findall(r"preview\.([a-z_]+)['\"]", " ".join(sources)))
    dynamic = ("held_", "fix_")  # the start of a code, its end found when the page is made
    known = {code.removeprefix("preview.") for code in FR.texts if code.startswith("preview.")}
    assert used - known - {*dynamic, "html"} == set()
    assert {code for code in known - used if not code.startswith(dynamic)} - {*get_args(MessageKind)} == set()


def test_no_value_becomes_an_element_or_a_handler(tmp_path: Path) -> None:
    found = Elements(page(tmp_path))
    assert [tag for tag, _ in found.tags if tag in ("img", "base", "form", "object", "link", "i")] == []
    assert len(found.scripts) == 1
    assert [a for _, attrs in found.tags for a in attrs if a.startswith("on")] == []
    sources = [v for _, attrs in found.tags for a, v in attrs.items() if a in ("src", "href")]
    assert all(v and v.startswith("#") for v in sources)


def test_the_policy_names_the_one_script_of_the_page(tmp_path: Path) -> None:
    found = Elements(page(tmp_path))
    policy = next(a["content"] for t, a in found.tags if t == "meta" and a.get("http-equiv") == "Content-Security-Policy")
    digest = base64.b64encode(hashlib.sha256(found.scripts[0].encode()).digest()).decode()
    assert policy is not None
    assert policy.split("; ") == [
        "default-src 'none'", "style-src 'unsafe-inline'", "img-src data:", f"script-src 'sha256-{digest}'",
        "base-uri 'none'", "form-action 'none'",
    ]  # fmt: skip


def test_every_message_has_its_text_and_its_frame(tmp_path: Path) -> None:
    said = page(tmp_path)
    assert said.count('<iframe sandbox="" title=') == said.count("<pre ") == said.count("<article ") == len(HOSTILE)


def test_without_html_the_text_stands_alone(tmp_path: Path) -> None:
    tags = [tag for tag, _ in Elements(page(tmp_path, html=False)).tags]
    assert (tags.count("pre"), tags.count("iframe")) == (len(HOSTILE), 0)


def test_a_message_at_fault_is_marked_in_the_list_and_says_why_in_its_place(tmp_path: Path) -> None:
    template = {"template": "R1", "language": "", "channel": "", "subject": "", "text": "{{ nothing }}"}
    with writing(tmp_path, {"C1": "Exemple"}, templates=[template]) as desk:
        said = "".join(page_of(preview(desk, "registre", MONDAY), FR, TEMPLATES))
    assert said.count(FR.texts["preview.faulty_one"]) == 1
    assert said.count("<article ") == 1
    assert "<pre " not in said
    assert "Modèles, ligne 2" in said


def test_a_refusal_stands_first_with_what_to_type(tmp_path: Path) -> None:
    with writing(tmp_path, {"C1": "Exemple"}, settings={"mode": "Test"}) as desk:
        found = preview(desk, "registre", MONDAY)
        said = "".join(page_of(found, FR, TEMPLATES))
    assert found.plan.refused is not None
    assert unescape(said).index(FR.texts["preview.refused"]) < said.index("<main")
    assert FR.texts["preview.messages_none"] in unescape(said)


def test_pictures_of_a_message_come_with_its_frame_and_nothing_else_does() -> None:
    html = '<html><HEAD lang="fr"><title>x</title></head><img src="cid:qr"><img src="cid:other"><p>cid:qr.</p></html>'
    framed = srcdoc(Worded("", "", html, RAW))
    assert '<img src="data:image/png;base64,iVBOR' in framed
    assert '<img src="cid:other">' in framed
    assert framed.index("Content-Security-Policy") == framed.index('<HEAD lang="fr">') + len(
        '<HEAD lang="fr"><meta http-equiv="'
    )
    assert 'img-src data:"' in framed


def test_html_without_a_head_has_its_policy_first() -> None:
    assert srcdoc(Worded("", "", "<p>x</p>", b"")).startswith('<!doctype html><meta http-equiv="Content-Security-Policy"')


def test_an_attached_file_is_no_picture() -> None:
    raw = RAW.replace(b"image/png", b"text/html")
    assert "cid:qr" in srcdoc(Worded("", "", '<img src="cid:qr">', raw))


def test_a_page_is_whole_or_absent(tmp_path: Path) -> None:
    target = tmp_path / "out" / "page.html"
    with writing(tmp_path, {"C1": "Exemple"}) as desk:
        found = preview(desk, "registre", MONDAY)
        write_page(found, FR, TEMPLATES, target)
        broken = replace(found, shown=iter(()), plan=replace(found.plan, today=None))  # type: ignore[arg-type]
        before = target.read_bytes()
        with pytest.raises(AttributeError):
            write_page(broken, FR, TEMPLATES, target)
    assert target.read_bytes() == before
    assert [p.name for p in target.parent.iterdir()] == ["page.html"]


def test_a_page_that_cannot_be_written_is_told(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with writing(tmp_path, {"C1": "Exemple"}) as desk, pytest.raises(StoreError):
        write_page(preview(desk, "registre", MONDAY), FR, TEMPLATES, tmp_path / "file" / "page.html")


def test_weekdays_are_those_of_the_day(tmp_path: Path) -> None:
    assert date(2026, 10, 5) == MONDAY
    assert "lundi 05/10/2026" in page(tmp_path)
