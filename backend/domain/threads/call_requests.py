"""'Seen this, call me': the asker is told at once whom they can call, and under which number."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from django.utils.translation import gettext

from api_schema.events import PushRequested
from api_schema.push_payloads import PushKind, PushUrgency
from backend.domain import tenancy
from backend.domain.accounts.languages import in_their_language
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
    thread = tenancy.find_in(tenancy.within(actor, Thread).select_related("asker"), thread_id)
    number = person.phone if person.shows_phone else ""
    append(_push(thread, person, number, reply_id=reply_id, now=now), now=now)
    return bool(number)


def _push(thread: Thread, person: Person, number: str, *, reply_id: UUID, now: datetime) -> PushRequested:
    with in_their_language(thread.asker.language):
        title = gettext("%(name)s, %(job_title)s, has seen this: call them")
        body = _how_to_call(thread, number)
    return PushRequested(
        organisation_id=thread.organisation_id,
        recipient_id=thread.asker_id,
        kind=PushKind.CLAIMED,
        subject_id=thread.pk,
        dedupe_key=f"call:{reply_id}",
        title=title % {"name": person.name, "job_title": person.job_title},
        body=body,
        requested_at=now,
        urgency=PushUrgency.HIGH,
        data={"thread_id": str(thread.pk)},
        version=thread.version,
    )


def _how_to_call(thread: Thread, number: str) -> str:
    if number:
        return gettext("Call %(number)s. %(title)s") % {"number": number, "title": thread.title}
    return gettext("They show no number here: ask your depot for it. %(title)s") % {"title": thread.title}
