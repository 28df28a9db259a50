"""The HTML of messages: the text's own sentences, readable everywhere, and closed to hostile values."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from decimal import Decimal
from html.parser import HTMLParser
from urllib.parse import parse_qs, unquote, urlsplit

import pytest
from hypothesis import given
from hypothesis import strategies as st

from relance.adapters.jinja_messages import JinjaMessages
from relance.adapters.jinja_messages.ready import mailto
from relance.domain.draft import Draft
from tests.adapters.cases import CASES, LANGUAGES, case
from tests.adapters.drafts import a_draft, a_line
from tests.adapters.worded import NASTY, TEMPLATES, html_of, text_of, typed

BUILT_IN = JinjaMessages(TEMPLATES)
VOID = {"meta", "br", "img"}
NAMES = (
    "Dupont & Fils <b>",
    "=cmd|' /C calc'!A0",
    "🧾 Café 🧾",
    "شركة المثال",
    "N" * 300,
    "a\nb\r\nBcc: x@evil.example",
    NASTY,
)


@dataclass
class Page(HTMLParser):
    """What a page holds: its elements with their attributes, and its text. Fails on an element left open."""

    elements: list[tuple[str, dict[str, str | None]]] = field(default_factory=list)
    text: str = ""
    opened: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        super().__init__()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append((tag, dict(attrs)))
        if tag not in VOID:
            self.opened.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.opened.pop() == tag
        self.text += " " if tag in ("td", "th") else ""

    def handle_data(self, data: str) -> None:
        if "style" not in self.opened:
            self.text += data

    def all(self, *tags: str) -> list[dict[str, str | None]]:
        """The attributes of every such element."""
        return [attributes for tag, attributes in self.elements if tag in tags]


def page_of(html: str) -> Page:
    """A page, read to its end."""
    page = Page()
    page.feed(html)
    page.close()
    assert page.opened == []
    return page


def hostile(name: str) -> Draft:
    """A draft with the same hostile text wherever a person can type one."""
    line = a_line(name, instalment=name, customer_order=name, extra={"Chantier": name})
    sender = {"sender_name": name, "legal_form": name, "signatory_name": name, "signatory_phone": name, "sender_address": name,
              "registration_no": name, "registry_city": name, "share_capital": name, "bic": name}  # fmt: skip
    customer = {"name": name, "code": name, "contact": name, "address": name, "city": name}
    return a_draft(lines=(line,), customer=customer, settings=sender)


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("name", CASES)
def test_text_and_html_say_the_same(name: str, language: str) -> None:
    worded = BUILT_IN.render(case(name, language))
    shown = words(page_of(worded.html).text)
    for paragraph in worded.text.split("\n\n"):
        lines = paragraph.split("\n")
        if "  " in paragraph:  # the table: aligned columns, whose headings HTML shows only where they tell more
            caption, _, *rows = lines
            lines = [caption, *(cell for row in rows for cell in row.split("  "))]
        assert [part for line in lines for part in line.split(" / ") if words(part) not in shown] == []


def words(text: str) -> str:
    """Text whose spaces and line ends do not count."""
    return re.sub(r"\s+", " ", text).strip()


@pytest.mark.parametrize("name", CASES)
def test_a_page_fetches_nothing_and_runs_nothing(name: str) -> None:
    page = page_of(BUILT_IN.render(case(name, "fr")).html)
    assert {tag for tag, _ in page.elements} <= {
        "html", "head", "meta", "title", "style", "body", "div", "table", "caption", "thead", "tbody", "tfoot", "tr", "th",
        "td", "p", "h1", "a", "b", "small", "span", "br", "img",
    }  # fmt: skip
    assert all(str(a["href"]).startswith("mailto:") for a in page.all("a"))
    assert all(str(a["src"]).startswith("cid:") and a["alt"] for a in page.all("img"))
    html = BUILT_IN.render(case(name, "fr")).html
    assert not re.search(r"https?://|url\(|@import", html)


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_screen_reader_finds_the_language_the_layout_and_the_table(language: str) -> None:
    page = page_of(BUILT_IN.render(case("R3", language)).html)
    assert page.all("html") == [{"lang": language, "dir": "ltr"}]
    data = [a for a in page.all("table") if a.get("role") != "presentation"]
    assert [a.get("class") for a in data] == ["rows"]
    assert len(page.all("caption")) == len(page.all("h1")) == 1
    assert [a["scope"] for a in page.all("th")] == ["col"] * 3 + ["row"] * 6  # 3 invoices, a credit note, 2 totals


def test_colours_can_be_read_in_the_light_and_in_the_dark() -> None:
    html = BUILT_IN.render(case("R1", "fr")).html
    dark = dict(re.findall(r"\.(\w+)[^{}]*\{ (?:background-)?color: (#\w{6})", html.split("prefers-color-scheme: dark")[1]))
    light = {"card": "#ffffff", "panel": "#f2f5f9", "ink": "#1c2530", "quiet": "#55606e", "link": "#1f4e79"}
    assert all(colour in html for colour in light.values())
    for colours in (light, dark):
        for ink, paper in (("ink", "card"), ("ink", "panel"), ("quiet", "card"), ("quiet", "panel"), ("link", "card")):
            assert contrast(colours[ink], colours[paper]) >= 4.5, (ink, paper)


def contrast(one: str, other: str) -> float:
    """The contrast of two colours (WCAG 2.2, 1.4.3)."""
    bright, dim = sorted((luminance(one), luminance(other)), reverse=True)
    return (bright + 0.05) / (dim + 0.05)


def luminance(colour: str) -> float:
    """The relative luminance of `#rrggbb`."""
    parts = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    r, g, b = (p / 12.92 if p <= 0.04045 else ((p + 0.055) / 1.055) ** 2.4 for p in parts)
    return 0.2126 * r + 0.7152 * g + 0.0722 * b


@pytest.mark.parametrize("name", NAMES)
def test_a_hostile_value_is_only_ever_text(name: str) -> None:
    tame, wild = page_of(html_of(hostile("Dupont"))), page_of(html_of(hostile(name)))
    assert [tag for tag, _ in wild.elements if tag != "bdi"] == [tag for tag, _ in tame.elements]
    kept = [set(a) for tag, a in wild.elements if tag != "bdi"]
    assert kept == [set(a) for _, a in tame.elements]


@given(st.text(max_size=300))
def test_any_value_leaves_the_page_as_it_is_made(name: str) -> None:
    made = [(tag, set(a)) for tag, a in page_of(BUILT_IN.render(hostile("Dupont")).html).elements]
    page = page_of(BUILT_IN.render(hostile(name)).html)
    tags = [(tag, set(a)) for tag, a in page.elements if tag != "bdi"]
    assert {tag for tag, _ in tags} <= {tag for tag, _ in made} | {"img"}
    assert all(str(a["href"]).startswith("mailto:factures@exemple.fr?subject=") for a in page.all("a"))


@given(st.text(max_size=300), st.text(max_size=300))
def test_an_answers_link_holds_a_subject_and_a_body_and_no_more(code: str, number: str) -> None:
    draft = a_draft(customer={"code": code}, lines=(a_line(number), a_line("F-002")))
    for attributes in page_of(BUILT_IN.render(draft).html).all("a"):
        link = urlsplit(str(attributes["href"]))
        assert (link.scheme, unquote(link.path)) == ("mailto", "factures@exemple.fr")
        query = parse_qs(link.query, strict_parsing=True)
        assert set(query) == {"subject", "body"}
        assert not re.search(r"[\r\n]", unquote(link.query))
        assert len(query["subject"][0]) <= 200


def test_an_address_cannot_add_anything_to_its_link() -> None:
    assert mailto("a?bcc=x&y@b.example", "s", "") == "mailto:a%3Fbcc%3Dx%26y@b.example?subject=s"


def test_answers_in_one_click_name_the_customer_and_the_invoices() -> None:
    subjects = [parse_qs(urlsplit(str(a["href"])).query)["subject"][0] for a in page_of(html_of(a_draft())).all("a")]
    assert subjects == [
        "Réglé le… - DUPONT - F-001", "Règlement prévu le… - DUPONT - F-001", "Facture à corriger - DUPONT - F-001",
        "Facture à renvoyer - DUPONT - F-001",
    ]  # fmt: skip


def test_right_to_left_names_are_isolated() -> None:
    draft = a_draft(customer={"name": "شركة المثال"})
    assert "au nom de <bdi>شركة المثال</bdi>, est échue" in html_of(draft)
    assert "au nom de \u2068شركة المثال\u2069, est échue" in text_of(draft)


def test_two_hundred_invoices_fit_below_what_gmail_cuts() -> None:
    lines = tuple(a_line(f"F-{n:04}", f"{n + 1}234.56", customer_order=f"CDE-{n}", paid=Decimal(1)) for n in range(200))
    html = html_of(a_draft("R2", charges="mention", lines=lines))
    assert len(html.encode()) < 102_000
    assert all(f"<b>F-{n:04}</b>" in html for n in range(200))


def test_amounts_are_whole_from_a_cent_to_ten_millions() -> None:
    html = html_of(a_draft(lines=(a_line(amount="0.01"), a_line("F-002", "9999999.99"))))
    for amount in ("<b>0,01</b>", "<b>9\u202f999\u202f999,99</b>", "10\u202f000\u202f000,00\u00a0€"):
        assert amount in html


def test_a_typed_text_becomes_paragraphs_with_the_ready_parts_in_their_place() -> None:
    html = html_of(a_draft(), typed("Bonjour <b>,\n\nVoici :\n{{ table }}\nFin\nici.\n\n{{ payment }}"))
    page = page_of(html)
    assert "Bonjour &lt;b&gt;,</p>" in html
    assert "Fin<br>\nici.</p>" in html
    assert len(page.all("caption")) == len(page.all("img")) == 1
    assert page.all("a") == []
    assert re.search(r"Voici :.*<caption.*</table>.*Fin<br>", html, re.DOTALL)


def test_marks_and_isolates_that_a_text_makes_itself_do_no_harm() -> None:
    html = html_of(a_draft(), typed('{{ "\\u2068" }}a{{ "\\u0001" }}b{{ "\\u0000\\ud800" }}c{{ customer.name|first }}'))
    assert "bdi" not in html
    assert page_of(html).all("caption")


def test_an_inbox_shows_the_first_sentence_beside_the_subject() -> None:
    shown = re.search(r'aria-hidden="true">([^<]*)<', html_of(a_draft()))
    assert shown is not None
    assert shown[1].startswith("Sauf erreur de notre part, la facture suivante")
