from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from relance.domain.addresses import emails, one_email
from relance.domain.sheet import CellFault
from relance.domain.words import Reason


def code(found: object) -> str:
    return found.code if isinstance(found, Reason) else repr(found)


def test_several_addresses_are_read_once_each_with_the_domain_in_lower_case() -> None:
    assert emails("Jean.Petit@Dupont.FR; b@x.co,Jean.Petit@dupont.fr ;") == ("Jean.Petit@dupont.fr", "b@x.co")


@pytest.mark.parametrize("typed", ["Compta Dupont <a@b.fr>", '"Compta Dupont" <a@b.fr>', "<a@b.fr>"])
def test_a_name_before_the_address_is_left_out(typed: str) -> None:
    assert emails(typed) == ("a@b.fr",)


@pytest.mark.parametrize(
    "typed", ["a@b.fr\nBcc: x@y.z", "a@b.fr\r\n", "a@b.fr\x00", "a@b.fr\t;c@d.fr", "a@b.fr\u2028x", "a\x7f@b.fr"]
)
def test_a_control_character_is_an_injection(typed: str) -> None:
    assert code(emails(typed)) == "fault.email_injection"


@pytest.mark.parametrize(
    "typed",
    [
        "a", "a@b", "a@@b.fr", "a@b@c.fr", "a b@c.fr", "a@b c.fr", ".a@b.fr", "a..b@c.fr", "a@.fr", "a@b..fr",
        "a@-b.fr", "a@b.1", "é@b.fr", "a@société.fr", "mailto:a@b.fr", "a@b.fr c@d.fr", "x <a@b.fr> y", "<a@b.fr",
        "Nom <a@b.fr> <c@d.fr>", "a@b.fr?bcc=c@d.fr", "x" * 65 + "@b.fr", "a@" + "b." * 130 + "fr",
        ";", "a@b.fr\u202e", "(c) a@b.fr",
    ],
)  # fmt: skip
def test_what_is_not_strictly_an_address_is_refused(typed: str) -> None:
    assert code(emails(typed)) == "fault.email"


def test_other_cells_are_no_addresses() -> None:
    assert emails(None) is None
    assert emails(" ") is None
    assert code(emails(12.0)) == "fault.email"
    assert code(emails(CellFault("#N/A"))) == "fault.amount_error"


def test_a_single_address_is_one() -> None:
    assert one_email("a@b.fr") == "a@b.fr"
    assert code(one_email("a@b.fr; c@d.fr")) == "fault.email"


@given(st.text(alphabet="ab@.;,<>\" \n\r\x00é-'"))
def test_whatever_is_typed_an_address_holds_one_at_and_nothing_that_ends_a_header(typed: str) -> None:
    found = emails(typed)
    for address in found if isinstance(found, tuple) else ():
        assert address.count("@") == 1
        assert not set(address) & set('\n\r\x00 <>,;"')
