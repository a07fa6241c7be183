"""Who looks at a flag, and until when."""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from datetime import datetime, timedelta
from typing import Final
from uuid import UUID

from django.db.models import Count, QuerySet

from backend.domain import tenancy
from backend.domain.accounts.models import Person
from backend.domain.actor import Role
from backend.domain.asking.standing import next_working_day
from backend.domain.errors import NotAllowed
from backend.domain.flags.models import Flag
from backend.domain.flags.states import FlagKind, FlagStatus

UNSAFE_WITHIN: Final = timedelta(hours=4)
WORKING_DAYS: Final = 3
# Who knows whether advice is right is a curator; who deals with people is a supervisor. An admin is the last.
_BEHAVIOUR: Final = frozenset({FlagKind.PERSONAL_DATA, FlagKind.RUDE})
_KNOWLEDGE_FIRST: Final = (Role.CURATOR, Role.SUPERVISOR, Role.ADMIN)
_PEOPLE_FIRST: Final = (Role.SUPERVISOR, Role.CURATOR, Role.ADMIN)


def due_owner(organisation_id: UUID, kind: FlagKind, *, involved: Collection[UUID]) -> Person:
    """
    Return who is to look at a flag: a curator, for behaviour a supervisor; then the other, then an admin.

    Not whoever is `involved`, unless there is nobody else. Of several, who has the fewest open flags. Two queries.

    :raises NotAllowed: nobody in the organisation may look at it.
    """
    people = people_for(organisation_id, kind, involved=involved)
    if not people:
        raise NotAllowed("Nobody in your organisation can look at flags yet: it has no supervisor, curator or admin.")
    return people[0]


def people_for(organisation_id: UUID, kind: FlagKind, *, involved: Collection[UUID]) -> list[Person]:
    """Return who may look at a flag, whom it goes to first at the front; whoever is `involved` at the end."""
    order = _PEOPLE_FIRST if kind in _BEHAVIOUR else _KNOWLEDGE_FIRST
    return sorted(_active(organisation_id, order), key=_rank(organisation_id, order, involved))


def involved_in(flag: Flag) -> set[UUID]:
    """Return who flagged, and whose it is."""
    return {person_id for person_id in (flag.flagger_id, flag.author_id) if person_id}


def due_time(kind: FlagKind, owner: Person, *, now: datetime) -> datetime:
    """
    Return by when: what is unsafe within four hours, day or night; else as the owner's third working day begins.

    Working days are those of the owner's shifts, without holidays.
    """
    if kind is FlagKind.UNSAFE:
        return now + UNSAFE_WITHIN
    at = now
    for _ in range(WORKING_DAYS):
        at = next_working_day(owner, now=at)
    return at


def _active(organisation_id: UUID, roles: Sequence[Role]) -> QuerySet[Person]:
    return tenancy.within_organisation(organisation_id, Person).filter(is_active=True, role__in=roles)


def _rank(
    organisation_id: UUID, order: Sequence[Role], involved: Collection[UUID]
) -> Callable[[Person], tuple[bool, int, int, UUID]]:
    open_flags = tenancy.within_organisation(organisation_id, Flag).filter(status=FlagStatus.OPEN)
    loads: dict[UUID | None, int] = dict(open_flags.values_list("due_owner").annotate(Count("pk")))

    def rank(person: Person) -> tuple[bool, int, int, UUID]:
        return person.pk in involved, order.index(Role(person.role)), loads.get(person.pk, 0), person.pk

    return rank
