"""What a thread went through, beyond what was said in it."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from backend.domain import tenancy
from backend.domain.actor import Actor
from backend.domain.threads.models import HoldCheck, ThreadMove


@dataclass(frozen=True)
class ThreadPast:
    """`moves` of its state, with who made them; `hold_answers`: the checks after a fix that were answered."""

    moves: list[ThreadMove]
    hold_answers: list[HoldCheck]


def past_of(*, actor: Actor, thread_id: UUID) -> ThreadPast:
    """Return what a thread of the actor's organisation went through, the oldest first. Two queries."""
    moves = tenancy.within(actor, ThreadMove).filter(thread_id=thread_id).select_related("person")
    answers = tenancy.within(actor, HoldCheck).filter(thread_id=thread_id, answered_at__isnull=False)
    return ThreadPast(list(moves.order_by("moved_at", "pk")), list(answers.order_by("answered_at", "pk")))
