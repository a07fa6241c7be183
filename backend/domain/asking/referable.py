"""Whom one could name in one's place: the best first, and why somebody cannot be asked now."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from backend.domain import tenancy
from backend.domain.accounts.colleagues import colleagues
from backend.domain.accounts.models import Person
from backend.domain.actor import Actor
from backend.domain.asking.candidates import Candidate, list_candidates
from backend.domain.asking.models import ASK_MOVES, Ask, AskStatus
from backend.domain.asking.people_search import search_people
from backend.domain.asking.referring import why_not_again, why_not_now
from backend.domain.asking.scoring import Features
from backend.domain.errors import NotFound

_MAY_REFER = [status for status, moves in ASK_MOVES.items() if AskStatus.REFERRED in moves]


@dataclass(frozen=True)
class Referable:
    """A colleague. `features`: of this fault, None when they cannot be asked again; `why_not`: empty when they can."""

    person: Person
    features: Features | None
    why_not: str


@dataclass(frozen=True)
class Referral:
    """Whom somebody could name in place of their `ask`."""

    ask: Ask
    colleagues: list[Referable]


def referable_colleagues(*, actor: Actor, thread_id: UUID, words: str = "", limit: int, now: datetime) -> Referral:
    """
    Return the colleagues whom the actor could name in their place, at most `limit`.

    Without `words`: those who fit this fault best, of whom can be asked now. With words: whose names begin with all of
    them, then who is known to know what they name (a machine, a code); those who cannot be asked say why.
    Tenancy: the actor's own ask about this thread, and their organisation's people. A constant number of queries.

    :raises NotFound: the actor is not asked about this thread, or has said already what becomes of it.
    """
    ask = _own_ask(actor, thread_id)
    candidates = {one.person.pk: one for one in list_candidates(ask.round, now=now)}
    if words.strip():
        found = _found(actor, words, limit=limit, now=now)
        return Referral(ask, [_referable(ask, person, candidates.get(person.pk), now=now) for person in found])
    best = [one for one in candidates.values() if one.may_be_pushed]
    return Referral(ask, [Referable(one.person, one.features, "") for one in best[:limit]])


def _own_ask(actor: Actor, thread_id: UUID) -> Ask:
    asks = tenancy.within(actor, Ask).filter(person_id=actor.person_id, round__thread_id=thread_id)
    related = ("person", "round__asker", "round__organisation", "round__asset__asset_model", "round__asset__site")
    ask = asks.filter(status__in=_MAY_REFER).select_related(*related).order_by("-asked_at", "-pk").first()
    if ask is None:
        raise NotFound("You are not asked about this now.")
    return ask


def _found(actor: Actor, words: str, *, limit: int, now: datetime) -> list[Person]:
    others = colleagues(actor).exclude(pk=actor.person_id)
    named = [person for person in others.order_by("name", "pk") if _begins_with_all(person.name, words.split())]
    knowing = [one.person for one in search_people(actor=actor, asked=words, limit=limit, now=now).people]
    return list({person.pk: person for person in [*named, *knowing]}.values())[:limit]


def _begins_with_all(name: str, words: Iterable[str]) -> bool:
    parts = name.casefold().split()
    return all(any(part.startswith(word.casefold()) for part in parts) for word in words)


def _referable(ask: Ask, person: Person, candidate: Candidate | None, *, now: datetime) -> Referable:
    if candidate is None:
        return Referable(person, None, why_not_again(ask, person))
    return Referable(person, candidate.features, "" if candidate.may_be_pushed else why_not_now(candidate, now=now))
