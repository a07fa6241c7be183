"""Who has played the clip of an answer: a recall reaches them, too. Nothing else is made of it."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from django.db import transaction

from backend.domain import tenancy
from backend.domain.actor import Actor
from backend.domain.corrections.models import AdviceView
from backend.domain.corrections.states import AdviceKind
from backend.domain.threads.models import Suggestion


def note_clip_played(*, actor: Actor, clip_id: UUID, now: datetime) -> None:
    """
    Note that the actor plays a clip, where it is that of an answer; they play any other unnoted.

    Tenancy: the answer is looked up in the actor's organisation. Transaction: its own; two statements. Idempotent.
    """
    answers = tenancy.within(actor, Suggestion).filter(clip_id=clip_id)
    for suggestion_id in answers.values_list("pk", flat=True):
        _note(actor, suggestion_id, now=now)


@transaction.atomic
def _note(actor: Actor, suggestion_id: UUID, *, now: datetime) -> None:
    view = AdviceView(
        organisation_id=actor.organisation_id,
        person_id=actor.person_id,
        kind=AdviceKind.SUGGESTION,
        advice_id=suggestion_id,
        first_at=now,
        last_at=now,
    )
    tenancy.within(actor, AdviceView).bulk_create(
        [view], update_conflicts=True, unique_fields=["person", "advice_id"], update_fields=["last_at"]
    )
