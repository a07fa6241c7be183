"""The languages that a reader has: what their phone says, then what they say of themselves."""

from __future__ import annotations

from django.utils.translation.trans_real import parse_accept_lang_header
from rest_framework.request import Request

from backend.domain.accounts.models import Person

_MOST = 5  # each costs a comparison in the database


def languages_of(request: Request, person: Person) -> list[str]:
    """Return the tags (BCP 47) of `Accept-Language`, the best first, and the person's own; no header: only theirs."""
    accepted = parse_accept_lang_header(request.headers.get("Accept-Language", ""))
    wanted = [language for language, weight in accepted if weight > 0 and language != "*"]
    return list(dict.fromkeys([*wanted[:_MOST], person.language]))
