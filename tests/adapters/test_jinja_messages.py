"""JinjaMessages: what debtors read, what people may type, and what no value can break."""

from __future__ import annotations

import os
import re
from collections import Counter
from datetime import date
from pathlib import Path

import jinja2
import pytest
from jinja2 import meta, nodes

from relance.adapters.jinja_messages import JinjaMessages
from relance.ports.store import Document
from tests.adapters.cases import CASES, GRANTED, LANGUAGES, case
from tests.adapters.drafts import a_draft, a_line
from tests.adapters.worded import TEMPLATES, body_of, parsed, text_of, typed

GOLDEN = Path(__file__).parent / "golden"
BUILT_IN = JinjaMessages(TEMPLATES)
BUILT_IN_DE = JinjaMessages(TEMPLATES, (typed("Bis zum {{ granted_until }}", language="de"),))


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("name", CASES)
def test_each_message_reads_as_its_golden_files(name: str, language: str) -> None:
    documents = (Document("F-001.pdf", b"%PDF-1.7"),) if name == "R1-several" else ()
    worded = BUILT_IN.render(case(name, language), documents)
    mail = parsed(worded.raw)
    assert (body_of(mail), body_of(mail, "html")) == (worded.text, worded.html)
    headers = "".join(f"{key}: {value}\n" for key, value in mail.items())
    for suffix, shown in (("txt", f"{headers}\n{worded.text}"), ("html", worded.html)):
        path = GOLDEN / f"{language}-{name}.{suffix}"
        if os.environ.get("RELANCE_UPDATE_GOLDEN") == "1":
            path.write_text(shown, encoding="utf-8")
        assert shown == path.read_text(encoding="utf-8")


def test_every_language_has_every_template_and_each_has_golden_files() -> None:
    names = {lang: {p.stem for p in (TEMPLATES / lang / "mail").glob("*.j2")} for lang in LANGUAGES}
    assert len(LANGUAGES) > 1
    assert all(found == names["fr"] for found in names.values())
    covered = {str(CASES[c].get("template", c)) for c in CASES} | {"default"}
    assert {n for n in names["fr"] if not n.startswith("_")} <= covered
    for suffix in ("txt", "html"):
        assert {p.stem for p in GOLDEN.glob(f"??-*.{suffix}")} == {f"{lang}-{c}" for lang in LANGUAGES for c in CASES}


def test_every_template_decides_the_same_way_in_every_language() -> None:
    """Blocks, loops, values and whom a sentence is for: only the words are another language's."""
    for path in (TEMPLATES / "fr" / "mail").glob("*.j2"):
        shapes = {lang: shape_of(TEMPLATES / lang / "mail" / path.name) for lang in LANGUAGES}
        assert all(shape == shapes["fr"] for shape in shapes.values()), path.name


def shape_of(path: Path) -> tuple[object, ...]:
    """The values that a template uses, its blocks, conditions and loops in order, and what it asks about whom."""
    source = path.read_text("utf-8")
    tree = jinja2.Environment().parse(source)
    decided = re.findall(r"{%-? *(block \w+|if [^%]+?|elif [^%]+?|else|for [^%]+?) *%}", source)
    asked = Counter(
        repr(node) for node in tree.find_all(nodes.Compare) if "length" not in repr(node) and "days_late" not in repr(node)
    )
    return meta.find_undeclared_variables(tree), decided, asked


def test_the_subject_alone_is_the_subject_of_the_message() -> None:
    for name in CASES:
        draft = case(name, "fr")
        worded = BUILT_IN.render(draft)
        assert BUILT_IN.subject(draft) == worded.subject == parsed(worded.raw)["Subject"]


def test_amounts_keep_their_cents_in_every_currency() -> None:
    draft = a_draft(lines=(a_line(amount="1234.56"),), currency="JPY")
    assert "1 234,56" in BUILT_IN.subject(draft).replace("\u202f", " ")


def test_the_first_of_a_month_is_said_the_french_way() -> None:
    assert "le 1er novembre 2026" in text_of(a_draft("R3", granted_until=date(2026, 11, 1)))


