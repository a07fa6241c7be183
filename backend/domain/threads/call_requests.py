"""'Seen this, call me': the asker is told at once whom they can call, and under which number."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from api_schema.events import PushRequested
from api_schema.push_payloads import PushKind, PushUrgency
from backend.domain import tenancy
from backend.domain.accounts.models import Person
from backend.domain.actor import Actor
from backend.domain.threads.models import Thread
from backend.outbox.append import append


def request_call(*, actor: Actor, thread_id: UUID, reply_id: UUID, now: datetime) -> bool:
    """
    Tell the asker that the actor has seen the thread and can be called. Return whether they were told a number.

    It holds the next wave as a claim does, which the caller takes; it is no answer, so it is no first response.
    Transaction: joins the caller's; appends `push.requested`.
    """
    person = tenancy.find(actor, Person, actor.person_id)
    thread = tenancy.find(actor, Thread, thread_id)
    number = person.phone if person.shows_phone else ""
    append(_push(thread, person, number, reply_id=reply_id, now=now), now=now)
    return bool(number)


def _push(thread: Thread, person: Person, number: str, *, reply_id: UUID, now: datetime) -> PushRequested:
    how = f"Call {number}." if number else "They show no number here: ask your depot for it."
    return PushRequested(
        organisation_id=thread.organisation_id,
        recipient_id=thread.asker_id,
        kind=PushKind.CLAIMED,
        subject_id=thread.pk,
        dedupe_key=f"call:{reply_id}",
        title=f"{person.name}, {person.job_title}, has seen this: call them",
        body=f"{how} {thread.title}",
        requested_at=now,
        urgency=PushUrgency.HIGH,
        data={"thread_id": str(thread.pk)},
        version=thread.version,
    )
