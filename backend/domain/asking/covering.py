"""Which communities answer for a machine, and whom they name."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from uuid import UUID

from django.db.models import OuterRef, Q

from backend.domain import tenancy
from backend.domain.accounts.models import Community, Membership, Person
from backend.domain.actor import Role
from backend.domain.asking.hours_kept import hours_of
from backend.domain.asking.ladder import Audience
from backend.domain.asking.models import AskRound, DutyTurn, Wave
from backend.domain.equipment.models import Asset

WORTH_WAITING_FOR = timedelta(days=7)  # a shift that begins later is none to wait for
_LEADS = (Role.SUPERVISOR, Role.ADMIN)


def communities_for(asset: Asset) -> list[Community]:
    """
    Return the communities that answer for this machine, the most specific first: family and site, family, site, all.

    `asset` with its model. An organisation without a fitting community is one community itself: an empty list.
    """
    covers = answers_for(family=asset.asset_model.family, site_id=asset.site_id)
    found = tenancy.within_organisation(asset.organisation_id, Community).filter(covers).select_related("champion")
    return sorted(found, key=lambda one: (not one.family, one.site_id is None, one.pk))


def answers_for(*, family: str | OuterRef, site_id: UUID | OuterRef) -> Q:
    """Return which communities answer for a machine of this family at this site."""
    return Q(family__in=["", family]) & (Q(site=None) | Q(site_id=site_id))


def members_of(communities: list[Community], *, organisation_id: UUID) -> set[UUID] | None:
    """Return who belongs to one of `communities`; None without any: everybody does."""
    if not communities:
        return None
    members = tenancy.within_organisation(organisation_id, Membership).filter(community__in=communities)
    return set(members.values_list("person_id", flat=True))


def named_person_for(round_: AskRound, audience: Audience, *, now: datetime) -> Person | None:
    """Return the one person whom this rung names for the round; never its asker. `round_` with its asset and model."""
    if audience is Audience.DUTY_EXPERT:
        return duty_expert_for(round_, now=now)
    if audience is Audience.CHAMPION:
        return first_present(champions_for(round_), now=now)
    return supervisor_for(round_, now=now)


def duty_expert_for(round_: AskRound, *, now: datetime) -> Person | None:
    """Return who is on duty now for this machine: the most specific community's expert, else the organisation's."""
    ranks = {community.pk: rank for rank, community in enumerate(communities_for(round_.asset))}
    turns = (
        tenancy.within_organisation(round_.organisation_id, DutyTurn)
        .filter(Q(community=None) | Q(community__in=list(ranks)), starts_at__lte=now, ends_at__gt=now)
        .filter(person__is_active=True)
        .exclude(person_id=round_.asker_id)
        .select_related("person__site")
    )
    nearest_first = sorted(turns, key=lambda turn: (_rank(turn, ranks), turn.starts_at, turn.pk))
    return nearest_first[0].person if nearest_first else None


def expert_to_come(wave: Wave, later: Iterable[str], *, now: datetime) -> Person | None:
    """
    Return whom a later wave will name as the expert on duty: a silent one does not tell them before.

    `later`: the audiences of the waves that wait.
    """
    if not wave.is_silent or Audience.DUTY_EXPERT not in later:
        return None
    return duty_expert_for(wave.round, now=now)


def _rank(turn: DutyTurn, ranks: dict[UUID, int]) -> int:
    return len(ranks) if turn.community_id is None else ranks[turn.community_id]


def champions_for(round_: AskRound) -> list[Person]:
    """Return the champions of the communities that answer for this machine, of the most specific community first."""
    champions = (community.champion for community in communities_for(round_.asset))
    return [one for one in champions if one is not None and one.is_active and one.pk != round_.asker_id]


def supervisor_for(round_: AskRound, *, now: datetime) -> Person | None:
    """Return the first of `supervisors_for` who is not away for long."""
    return first_present(supervisors_for(round_), now=now)


def supervisors_for(round_: AskRound) -> list[Person]:
    """Return the supervisors of the machine's communities, then of its site, then of the organisation; then admins."""
    members = members_of(communities_for(round_.asset), organisation_id=round_.organisation_id) or set()
    leads = (
        tenancy.within_organisation(round_.organisation_id, Person)
        .filter(role__in=[role.value for role in _LEADS], is_active=True)
        .exclude(pk=round_.asker_id)
    )

    def distance(person: Person) -> tuple[bool, bool, bool, UUID]:
        elsewhere = person.site_id != round_.asset.site_id
        return person.role != Role.SUPERVISOR, person.pk not in members, elsewhere, person.pk

    return sorted(leads, key=distance)


def first_present(people: Sequence[Person], *, now: datetime) -> Person | None:
    """Return the first of `people` who works now or within a week; the first of all when nobody does. One query."""
    if len(people) < 2:
        return people[0] if people else None
    hours = hours_of(people, now=now)
    return next((one for one in people if hours[one.pk].works_before(now + WORTH_WAITING_FOR, now=now)), people[0])
