"""'Ask somebody else': whom one could name in one's place, found by name or by what they know."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from backend.domain.accounts.models import Person
from backend.domain.actor import Actor
from backend.domain.asking.referable import Referable, referable_colleagues
from backend.domain.asking.scoring import Features
from backend.domain.saying import in_words
from backend.web.page import Page

_SUGGESTED_COUNT = 3
_FOUND_COUNT = 10
_LONGEST_WORDS = 100
# The strongest that is true is said.
_KNOWN: tuple[tuple[str, Promise], ...] = (
    ("fixed_same_code", _("fixed this before")),
    ("fixed_same_model", _("fixed this model")),
    ("was_last_on_asset", _("was the last on this machine")),
    ("fixed_same_family", _("fixed a similar machine")),
    ("is_certified", _("is certified for such machines")),
    ("has_skill", _("knows such machines")),
    ("referred_to", _("was named by colleagues before")),
    ("shares_site", _("works at this site")),
)


@dataclass(frozen=True)
class ShownColleague:
    """`says`: what they are known to know, or why they cannot be asked."""

    person: Person
    says: str | Promise
    may_be_asked: bool


@dataclass(frozen=True)
class ShownReferral:
    """`words`: what was looked for; empty for those who are suggested."""

    thread_id: UUID
    ask_id: UUID
    words: str
    colleagues: list[ShownColleague]


def show_referral(*, actor: Actor, thread_id: UUID, words: str = "", now: datetime) -> ShownReferral:
    """
    Return whom the actor could name in their place.

    :raises NotFound: they are not asked about this thread.
    """
    limit = _FOUND_COUNT if words else _SUGGESTED_COUNT
    referral = referable_colleagues(actor=actor, thread_id=thread_id, words=words, limit=limit, now=now)
    return ShownReferral(thread_id, referral.ask.pk, words, [_shown(one) for one in referral.colleagues])


def _shown(found: Referable) -> ShownColleague:
    if found.why_not:
        return ShownColleague(found.person, in_words(found.why_not), may_be_asked=False)
    return ShownColleague(found.person, _strongest(found.features), may_be_asked=True)


def _strongest(features: Features | None) -> str | Promise:
    known = features.as_dict() if features else {}
    return next((says for name, says in _KNOWN if known.get(name)), "")


class ColleaguesPage(Page):
    """Whom the reader could name for a thread; htmx gets the list alone."""

    section = "home"

    def get(self, request: HttpRequest, thread_id: UUID) -> HttpResponse:
        words = request.GET.get("q", "")[:_LONGEST_WORDS].replace("\0", "").strip()
        refer = show_referral(actor=self.actor, thread_id=thread_id, words=words, now=self.now)
        return self.show("web/threads/colleagues.html", {"refer": refer}, fragment="web/threads/_colleagues.html")
