"""Remarks on a thread that propose nothing: "that valve is the new type", with a circle around it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext

from api_schema.events import PushRequested
from api_schema.live_events import LiveKind
from api_schema.push_payloads import PushKind
from backend.domain import tenancy
from backend.domain.accounts.languages import in_their_language
from backend.domain.actor import Actor
from backend.domain.creation import Created, create_once
from backend.domain.errors import InvalidInput
from backend.domain.threads.indexing import index_thread
from backend.domain.threads.models import Comment, Thread
from backend.domain.threads.operations import locked_thread
from backend.domain.threads.pointing import PointedAt, moment_columns
from backend.live.append import tell
from backend.outbox.append import append


@dataclass(frozen=True)
class Remark:
    """What somebody remarks. `moment`: in a clip of the thread, by default that of the question."""

    text: str
    moment: PointedAt | None = None


@transaction.atomic
def comment(*, actor: Actor, comment_id: UUID, thread_id: UUID, remark: Remark, now: datetime) -> Created[Comment]:
    """
    Remark on a thread, in whatever state it is. It moves nothing; its asker finds it in the inbox, and no phone rings.
    Search finds the thread by its words.

    Tenancy: the thread is looked up in the actor's organisation.
    Transaction: opens its own; appends `push.requested`, silent.
    Idempotent: the same id in the same thread is the same comment.

    :raises NotFound: no such thread in the actor's organisation.
    :raises InvalidInput: it says nothing, or its moment is not a span of a clip of this thread.
    :raises IdTaken: the id already names something else.
    """
    thread = locked_thread(actor=actor, thread_id=thread_id)

    def insert() -> Comment:
        if not remark.text.strip():
            raise InvalidInput(text="Say something.")
        made = tenancy.create(
            Comment,
            id=comment_id,
            organisation_id=actor.organisation_id,
            thread=thread,
            author_id=actor.person_id,
            text=remark.text.strip(),
            created_at=now,
            **moment_columns(actor, thread, remark.moment),
        )
        index_thread(thread, now=now)
        _tell_of(made, thread, now=now)
        return made

    same = {"organisation_id": actor.organisation_id, "author_id": actor.person_id, "thread_id": thread.pk}
    return create_once(Comment, comment_id, same=same, insert=insert)


def _tell_of(made: Comment, thread: Thread, *, now: datetime) -> None:
    author = made.author
    tell(
        organisation_id=made.organisation_id,
        thread_id=thread.pk,
        kind=LiveKind.COMMENTED,
        now=now,
        comment_id=str(made.pk),
        name=author.name,
        job_title=author.job_title,
    )
    if author.pk == thread.asker_id:
        return
    with in_their_language(thread.asker.language):
        title = gettext("%(name)s remarked: %(title)s") % {"name": author.name, "title": thread.title}
    push = PushRequested(
        organisation_id=made.organisation_id,
        recipient_id=thread.asker_id,
        kind=PushKind.ANSWER,
        subject_id=thread.pk,
        dedupe_key=f"comment:{made.pk}",
        title=title,
        body=made.text,
        requested_at=now,
        data={"thread_id": str(thread.pk)},
        is_silent=True,
    )
    append(push, now=now)
