"""Every finding has its words: what is, and, unless all is well, what to do."""

from __future__ import annotations

import re
from pathlib import Path
from typing import get_args

import pytest

from relance.domain.checkup.finding import Level
from tests.templates.test_words import ENGLISH, WORDS, fields_of

GIVEN = {"known", "id", "oldest", "granted"}  # what only a remedy says
SHARED = Path(__file__).parents[3] / "shared" / "relance"


def levels() -> dict[str, set[str]]:
    """The checks that the code names, with the levels they are found at where these are written out."""
    sources = [path.read_text("utf-8") for path in (SHARED / "domain" / "checkup").glob("*.py")]
    source = "\n".join([*sources, (SHARED / "runs" / "checkup.py").read_text("utf-8")])
    found: dict[str, set[str]] = {}
    for level, check in re.findall(r'found\(\s*(\w+|"\w+"), "\w+", "(\w+)"', source):
        found.setdefault(check, set()).update({level.strip('"')} & set(get_args(Level)))
    for level, check in re.findall(r'_about\("(\w+)", "(\w+)"', source):
        found.setdefault(check, set()).add(level)
    return found


@pytest.mark.parametrize("language", WORDS)
def test_every_check_has_a_sentence_and_a_remedy(language: str) -> None:
    texts = WORDS[language].texts
    assert len(levels()) > 50
    for check, found in levels().items():
        assert f"doctor.{check}" in texts, check
        assert found <= {"ok", "info"} or f"remedy.{check}" in texts, check


def test_no_remedy_is_without_its_finding_and_what_fills_it() -> None:
    for key, remedy in ENGLISH.texts.items():
        if key.startswith("remedy."):
            says = ENGLISH.texts[f"doctor.{key.partition('.')[2]}"]
            assert fields_of(remedy) <= fields_of(says) | GIVEN, key
