"""Pages of `preview` for the browser: small and hostile, or of many messages."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import replace
from datetime import date
from pathlib import Path

from relance import bootstrap
from relance.domain.draft import Draft
from relance.domain.register import Template
from relance.ports.mail import Messages, Worded
from relance.ports.store import Document
from relance.runs.desk import Desk
from relance.runs.preview import preview
from tests.runs.desks import LATE, MONDAY, Row, close
from tests.world.book import FR, make

PNG = "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+P+/HgAFhAJ/wlseKgAAAABJRU5ErkJggg=="  # one point
RAW = "\r\n".join(
    ("Content-Type: multipart/related; boundary=b", "", "--b", "Content-Type: image/png", "Content-ID: <qr>",
     "Content-Transfer-Encoding: base64", "", PNG, "--b--", ""),
).encode()  # fmt: skip
HOSTILE = {
    "C1": "<script>parent.hacked=1</script><img src=x onerror=hacked=1>",
    "C2": "\u202eleur\u202c شركة المثال 🧾",
    "C3": "Exemple" + "é" * 293,
    "C4": '"><iframe srcdoc="<script>top.hacked=1</script>"></iframe>',
    "C5": "</noscript><style>body{display:none}</style>",
    "C6": "{{ 7 * 7 }} `code` & Exemple",
}
SETTINGS: Row = {"payments_entered_up_to": date(2026, 10, 2), "cap_per_day": 0}


class Dressed:
    """Messages that also have an HTML twin: with a picture that comes along, a script, and what calls outside."""

    def __init__(self, messages: Messages, html: bool) -> None:
        self._messages, self._html = messages, html
        self.subject = messages.subject

    def render(self, draft: Draft, documents: Sequence[Document] = ()) -> Worded:
        """The message as it is worded, dressed, or without any HTML."""
        worded = self._messages.render(draft, documents)
        html = (
            '<!doctype html><html lang="fr"><head><meta charset="utf-8"><title>Exemple</title></head><body>'
            f"<h1>Exemple {draft.message.id[:6]}</h1><p>cid:absent</p><p>{'Votre facture. ' * 300}</p>"
            '<img src="cid:qr" alt="QR"><img src="https://exemple.example/suivi.png" alt="">'
            '<script>parent.hacked = 1; document.body.textContent = "hacked"</script>'
            '<a href="https://exemple.example/" target="_top">Payer</a></body></html>'
        )
        return replace(worded, html=html if self._html else "", raw=RAW)


@contextmanager
def writing(
    folder: Path, names: Mapping[str, str], extra: Sequence[Row] = (), settings: Row | None = None, **more: Sequence[Row]
) -> Iterator[Desk]:
    """A register with one late invoice for each of these customers, and these rows besides, opened for the block."""
    path = folder / "registre.xlsx"
    invoices: list[Row] = [
        {"invoice_no": f"F-{c}", "customer": c, "due_date": LATE, "amount": 100.0 + n} for n, c in enumerate(names)
    ]
    make(
        path, [{"code": c, "name": n} for c, n in names.items()], [*invoices, *extra], {**SETTINGS, **(settings or {})}, **more
    )
    desk = bootstrap.open_desk(path)
    try:
        yield desk
    finally:
        close(desk)


def written(folder: Path, names: Mapping[str, str], extra: Sequence[Row] = ()) -> Path:
    """The page of such a register, its messages dressed."""
    page = folder / "page.html"
    with writing(folder, names, extra) as desk:
        bootstrap.write_preview(preview(dressed(desk), "registre", MONDAY), FR, page)
    return page


def dressed(desk: Desk, html: bool = True) -> Desk:
    """The desk, its messages dressed, or of text alone."""
    plain = desk.wording

    def wording(overrides: tuple[Template, ...]) -> Messages:
        return Dressed(plain(overrides), html)

    return replace(desk, wording=wording)


def hostile(folder: Path) -> Path:
    """Every section with something in it, and values that try to break out."""
    return written(folder, HOSTILE, rows_of())


def rows_of() -> list[Row]:
    """Invoices of the hostile customers that stay, or that cannot be read."""
    return [
        {"invoice_no": "<b>D</b>", "customer": "C1", "due_date": LATE, "amount": 50.0, "situation": "Litige",
         "dispute_reason": "<script>parent.hacked=1</script>"},
        {"invoice_no": "P", "customer": "C3", "due_date": LATE, "amount": 70.0, "promised_for": date(2026, 10, 20)},
        {"invoice_no": "S", "customer": "C3", "due_date": date(2026, 11, 20), "amount": 80.0},
        {"invoice_no": "X", "customer": "C2", "due_date": LATE, "amount": "<i>à voir</i>"},
        {"invoice_no": "Y", "customer": "nobody\u202e", "due_date": LATE, "amount": 10.0},
    ]  # fmt: skip
