"""Which communities answer for a machine, and whom they name."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from uuid import UUID

from django.db.models import Q

from backend.domain import tenancy
from backend.domain.accounts.models import Community, Membership, Person
from backend.domain.actor import Role
from backend.domain.asking.ladder import Audience
from backend.domain.asking.models import AskRound, DutyTurn, Wave
from backend.domain.equipment.models import Asset

_LEADS = (Role.SUPERVISOR, Role.ADMIN)


def communities_for(asset: Asset) -> list[Community]:
    """
    Return the communities that answer for this machine, the most specific first: family and site, family, site, all.

    `asset` with its model. An organisation without a fitting community is one community itself: an empty list.
    """
    covers = Q(family__in=["", asset.asset_model.family]) & (Q(site=None) | Q(site_id=asset.site_id))
    found = tenancy.within_organisation(asset.organisation_id, Community).filter(covers).select_related("champion")
    return sorted(found, key=lambda one: (not one.family, one.site_id is None, one.pk))


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
        return champion_for(round_)
    return supervisor_for(round_)


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


def champion_for(round_: AskRound) -> Person | None:
    """Return the champion of the most specific community that answers for this machine and has one."""
    champions = (community.champion for community in communities_for(round_.asset))
    fitting = (one for one in champions if one is not None and one.is_active and one.pk != round_.asker_id)
    return next(fitting, None)


def supervisor_for(round_: AskRound) -> Person | None:
    """Return a supervisor of the machine's communities, else of its site, else of the organisation; else an admin."""
    members = members_of(communities_for(round_.asset), organisation_id=round_.organisation_id) or set()
    leads = (
        tenancy.within_organisation(round_.organisation_id, Person)
        .filter(role__in=[role.value for role in _LEADS], is_active=True)
        .exclude(pk=round_.asker_id)
    )

    def distance(person: Person) -> tuple[bool, bool, bool, UUID]:
        elsewhere = person.site_id != round_.asset.site_id
        return person.role != Role.SUPERVISOR, person.pk not in members, elsewhere, person.pk

    return min(leads, key=distance, default=None)
