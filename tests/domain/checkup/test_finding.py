"""Every finding has its words: what is, and, unless all is well, what to do."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from tests.templates.test_words import ENGLISH, FRENCH, fields_of

SHARED = Path(__file__).parents[3] / "shared" / "relance"
PLACES = {"sum", "holiday", "old", "others"}  # parts of sentences; what has no remedy


def levels() -> dict[str, set[str]]:
    """The checks that the code names, with the levels they are found at."""
    sources = [path.read_text("utf-8") for path in (SHARED / "domain" / "checkup").glob("*.py")]
    sources.append((SHARED / "runs" / "checkup.py").read_text("utf-8"))
    found: dict[str, set[str]] = {}
    for level, check in re.findall(r'found\(\s*(\w+|"\w+"), "\w+", "(\w+)"', "\n".join(sources)):
        found.setdefault(check, set()).add(level.strip('"'))
    return found


@pytest.mark.parametrize("words", [FRENCH, ENGLISH], ids=["fr", "en"])
def test_every_check_has_a_sentence_and_a_remedy(words: object) -> None:
    texts = ENGLISH.texts if words is ENGLISH else FRENCH.texts
    assert len(levels()) > 40
    for check, found in levels().items():
        assert f"doctor.{check}" in texts, check
        assert found <= {"ok", "info"} or f"remedy.{check}" in texts, check
        if f"remedy.{check}" in texts:
            assert fields_of(texts[f"remedy.{check}"]) <= fields_of(texts[f"doctor.{check}"]) | {
                "known",
                "id",
                "oldest",
                "granted",
            }


def test_no_remedy_is_without_its_finding() -> None:
    remedies = {key.partition(".")[2] for key in ENGLISH.texts if key.startswith("remedy.")}
    assert remedies <= {key.partition(".")[2] for key in ENGLISH.texts if key.startswith("doctor.")}
