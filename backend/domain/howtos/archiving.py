"""A how-to is put away, for good reason or for a better one, and brought back."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import transaction

from backend.domain import tenancy
from backend.domain.actor import Actor
from backend.domain.errors import DomainError, InvalidInput
from backend.domain.howtos.indexing import index_released
from backend.domain.howtos.locking import hold
from backend.domain.howtos.models import HowTo, HowToVersion
from backend.domain.howtos.permissions import Action
from backend.domain.howtos.queries import WholeHowTo, get_howto
from backend.domain.howtos.reviewing import reason_given
from backend.domain.howtos.states import CONFIDENCE_MOVES, Confidence, Publication, Succession
from backend.domain.states import move


class CircularSuccession(DomainError):
    """The successor leads back to the how-to itself."""

    code = "circular_succession"


@transaction.atomic
def archive(*, actor: Actor, howto_id: UUID, reason: str, now: datetime) -> WholeHowTo:
    """
    Put a how-to away: only curators see it from now on.

    Tenancy: the how-to is looked up in the actor's organisation.
    Transaction: opens its own; search changes with it. Idempotent: the first reason stays.

    :raises NotAllowed: the actor may not curate.
    :raises NotFound: no such how-to in the actor's organisation.
    :raises InvalidInput: there is no reason.
    """
    held = hold(actor=actor, howto_id=howto_id, action=Action.ARCHIVE)
    _put_away(held.howto, actor=actor, reason=reason_given(reason), now=now)
    return get_howto(actor=actor, howto_id=howto_id)


@transaction.atomic
def succeed(
    *, actor: Actor, howto_id: UUID, successor_id: UUID, succession: Succession, reason: str, now: datetime
) -> WholeHowTo:
    """
    Put a how-to away for another that is better, or that was there already.

    Both how-tos are held, in the order of their ids: two at once could close a circle unseen.
    Transaction: opens its own; search changes with it. Idempotent. Raises what `archive` does, and:

    :raises NotFound: no such successor in the actor's organisation.
    :raises InvalidInput: the successor is archived itself, without one of its own.
    :raises CircularSuccession: the successor's successors lead back here.
    """
    rows = tenancy.within(actor, HowTo).order_by("pk")
    list(rows.filter(pk__in=[howto_id, successor_id]).select_for_update(of=("self",)))
    held = hold(actor=actor, howto_id=howto_id, action=Action.SUCCEED)
    why = reason_given(reason)
    successor = tenancy.find_in(rows, successor_id)
    _refuse_circle(held.howto, successor)
    if successor.confidence == Confidence.ARCHIVED:
        raise InvalidInput(successor_id="It is archived: name one that people work by.")
    _put_away(held.howto, actor=actor, reason=why, now=now)
    tenancy.same_row(held.howto).update(successor=successor, succession=succession.value)
    return get_howto(actor=actor, howto_id=howto_id)


@transaction.atomic
def bring_back(*, actor: Actor, howto_id: UUID, now: datetime) -> WholeHowTo:
    """
    Take an archived how-to out again. What was released is found again, as not validated.

    Transaction: opens its own; search changes with it. Idempotent: one that is not archived stays as it is.

    :raises NotAllowed: the actor may not curate.
    :raises NotFound: no such how-to in the actor's organisation.
    """
    howto = hold(actor=actor, howto_id=howto_id, action=Action.BRING_BACK).howto
    if howto.confidence == Confidence.ARCHIVED:
        facts: dict[str, Any] = {"archived_at": None, "archived_by_id": None, "archive_reason": ""}
        facts |= {"successor_id": None, "succession": "", "confidence_at": now}
        move(howto, CONFIDENCE_MOVES, to=Confidence.WIP, field="confidence", **facts)
        if _is_out(howto):
            move(howto, CONFIDENCE_MOVES, to=Confidence.NOT_VALIDATED, field="confidence")
        index_released(howto, now=now)
    return get_howto(actor=actor, howto_id=howto_id)


def _put_away(howto: HowTo, *, actor: Actor, reason: str, now: datetime) -> None:
    if howto.confidence != Confidence.ARCHIVED:
        facts = {"archived_at": now, "archived_by_id": actor.person_id, "archive_reason": reason, "confidence_at": now}
        move(howto, CONFIDENCE_MOVES, to=Confidence.ARCHIVED, field="confidence", **facts)
        index_released(howto, now=now)


def _refuse_circle(howto: HowTo, successor: HowTo) -> None:
    # Every link of a chain is followed, so that a circle cannot be closed anywhere. Chains are short.
    following: HowTo | None = successor
    while following is not None:
        if following.pk == howto.pk:
            raise CircularSuccession("The other how-to leads back to this one; bring the other back first.")
        rows = tenancy.within_organisation(howto.organisation_id, HowTo)
        following = rows.filter(pk=following.successor_id).first() if following.successor_id else None


def _is_out(howto: HowTo) -> bool:
    versions = tenancy.within_organisation(howto.organisation_id, HowToVersion)
    return versions.filter(howto=howto, publication=Publication.RELEASED, is_original=True).exists()
