"""Who can help with this? People by what they fixed, best first, and how to reach them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db.models import Q

from backend.domain.accounts.colleagues import colleagues
from backend.domain.accounts.models import Person
from backend.domain.actor import Actor
from backend.domain.asking.expertise import Expertise, Topic, expertise_about
from backend.domain.asking.hours import Hours
from backend.domain.asking.hours_kept import hours_of
from backend.domain.asking.topics import topic_of
from backend.domain.errors import InvalidInput

_NO_EXPERTISE = Expertise()


@dataclass(frozen=True)
class FoundPerson:
    person: Person
    expertise: Expertise
    hours: Hours
    as_of: datetime


@dataclass(frozen=True)
class FoundPeople:
    """One page. `says`: one sentence of what was understood and found; `next_after`: None on the last page."""

    people: list[FoundPerson]
    next_after: UUID | None
    topic: Topic
    says: str


def search_people(
    *, actor: Actor, asked: str, after: UUID | None = None, limit: int = 20, now: datetime
) -> FoundPeople:
    """
    Return colleagues who are known to know about what `asked` names, or whose name it holds; best first.

    Tenancy: the actor's organisation, without the actor and without who was removed.
    `after`: the last person of the page before. A constant number of queries.

    :raises InvalidInput: `after` is nobody who was found.
    """
    topic = topic_of(actor.organisation_id, asked)
    known = {} if topic.is_empty else expertise_about(organisation_id=actor.organisation_id, topic=topic, now=now)
    ranked = _ranked(actor, known, asked)
    page = _page(ranked, after=after, limit=limit)
    hours = hours_of(page, now=now)
    return FoundPeople(
        people=[FoundPerson(one, known.get(one.pk, _NO_EXPERTISE), hours[one.pk], now) for one in page],
        next_after=page[-1].pk if page and page[-1] != ranked[-1] else None,
        topic=topic,
        says=_sentence(topic, ranked, known),
    )


def topic_in_words(topic: Topic) -> str:
    """Return the topic as one says it: `E47 on Zephrane KX-240`."""
    codes = " or ".join(topic.codes)
    machines = " or ".join(str(model) for model in topic.models) or " or ".join(topic.families)
    return " on ".join(part for part in (codes, machines) if part)


def _ranked(actor: Actor, known: dict[UUID, Expertise], asked: str) -> list[Person]:
    words = {word.casefold() for word in asked.split()}
    wanted = Q(pk__in=known)
    for word in words:
        wanted |= Q(name__icontains=word)
    others = colleagues(actor).exclude(pk=actor.person_id).filter(wanted)
    found = [person for person in others if person.pk in known or words & set(person.name.casefold().split())]
    return sorted(found, key=lambda one: (-known.get(one.pk, _NO_EXPERTISE).worth, one.name, one.pk))


def _page(ranked: list[Person], *, after: UUID | None, limit: int) -> list[Person]:
    if after is None:
        return ranked[:limit]
    behind = next((place for place, person in enumerate(ranked, start=1) if person.pk == after), None)
    if behind is None:
        raise InvalidInput(cursor="Take `next` of the page before, unchanged.")
    return ranked[behind : behind + limit]


def _sentence(topic: Topic, found: list[Person], known: dict[UUID, Expertise]) -> str:
    if topic.is_empty:
        if found:
            return "These colleagues have this name."
        return "Name a fault code, a machine or a colleague, as in E47 KX-240."
    what = topic_in_words(topic)
    fixers_count = sum(known.get(person.pk, _NO_EXPERTISE).has_fixed_this for person in found)
    if fixers_count:
        return f"{fixers_count} {'colleague has' if fixers_count == 1 else 'colleagues have'} fixed {what}."
    if found:
        return f"None of your colleagues is known to have fixed {what}; these know such machines."
    return f"None of your colleagues is known to have fixed {what}. Ask: those who fit best are told."
