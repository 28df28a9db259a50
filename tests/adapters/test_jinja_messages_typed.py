"""Texts typed by people: what they may show, which draft they word, and what they cannot do."""

from __future__ import annotations

import time

import pytest

from relance.adapters.jinja_messages import JinjaMessages
from relance.ports.errors import MessageError
from tests.adapters.drafts import a_draft, a_line
from tests.adapters.worded import NASTY, TEMPLATES, body_of, parsed, text_of, typed

BUILT_IN = JinjaMessages(TEMPLATES)


def test_a_typed_text_takes_the_place_of_the_built_in_one_and_keeps_its_subject_when_it_has_none() -> None:
    own = JinjaMessages(TEMPLATES, (typed("Bonjour {{ customer.name }}, {{ total }}."),)).render(a_draft())
    assert body_of(parsed(own.raw)).startswith("Bonjour Dupont SARL, 4")
    assert own.subject == BUILT_IN.subject(a_draft())


@pytest.mark.parametrize(
    ("fields", "used"),
    [
        ({}, True),
        ({"name": "r1"}, True),
        ({"name": "R2"}, False),
        ({"language": "fr", "channel": "email"}, True),
        ({"language": "en"}, False),
        ({"channel": "letter"}, False),
    ],
)
def test_a_typed_text_serves_its_name_language_and_channel(fields: dict[str, str], used: bool) -> None:
    assert ("à moi" in text_of(a_draft(), typed("à moi", **fields))) is used


def test_a_text_for_the_language_comes_before_one_for_all() -> None:
    assert text_of(a_draft(), typed("toutes"), typed("française", language="fr")) == "française\n"


def test_a_steps_template_comes_before_the_text_of_its_code() -> None:
    draft = a_draft(template="Ferme", message={"step": "R1"})
    assert text_of(draft, typed("code"), typed("ferme", name="Ferme")) == "ferme\n"


def test_a_template_that_nobody_wrote_is_an_error() -> None:
    with pytest.raises(MessageError) as missing:
        BUILT_IN.render(a_draft(template="Ferme", message={"step": "R1"}))
    assert (missing.value.code, missing.value.values) == ("mail.template_missing", {"template": "Ferme"})


def test_a_step_of_peoples_own_has_the_default_wording() -> None:
    assert "nous doit à ce jour" in text_of(a_draft("VISITE"))


@pytest.mark.parametrize("name", ["_payment", "../../en/mail/R1", "R1.j2", "/etc/passwd"])
def test_a_template_name_never_reaches_another_file(name: str) -> None:
    with pytest.raises(MessageError, match=r"mail\.template_missing"):
        BUILT_IN.render(a_draft(template=name, message={"step": "R1"}))


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("{{ invoices[0].number }}", "F-001"),
        ('{{ invoice["Chantier"] }}', "Les Lilas"),
        ("{% for i in invoices %}{{ loop.index }}. {{ i.number }} {% endfor %}", "1. F-001"),
        ('{{ invoices|map(attribute="number")|join(", ") }}', "F-001"),
        ("{% if customer.kind == 'business' %}pro{% else %}part{% endif %}", "pro"),
        ("{{ customer.name|upper }} {{ invoices|length }}", "DUPONT SARL 1"),
        ("{{ customer.absent|default('rien') }}", "rien"),
        ("{{ sender.iban }}", "FR76 3000 6000 0112 3456 7890 189"),
        ("Bonjour\n\n\n\n{{ today }}   \n", "Bonjour\n\n27 octobre 2026"),
        ("{{ customer.name }} <b>&amp;</b>", "Dupont SARL <b>&amp;</b>"),
    ],
)
def test_a_typed_text_shows_values_conditions_and_lists(text: str, shown: str) -> None:
    draft = a_draft(lines=(a_line(extra={"Chantier": "Les Lilas"}),))
    assert text_of(draft, typed(text)) == f"{shown}\n"


