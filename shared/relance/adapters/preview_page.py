"""The page of `preview`: one HTML file that needs nothing else, filled from templates/_layout."""

from __future__ import annotations

import base64
import hashlib
import re
from collections.abc import Iterable, Iterator, Sequence
from datetime import date
from decimal import Decimal
from email import message_from_bytes
from email.message import Message as Mail
from functools import partial
from pathlib import Path
from typing import Protocol

import jinja2

from relance.domain.rows import problem_text
from relance.domain.words import Words
from relance.ports.errors import StoreError
from relance.ports.mail import Worded

# What a message shown in the page may do: have colours, and pictures that came with it.
FRAME_POLICY = "default-src 'none'; style-src 'unsafe-inline'; img-src data:"
HEAD = re.compile(r"<head(\s[^>]*)?>", re.IGNORECASE)
CID = re.compile(r"cid:([^\"'\s<>)]+)")
WEEKDAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")


class Shown(Protocol):
    """One message of a preview; the template reads the rest of it."""

    @property
    def no(self) -> int: ...
    @property
    def fault(self) -> object: ...


class Batch(Protocol):
    """Messages of one step."""

    @property
    def size(self) -> int: ...


class Preview(Protocol):
    """What the page shows; templates/_layout/preview.html.j2 reads the rest of it."""

    @property
    def batches(self) -> Sequence[Batch]: ...
    @property
    def shown(self) -> Iterator[Shown]: ...


def write_page(preview: Preview, words: Words, folder: Path, path: Path) -> None:
    """Put the page at `path`, whole or not at all; its folder is made when needed. Raises StoreError."""
    temporary = path.with_name(f".{path.name}.part")
    try:
        path.parent.mkdir(exist_ok=True)
        try:
            with temporary.open("w", encoding="utf-8", errors="replace", newline="\n") as file:
                file.writelines(page_of(preview, words, folder))
            temporary.replace(path)
        finally:
            temporary.unlink(missing_ok=True)
    except OSError as error:
        raise StoreError("store.failed", path=str(path), why=error.strerror or str(error)) from error


def page_of(preview: Preview, words: Words, folder: Path) -> Iterator[str]:
    """The page in pieces, in the language of `words`, from the templates in `folder`."""
    env = _environment(words, folder)
    one = env.get_template("_layout/preview_message.html.j2")
    count = sum(batch.size for batch in preview.batches)
    articles: list[str] = []
    faulty: set[int] = set()  # the list of messages stands before them and marks those at fault
    for shown in preview.shown:
        articles.append(one.render(shown=shown, count=count))
        if shown.fault is not None:
            faulty.add(shown.no)
    script, style = ((folder / "_layout" / f"preview.{kind}").read_text("utf-8") for kind in ("js", "css"))
    digest = base64.b64encode(hashlib.sha256(script.encode()).digest()).decode()
    page = env.get_template("_layout/preview.html.j2")
    return page.generate(preview=preview, articles=articles, faulty=faulty, style=style, script=script, script_digest=digest)


def _environment(words: Words, folder: Path) -> jinja2.Environment:
    """Values are escaped, and a missing one is an error."""
    env = jinja2.Environment(
        loader=jinja2.FileSystemLoader(folder), autoescape=True, undefined=jinja2.StrictUndefined, trim_blocks=True,
        lstrip_blocks=True, auto_reload=False,
    )  # fmt: skip
    env.globals.update(words=words, t=words.say_text)
    env.filters.update(
        say=words.say, amount=words.amount, day=words.date, weekday=partial(weekday, words=words),
        sums=partial(sums, words=words), srcdoc=srcdoc, problems=partial(problem_text, words=words),
    )  # fmt: skip
    return env


def weekday(day: date, words: Words) -> str:
    """`lundi 05/10/2026`."""
    return f"{words.value('weekday', WEEKDAYS[day.weekday()])} {words.date(day)}"


def sums(amounts: Iterable[tuple[str, Decimal]], words: Words) -> str:
    """One amount for each currency."""
    return " + ".join(words.amount(amount, currency) for currency, amount in amounts)


def srcdoc(worded: Worded) -> str:
    """A message's HTML, fit for a frame of its own: its pictures inside it, everything else forbidden."""
    html = worded.html
    if "cid:" in html:
        pictures = _pictures(worded.raw)
        html = CID.sub(lambda found: pictures.get(found[1], found[0]), html)
    policy = f'<meta http-equiv="Content-Security-Policy" content="{FRAME_POLICY}">'
    head = HEAD.search(html)
    return f"{html[: head.end()]}{policy}{html[head.end() :]}" if head else f"<!doctype html>{policy}{html}"


def _pictures(raw: bytes) -> dict[str, str]:
    """The pictures of a message as data: addresses, by content id."""
    found = {}
    mail: Mail = message_from_bytes(raw)
    for part in mail.walk():
        name = str(part.get("Content-ID", "")).strip("<> ")
        if name and part.get_content_maintype() == "image":
            content = part.get_payload(decode=True)
            assert isinstance(content, bytes)  # a picture has no parts
            found[name] = f"data:{part.get_content_type()};base64,{base64.b64encode(content).decode()}"
    return found
