"""Who the messages come from: what the law wants in each of them, and the addresses."""

from __future__ import annotations

import re
from collections.abc import Iterator

from relance.domain.checkup.finding import Finding, at_setting, found
from relance.domain.settings import Settings
from relance.domain.words import normalise

# What a French sender must show by its legal form (C. com. R123-237 and R123-238): name, form and capital, SIREN,
# "RCS" and its town, seat.
_COMPANY = ("sender_name", "share_capital", "registration_no", "registry_city", "sender_address")
_REGISTERED = ("sender_name", "registration_no", "registry_city", "sender_address")  # in the RCS, without a capital
_SOLE_TRADER = ("sender_name", "registration_no")  # the mention "EI" is the legal form itself
_FREE = ("sender_name",)
_FORMS = {
    **dict.fromkeys(("sas", "sasu", "sarl", "eurl", "sa", "snc", "scs", "sca", "selarl", "selarlu", "selas", "selasu",
                     "sci", "sc", "scp", "scm", "scop", "scic"), _COMPANY),
    "gie": _REGISTERED,
    **dict.fromkeys(("ei", "eirl", "me"), _SOLE_TRADER),
    **dict.fromkeys(("association", "fondation", "syndicat", "mutuelle", "commune", "asl"), _FREE),
}  # fmt: skip
_SPELLED_OUT = {
    "societeparactionssimplifiee": "sas", "societearesponsabilitelimitee": "sarl", "societeanonyme": "sa",
    "societeennomcollectif": "snc", "societecivile": "sc",
    "entrepriseunipersonnellearesponsabilitelimitee": "eurl", "entrepriseindividuelle": "ei",
    "entrepreneurindividuel": "ei", "autoentrepreneur": "ei", "microentrepreneur": "ei", "microentreprise": "ei",
    "groupementdinteretecon": "gie",
}  # fmt: skip
# Mail from these domains can only be authenticated by their owners (SPF, DKIM, DMARC): sent from elsewhere it is refused.
_FREE_MAIL = frozenset((
    "gmail.com", "googlemail.com", "outlook.com", "outlook.fr", "hotmail.com", "hotmail.fr", "live.com", "live.fr",
    "msn.com", "yahoo.com", "yahoo.fr", "ymail.com", "icloud.com", "me.com", "mac.com", "aol.com", "gmx.com", "gmx.fr",
    "gmx.net", "gmx.de", "web.de", "laposte.net", "orange.fr", "wanadoo.fr", "free.fr", "sfr.fr", "neuf.fr", "bbox.fr",
    "numericable.fr", "protonmail.com", "proton.me", "yandex.com", "zoho.com",
))  # fmt: skip
_NO_REPLY = ("noreply", "donotreply", "nepasrepondre", "nerepondezpas")


def sender(settings: Settings) -> Iterator[Finding]:
    """The sender's block and addresses."""
    yield from _legal_block(settings)
    if not settings.signatory_name:
        yield found("warning", "sender", "signatory", at_setting("signatory_name"))
    yield from _addresses(settings)


def mandatory(legal_form: str) -> tuple[str, ...] | None:
    """The settings that a sender of this legal form must fill; None for a form that is not known."""
    spelled = normalise(legal_form)
    for text, form in _SPELLED_OUT.items():
        if spelled.startswith(text):
            return _FORMS[form]
    first = legal_form.split()[0] if legal_form.split() else ""
    return _FORMS.get(normalise(first))


def valid_siren(number: str) -> bool:
    """Nine digits whose last one checks the others (Luhn, ISO/IEC 7812-1); spaces do not count."""
    digits = re.sub(r"[ \u00a0\u202f.]", "", number)
    if not re.fullmatch("[0-9]{9}", digits):
        return False
    doubled = (int(d) * (1 + n % 2) for n, d in enumerate(reversed(digits)))
    return sum(d - 9 if d > 9 else d for d in doubled) % 10 == 0


def _legal_block(s: Settings) -> Iterator[Finding]:
    known = mandatory(s.legal_form)
    if not s.legal_form:
        yield found("error", "sender", "legal_form", at_setting("legal_form"))
    elif known is None:
        yield found("warning", "sender", "legal_form_unknown", at_setting("legal_form"), text=s.legal_form)
    fields = known or _FREE
    missing = tuple(f for f in fields if not getattr(s, f))
    if missing:
        yield found("error", "sender", "mentions", at_setting(missing[0]), fields=missing, form=s.legal_form or "-")
    elif known:
        yield found("ok", "sender", "mentions_ok", form=s.legal_form)
    if "registration_no" in fields and s.registration_no and not valid_siren(s.registration_no):
        yield found("error", "sender", "siren", at_setting("registration_no"), text=s.registration_no)


def _addresses(s: Settings) -> Iterator[Finding]:
    if not s.from_email:
        yield found("error", "sender", "from_email", at_setting("from_email"))
        return
    domain = s.from_email.partition("@")[2]
    if domain in _FREE_MAIL:
        yield found("warning", "sender", "free_mail", at_setting("from_email"), domain=domain)
    else:
        yield found("ok", "sender", "from_email_ok", address=s.from_email)
    setting = "reply_to" if s.reply_to else "from_email"
    reply = getattr(s, setting)
    if normalise(reply.partition("@")[0]).startswith(_NO_REPLY):
        yield found("warning", "sender", "no_reply", at_setting(setting), address=reply)