def test_a_typed_text_can_hold_the_ready_parts() -> None:
    draft = a_draft("R2", charges="mention")
    text = text_of(draft, typed("{{ table }}\n{{ charges_mention }}\n{{ payment }}\n{{ closing }}", name="R2"))
    for part in ("F-001", "40\u00a0euros", "BIC\u00a0: ABCDFRPP", "123 456 789 RCS Lyon"):
        assert part in text


@pytest.mark.parametrize(
    "text",
    [
        "{{ ''.__class__ }}",
        "{{ ''['__class__'] }}",
        "{{ invoices|map(attribute='__class__')|join }}",
        "{{ customer.items }}",
        "{{ invoices }}",
        "{{ self }}",
        "{{ unknown }}",
        "{{ invoice.unknown }}",
        "{{ 'x'.format }}",
        "{{ '{0.__class__}'.format(1) }}",
        "{% for i in range(99999) %}{% for j in range(99999) %}{% endfor %}{% endfor %}",
        "{% for i in invoices %}{% for j in invoices %}{% endfor %}{% endfor %}",
        "{% for i in invoices %}{{ invoices|map(attribute='number')|join }}{% endfor %}",
        "{% for i in invoices recursive %}{{ loop(invoices) }}{% endfor %}",
        "{{ 9 ** 9 ** 9 }}",
        "{{ 'a' * 999999999 }}",
        "{{ '%999999999s' % 'a' }}",
        "{{ 'a'|center(999999999) }}",
        "{{ 'a'.ljust(999999999) }}",
        "{% set a = 'aa' %}" + "{% set a = a ~ a %}" * 60 + "{{ a }}",
        "{% macro m() %}{{ m() }}{% endmacro %}{{ m() }}",
        "{% include 'fr/mail/R1.j2' %}",
        "{% import 'fr/mail/R1.j2' as x %}",
        "{% extends 'fr/mail/R1.j2' %}",
        "{{ lipsum(1000) }}",
        "{{ cycler }}",
        "{{ 1 / 0 }}",
        "{% if %}",
        "{{ invoice.number",
        "{{ invoices[5].number }}",
        "{{ invoices|join('x') }}",
        "{{ " + "(" * 9000 + "1" + ")" * 9000 + " }}",
        "{{ " + "not " * 4500 + "1 }}",
        "{% if 1 %}" * 800 + "{% endif %}" * 800,
        "{{ 1" + " and 1" * 3000 + " }}",
        "{{ total|default(" * 900 + "1" + ")" * 900 + "}}",
        "{{ table }}" * 1800,
    ],
)
def test_a_typed_text_that_does_more_is_refused_at_once(text: str) -> None:
    draft = a_draft(lines=tuple(a_line(f"F-{n}") for n in range(3)))
    began = time.perf_counter()
    with pytest.raises(MessageError) as refused:
        JinjaMessages(TEMPLATES, (typed(text),)).render(draft)
    assert time.perf_counter() - began < 2
    assert refused.value.code == "mail.bad_template"
    assert (refused.value.values["template"], refused.value.values["row"]) == ("R1", 7)
    assert 0 < len(str(refused.value.values["problem"])) <= 160


def test_a_typed_text_longer_than_the_cap_is_refused() -> None:
    with pytest.raises(MessageError) as refused:
        JinjaMessages(TEMPLATES, (typed("é" * 20_001),)).render(a_draft())
    assert (refused.value.code, refused.value.values) == ("mail.template_too_long", {"template": "R1"})


def test_a_typed_text_cannot_change_the_values_of_the_next_message() -> None:
    messages = JinjaMessages(TEMPLATES, (typed("{{ customer.name }}"),))
    messages.render(a_draft())
    assert messages.render(a_draft(customer={"name": "Durand SA"})).text.startswith("Durand SA")


def test_a_typed_subject_stays_on_one_line() -> None:
    messages = JinjaMessages(TEMPLATES, (typed("texte", subject="Facture\r\nBcc: x@y.example {{ customer.name }}"),))
    worded = messages.render(a_draft(customer={"name": NASTY}))
    assert worded.subject.startswith("Facture Bcc: x@y.example Zoë")
    assert len(worded.subject) <= 200
    assert "Bcc" not in parsed(worded.raw)