def test_a_customer_whose_language_has_no_templates_reads_the_registers() -> None:
    assert "Bonjour" in text_of(a_draft(language="de"))


def test_consumers_and_customers_of_unknown_kind_never_read_about_charges() -> None:
    for kind in ("consumer", "other", ""):
        for template in ("R2", "R3", "MED"):
            text = text_of(a_draft(template, charges="claimed", customer={"kind": kind}))
            assert "indemnité" not in text
            assert "pénalités" not in text


def test_a_repeat_at_the_formal_level_is_no_formal_notice() -> None:
    text = text_of(case("repeat-MED", "fr"))
    assert "déjà adressée (F-001)" in text
    assert "mettons en demeure" not in text
    assert "mise en demeure" not in BUILT_IN.subject(case("repeat-MED", "fr")).lower()


def test_a_repeat_is_not_worded_by_peoples_text_of_the_step() -> None:
    draft = a_draft("repeat", "repeat", message={"step": "R1"})
    assert "relevé" in text_of(draft, typed("Mon texte de R1"))


def test_a_step_of_peoples_own_is_never_worded_as_what_it_is_not() -> None:
    """Nothing asks for money before it is due or once it is paid, and a formal notice is one."""
    assert "échéance prochaine" in text_of(a_draft("AVANT", "pre_due"))
    assert "bien reçu le règlement" in text_of(a_draft("thanks", "thanks", message={"step": ""}))
    assert "bien reçu le règlement" in text_of(a_draft("MERCI", "thanks", message={"step": "MERCI"}))
    assert "mettons en demeure" in text_of(a_draft("SOMMATION", message={"channel": "registered_letter"}))
    assert "mettons en demeure" not in text_of(a_draft("VISITE"))


def test_a_formal_notice_names_the_parties_the_sum_the_deadline_and_what_follows() -> None:
    text = text_of(case("MED", "fr"))
    for said in (
        "mise en demeure de payer", "27 octobre 2026", "À l'attention de Dupont SARL",
        "mettons en demeure de payer à Menuiserie Exemple",
        "5\u202f800,00\u00a0€ au plus tard le 4 novembre 2026", "toute voie de droit", "123 456 789 RCS Lyon",
    ):  # fmt: skip
        assert said in text
    assert "lettre recommandée" not in text
    assert "copie de la mise en demeure qui vous est adressée par lettre recommandée" in text_of(case("MED-letter", "fr"))


def test_a_message_says_what_is_attached_and_nothing_when_nothing_is() -> None:
    files = tuple(Document(f"Facture {n}.pdf", b"%PDF-1.7") for n in range(40))
    text = BUILT_IN.render(a_draft(), files).text
    assert "En pièce jointe\u00a0: Facture 0.pdf, Facture 1.pdf" in text
    assert re.search(r"Facture \d+\.pdf \+\d+$", text, re.MULTILINE)
    assert "pièce jointe" not in text_of(a_draft())


def test_a_fallback_language_is_whole_and_said() -> None:
    """A customer whose language has no templates reads another one, its dates and its label included."""
    mail = parsed(BUILT_IN.render(a_draft(language="de", granted_until=GRANTED)).raw)
    assert "le 4 novembre 2026" in body_of(mail)
    assert mail["Content-Language"] == "fr"
    assert '<html lang="fr" dir="ltr">' in body_of(mail, "html")
    own = BUILT_IN_DE.render(a_draft(language="de", granted_until=GRANTED))
    assert "4. November 2026" in own.text
    assert '<html lang="de"' in own.html


def test_a_dispute_and_an_account_manager_in_copy_are_said() -> None:
    assert "La part en litige n'est pas comprise" in text_of(case("R1-several", "fr"))
    assert "litige" not in text_of(a_draft())
    assert "est en copie de ce message" in text_of(case("R2-strategic", "fr"))
    assert "en copie" not in text_of(a_draft("R2", message={"copy_to": ("other@exemple.fr",)}))
