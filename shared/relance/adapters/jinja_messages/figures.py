"""A draft's figures as its reader sees them: dates and amounts in the language, all of them strings."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from decimal import Decimal
from functools import lru_cache

from babel import Locale, UnknownLocaleError
from babel.dates import format_date
from babel.numbers import format_currency, format_decimal

from relance.domain.draft import Draft, DraftLine
from relance.domain.settings import Settings
from relance.ports.store import Document

from .bank import compact_iban, listed, reference
from .chars import value
from .legal import legal_values

MAX_ATTACHED = 200  # characters of the names of documents
LOCALES = {"en": "en_GB"}  # the day before the month
TABLE_DATES = {"fr": "dd/MM/yyyy"}


def values_of(draft: Draft, language: str, documents: Sequence[Document] = ()) -> dict[str, object]:
    """What a template may show, in a language. Every leaf is a string, empty when there is nothing to show."""
    locale = locale_of(language)
    currency, message = draft.currency, draft.message
    invoices = [_row(line, locale) for line in draft.lines]
    return {
        "invoices": invoices,
        "credits": [_row(line, locale) for line in draft.credits],
        "invoice": invoices[0] if invoices else {},
        "customer": _customer(draft),
        "sender": _sender(draft.settings),
        "legal": {key: value(text) for key, text in legal_values(draft.settings).items()},
        "total": _money(draft.total, currency, locale),
        "currency": currency,
        "unallocated": _money(-draft.unallocated, currency, locale) if draft.unallocated else "",
        "today": _long(message.day, locale),
        "step": message.step,
        "scenario": message.scenario,
        "formal": "yes" if is_formal(draft) else "",
        "letter": message.channel if message.channel != "email" else "",
        "manager_in_copy": "yes" if draft.customer.account_manager in message.copy_to else "",
        "attached": value(listed((d.name for d in documents), MAX_ATTACHED)),
        "reference": value(reference(draft)),
        "granted_until": _long(draft.granted_until, locale),
        "charges": draft.charges,
        "promised_for": _long(draft.promised_for, locale),
        "promised_amount": "" if draft.promised_amount is None else _money(draft.promised_amount, currency, locale),
        "payments_up_to": _long(draft.payments_up_to, locale),
    }


def is_formal(draft: Draft) -> bool:
    """Whether it is a formal notice: by its step, or as it goes with a registered letter."""
    message = draft.message
    return message.kind == "step" and (message.step == "MED" or message.channel == "registered_letter")


def _customer(draft: Draft) -> dict[str, str]:
    c = draft.customer
    named = {
        "code": c.code, "name": c.name, "kind": c.kind, "contact": c.contact, "address": c.address,
        "postcode": c.postcode, "city": c.city, "country": c.country, "registration_no": c.registration_no,
        "account_manager": c.account_manager,
    }  # fmt: skip
    return {key: value(text) for key, text in {**c.extra, **named}.items()}


def _sender(s: Settings) -> dict[str, str]:
    iban = compact_iban(s.iban)
    texts = {
        "name": s.sender_name, "legal_form": s.legal_form, "share_capital": s.share_capital,
        "registration_no": s.registration_no, "registry_city": s.registry_city,
        "address": ", ".join(s.sender_address.splitlines()), "signatory": s.signatory_name, "phone": s.signatory_phone,
        "email": s.reply_to or s.from_email, "iban": " ".join(iban[i : i + 4] for i in range(0, len(iban), 4)),
        "bic": s.bic,
    }  # fmt: skip
    return {key: value(text) for key, text in texts.items()}


def _row(line: DraftLine, locale: Locale) -> dict[str, str]:
    figures = {
        "number": line.number,
        "instalment": line.instalment,
        "order": line.customer_order,
        "date": _short(line.invoice_date, locale),
        "due_date": _short(line.due_date, locale),
        "amount": _number(line.amount, locale),
        "paid": _number(line.paid, locale) if line.paid else "",
        "disputed": _number(line.disputed, locale) if line.disputed else "",
        "balance": _number(line.balance, locale),
        "days_late": str(line.days_late) if line.days_late > 0 else "",
        "step": line.step,
        "terms": _days(line.invoice_date, line.due_date),
    }
    return {key: value(text) for key, text in {**line.extra, **figures}.items()}


def _days(first: date | None, last: date) -> str:
    """Days from one date to a later one."""
    return str((last - first).days) if first and last > first else ""


@lru_cache(maxsize=64)
def locale_of(language: str) -> Locale:
    """How a language writes; English for one that is not known."""
    try:
        return Locale.parse(LOCALES.get(language, language), sep="_")
    except (UnknownLocaleError, ValueError):
        return Locale.parse("en_GB")


@lru_cache(maxsize=8192)
def _number(amount: Decimal, locale: Locale) -> str:
    return format_decimal(amount, "#,##0.00", locale=locale)


@lru_cache(maxsize=8192)
def _money(amount: Decimal, currency: str, locale: Locale) -> str:
    return format_currency(amount, currency, locale=locale, currency_digits=False)


@lru_cache(maxsize=2048)
def _short(day: date | None, locale: Locale) -> str:
    return format_date(day, TABLE_DATES.get(locale.language, "medium"), locale=locale) if day else ""


@lru_cache(maxsize=2048)
def _long(day: date | None, locale: Locale) -> str:
    text = format_date(day, "long", locale=locale) if day else ""
    return f"1er{text[1:]}" if locale.language == "fr" and text.startswith("1 ") else text
