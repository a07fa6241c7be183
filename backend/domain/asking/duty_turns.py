"""Who has duty, from when to when: of a community, or of the whole organisation."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID
from zoneinfo import ZoneInfo

from django.db import transaction
from django.db.models import QuerySet

from backend.domain import tenancy
from backend.domain.accounts.colleagues import colleague_named
from backend.domain.accounts.leading import lead_alone, require_leader
from backend.domain.accounts.models import Community
from backend.domain.actor import Actor
from backend.domain.asking.models import DutyTurn
from backend.domain.errors import InvalidInput
from backend.domain.saying import said

LONGEST_TURN = timedelta(days=31)


@dataclass(frozen=True)
class Turn:
    person_id: UUID
    community_id: UUID | None  # None: the whole organisation
    starts_at: datetime
    ends_at: datetime


@transaction.atomic
def set_duty(*, actor: Actor, turn: Turn, now: datetime) -> DutyTurn:
    """
    Give a person duty; one at a time has it in a community, and one in the whole organisation.

    Transaction: opens its own; others who give duty in the organisation wait.

    :raises NotAllowed: the actor leads nobody.
    :raises InvalidInput: no such person or community, no length, over, too long, or somebody has duty then.
    """
    require_leader(actor, to=said("give duty"))
    person = colleague_named(actor, turn.person_id, field="person_id")
    community_id = _community_named(actor, turn.community_id)
    _check_times(turn, now=now)
    lead_alone(actor)
    _check_nobody_has_it(actor, turn, zone=ZoneInfo(person.time_zone))
    return tenancy.create(
        DutyTurn,
        organisation_id=actor.organisation_id,
        person=person,
        community_id=community_id,
        starts_at=turn.starts_at,
        ends_at=turn.ends_at,
    )


def list_duty(*, actor: Actor, now: datetime) -> QuerySet[DutyTurn]:
    """Return the turns of duty that run and that come; a person who was removed has none."""
    return _turns(actor).filter(ends_at__gt=now)


@transaction.atomic
def end_duty(*, actor: Actor, turn_id: UUID, now: datetime) -> None:
    """
    End a turn of duty now, or call off one that has not begun.

    Transaction: opens its own.

    :raises NotAllowed: the actor leads nobody.
    :raises NotFound: there is no such turn, or it is over.
    """
    require_leader(actor, to=said("end duty"))
    turn = tenancy.find_in(list_duty(actor=actor, now=now), turn_id)
    if turn.starts_at >= now:
        tenancy.same_row(turn).delete()
    else:
        tenancy.same_row(turn).update(ends_at=now)


def _turns(actor: Actor) -> QuerySet[DutyTurn]:
    turns = tenancy.within(actor, DutyTurn).filter(person__is_active=True)
    return turns.select_related("person__site", "community__site", "community__champion__site")


def _community_named(actor: Actor, community_id: UUID | None) -> UUID | None:
    if community_id is not None and not tenancy.within(actor, Community).filter(pk=community_id).exists():
        raise InvalidInput(community_id="Your organisation has no community with this id.")
    return community_id


def _check_times(turn: Turn, *, now: datetime) -> None:
    if turn.ends_at <= turn.starts_at:
        raise InvalidInput(ends_at="A turn of duty ends after it starts.")
    if turn.ends_at <= now:
        raise InvalidInput(ends_at="This turn is over: nothing would change.")
    if turn.ends_at - turn.starts_at > LONGEST_TURN:
        raise InvalidInput(ends_at=said("A turn of duty is at most %(most)s days long.", most=LONGEST_TURN.days))


def _check_nobody_has_it(actor: Actor, turn: Turn, *, zone: ZoneInfo) -> None:
    others = _turns(actor).filter(community=turn.community_id)
    other = others.filter(starts_at__lt=turn.ends_at, ends_at__gt=turn.starts_at).order_by("starts_at").first()
    if other is not None:
        raise InvalidInput(starts_at=_in_words(other, zone))


def _in_words(turn: DutyTurn, zone: ZoneInfo) -> str:
    starts, ends = (f"{at.astimezone(zone):%d.%m.%Y %H:%M}" for at in (turn.starts_at, turn.ends_at))
    return said(
        "%(name)s has this duty from %(starts)s to %(ends)s (%(zone)s).",
        name=turn.person.name,
        starts=starts,
        ends=ends,
        zone=zone.key,
    )
