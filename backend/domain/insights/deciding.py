"""What supervisors and curators decide about a gap: somebody writes what is missing, or it is no gap."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import connection, transaction

from backend.domain import tenancy
from backend.domain.accounts.colleagues import colleague_named
from backend.domain.accounts.models import Person
from backend.domain.actor import Actor
from backend.domain.errors import InvalidInput
from backend.domain.insights.gaps import Gap, find_gap
from backend.domain.insights.models import GapDecision
from backend.domain.insights.states import GAP_MOVES, GapStatus
from backend.domain.states import move


def dismiss_gap(*, actor: Actor, gap_id: UUID, reason: str, now: datetime) -> Gap:
    """
    Take a gap off the list, for a reason. It comes back when as many reports as it has now have come anew.

    Transaction: opens its own. Idempotent: the same reason again changes nothing.

    :raises NotAllowed: the actor may not curate.
    :raises NotFound: there is no such gap in the actor's organisation, or it is one no more.
    :raises InvalidInput: no reason.
    """
    if not reason.strip():
        raise InvalidInput(reason="Say why this is no gap.")
    return _decide(actor, gap_id, GapStatus.DISMISSED, reason=reason.strip(), owner=None, now=now)


def let_write(*, actor: Actor, gap_id: UUID, owner_id: UUID | None = None, now: datetime) -> Gap:
    """
    Say that somebody writes what is missing: `owner_id`, else the actor.

    Transaction: opens its own. Idempotent: the same owner again changes nothing.

    :raises NotAllowed: the actor may not curate.
    :raises NotFound: there is no such gap in the actor's organisation, or it is one no more.
    :raises InvalidInput: the owner is nobody of the organisation, or was removed.
    """
    owner = colleague_named(actor, owner_id or actor.person_id, field="owner_id")
    return _decide(actor, gap_id, GapStatus.BEING_WRITTEN, reason="", owner=owner, now=now)


def undo_decision(*, actor: Actor, gap_id: UUID, now: datetime) -> Gap:
    """
    Take back what was decided about a gap: it is open.

    Transaction: opens its own. Idempotent.

    :raises NotAllowed: the actor may not curate.
    :raises NotFound: there is no such gap in the actor's organisation, or it is one no more.
    """
    return _decide(actor, gap_id, GapStatus.OPEN, reason="", owner=None, now=now)


@transaction.atomic
def _decide(actor: Actor, gap_id: UUID, to: GapStatus, *, reason: str, owner: Person | None, now: datetime) -> Gap:
    _wait_for_others(actor)
    gap = find_gap(actor=actor, gap_id=gap_id, now=now)
    decision = gap.decision
    facts: dict[str, Any] = {
        "gap_id": gap.id,
        "thread_ids": list(gap.thread_ids),
        "searches": list(gap.searches),
        "reason": reason,
        "owner": owner,
        "decided_by_id": actor.person_id,
        "decided_at": now,
    }
    if decision is None and to is not GapStatus.OPEN:
        tenancy.create(GapDecision, organisation_id=actor.organisation_id, status=to.value, **facts)
    elif decision is not None and not _says(gap, decision, to, reason, owner):
        if decision.status == to:
            tenancy.same_row(decision).update(**facts)
        else:
            move(decision, GAP_MOVES, to=to, **facts)
    return find_gap(actor=actor, gap_id=gap_id, now=now)


def _says(gap: Gap, decision: GapDecision, to: GapStatus, reason: str, owner: Person | None) -> bool:
    said = (decision.status, decision.reason, decision.owner_id)
    return gap.status is to and said == (to.value, reason, owner.pk if owner else None)


def _wait_for_others(actor: Actor) -> None:
    """Decisions of one organisation come one after the other: a gap has no row of its own to be locked."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtextextended(%s, 0))", [f"gaps {actor.organisation_id}"])
