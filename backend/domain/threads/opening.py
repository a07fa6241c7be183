"""Who opened a thread: what they were asked they have seen, and its asker is told who looked."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from backend.domain import tenancy
from backend.domain.actor import Actor
from backend.domain.asking.seeing import note_seen
from backend.domain.threads.models import ThreadOpening
from backend.domain.threads.queries import WholeThread


def note_opened(*, actor: Actor, whole: WholeThread, now: datetime) -> None:
    """
    Note that the actor has opened the thread, which they may read.

    Idempotent: the first time counts. One statement, none for its asker; more when an ask is seen for the first time.
    """
    for ask in whole.asked:
        if ask.person_id == actor.person_id and ask.seen_at is None:
            note_seen(ask_id=ask.pk, now=now)
    if whole.thread.asker_id != actor.person_id:
        row = ThreadOpening(
            organisation_id=actor.organisation_id, thread=whole.thread, person_id=actor.person_id, opened_at=now
        )
        tenancy.create_many(ThreadOpening, [row], ignore_conflicts=True)


def forget_openings(*, organisation_id: UUID, person_id: UUID) -> None:
    """Forget what somebody opened, who belongs here no longer. Idempotent."""
    tenancy.within_organisation(organisation_id, ThreadOpening).filter(person_id=person_id).delete()
