"""
Communities of practice: who they are, and which faults they answer for.

They are accounts' rows; they are looked after here because a community is named after a family of machines, which
accounts does not know.
"""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from django.db import transaction
from django.db.models import Count, Q, QuerySet

from backend.domain import tenancy
from backend.domain.accounts.colleagues import colleague_named, colleagues, site_named
from backend.domain.accounts.leading import lead_alone, require_leader
from backend.domain.accounts.models import Community, Membership, Person
from backend.domain.actor import Actor
from backend.domain.asking.families import as_known_family
from backend.domain.errors import InvalidInput, NotFound
from backend.domain.saying import said


@dataclass(frozen=True)
class CommunityFacts:
    """What a community is: its name, the family and the site it answers for (none: all), and who champions it."""

    name: str
    family: str = ""
    site_id: UUID | None = None
    champion_id: UUID | None = None  # becomes a member


@transaction.atomic
def create_community(*, actor: Actor, facts: CommunityFacts) -> Community:
    """
    Open a community.

    :raises NotAllowed: the actor leads nobody.
    :raises InvalidInput: it has no name or one that is taken, or names a site or champion that is not there.
    """
    require_leader(actor, to=said("open a community"))
    lead_alone(actor)
    community = Community(organisation_id=actor.organisation_id)
    return _write(actor, community, facts)


@transaction.atomic
def change_community(*, actor: Actor, community_id: UUID, facts: CommunityFacts) -> Community:
    """
    Make a community what `facts` say. Idempotent.

    :raises NotFound: there is no such community.
    :raises NotAllowed, InvalidInput: as `create_community`.
    """
    require_leader(actor, to=said("change a community"))
    lead_alone(actor)
    return _write(actor, tenancy.find(actor, Community, community_id), facts)


@transaction.atomic
def close_community(*, actor: Actor, community_id: UUID) -> None:
    """
    Close a community, with its memberships and turns of duty.

    :raises NotAllowed: the actor leads nobody.
    :raises NotFound: there is no such community.
    """
    require_leader(actor, to=said("close a community"))
    tenancy.same_row(tenancy.find(actor, Community, community_id)).delete()


@transaction.atomic
def add_member(*, actor: Actor, community_id: UUID, person_id: UUID) -> None:
    """
    Make a person a member. Idempotent.

    :raises NotAllowed: the actor leads nobody.
    :raises NotFound: there is no such community, or no such person.
    """
    require_leader(actor, to=said("choose the members of a community"))
    community = tenancy.find(actor, Community, community_id)
    _join(community, tenancy.find_in(colleagues(actor), person_id))


@transaction.atomic
def remove_member(*, actor: Actor, community_id: UUID, person_id: UUID) -> None:
    """
    Let a person be a member no longer, nor its champion.

    :raises NotAllowed: the actor leads nobody.
    :raises NotFound: there is no such community, or the person is no member of it.
    """
    require_leader(actor, to=said("choose the members of a community"))
    community = tenancy.find(actor, Community, community_id)
    memberships = tenancy.within(actor, Membership).filter(community=community, person_id=person_id)
    if not memberships.delete()[0]:
        raise NotFound("The community has no such member.")
    tenancy.same_row(community).filter(champion_id=person_id).update(champion=None)


def find_community(*, actor: Actor, community_id: UUID) -> Community:
    """
    Return one community, with `members_count`.

    :raises NotFound: there is none.
    """
    return tenancy.find_in(list_communities(actor=actor), community_id)


def list_communities(*, actor: Actor) -> QuerySet[Community]:
    """Return the communities, each with `members_count`, of those who were not removed."""
    rows = tenancy.within(actor, Community).select_related("site", "champion__site")
    return rows.annotate(members_count=Count("memberships", filter=Q(memberships__person__is_active=True)))


def list_members(*, actor: Actor, community_id: UUID) -> QuerySet[Person]:
    """
    Return the members who were not removed.

    :raises NotFound: there is no such community.
    """
    community = tenancy.find(actor, Community, community_id)
    return colleagues(actor).filter(memberships__community=community)


def _write(actor: Actor, community: Community, facts: CommunityFacts) -> Community:
    community.name = _free_name(actor, community, facts.name)
    community.family = as_known_family(actor.organisation_id, facts.family) if facts.family else ""
    community.site = site_named(actor, facts.site_id, field="site_id")
    champion = colleague_named(actor, facts.champion_id, field="champion_id") if facts.champion_id else None
    community.champion = champion
    community.save()
    if champion:
        _join(community, champion)
    return find_community(actor=actor, community_id=community.pk)


def _free_name(actor: Actor, community: Community, typed: str) -> str:
    name = " ".join(typed.split())
    if not name:
        raise InvalidInput(name="Give the community a name.")
    if tenancy.within(actor, Community).exclude(pk=community.pk).filter(name__iexact=name).exists():
        raise InvalidInput(name=said("There is a community named %(name)s already.", name=name))
    return name


def _join(community: Community, person: Person) -> None:
    row = Membership(organisation_id=community.organisation_id, community=community, person=person)
    tenancy.create_many(Membership, [row], ignore_conflicts=True)


def communities_of(*, actor: Actor, person_id: UUID) -> QuerySet[Community]:
    """Return the communities that a colleague is a member of, by name."""
    return tenancy.within(actor, Community).filter(memberships__person_id=person_id).order_by("name")
