"""Answering a fault thread."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext

from api_schema.events import PushRequested
from api_schema.push_payloads import PushKind, PushUrgency
from backend.domain import tenancy
from backend.domain.accounts.languages import in_their_language
from backend.domain.actor import Actor
from backend.domain.asking.models import RoundStatus
from backend.domain.asking.operations import close_round
from backend.domain.clips.operations import expect_clip
from backend.domain.creation import Created, create_once
from backend.domain.equipment.queries import vocabulary_of
from backend.domain.errors import DomainError, InvalidInput
from backend.domain.saying import said
from backend.domain.state_words import state_in_words
from backend.domain.threads.cautioning import cover_suggestion
from backend.domain.threads.indexing import index_thread
from backend.domain.threads.models import Suggestion, Thread
from backend.domain.threads.moving import move_to
from backend.domain.threads.operations import locked_thread
from backend.domain.threads.pointing import PointedAt, moment_columns
from backend.domain.threads.states import OPEN_STATUSES, SOLVED_STATUSES, ThreadStatus
from backend.domain.threads.watching import tell_of_answer
from backend.outbox.append import append


class ThreadClosed(DomainError):
    """The thread was withdrawn, is a duplicate, or was given up."""

    code = "thread_closed"


@dataclass(frozen=True)
class Proposal:
    """What a peer suggests; says something by text, clip or both. It may point at a moment of the thread's clips."""

    text: str = ""
    clip_id: UUID | None = None
    moment: PointedAt | None = None
    seen_version: int | None = None


@transaction.atomic
def suggest(
    *, actor: Actor, suggestion_id: UUID, thread_id: UUID, proposal: Proposal, now: datetime
) -> Created[Suggestion]:
    """
    Answer a fault thread. The first answer stops the asking; the asker is told of every one.

    Tenancy: the thread is looked up in the actor's organisation.
    Transaction: opens its own; appends `push.cancelled` and `push.requested`.
    Idempotent: the same id in the same thread is the same suggestion.
    What is hazardous in it lies under a caution from the start.
    A parked thread becomes answered; a solved one keeps the suggestion and stays solved, in silence.

    :raises NotFound: no such thread in the actor's organisation.
    :raises ThreadClosed: the thread takes no more answers.
    :raises InvalidInput: it says nothing, or its moment is not a span of a clip of this thread.
    :raises IdTaken: the id already names something else.
    """
    thread = locked_thread(actor=actor, thread_id=thread_id)

    def insert() -> Suggestion:
        _check_says_something(proposal)
        _check_takes_answers(thread)
        suggestion = _insert_suggestion(actor, suggestion_id, thread, proposal, now=now)
        cover_suggestion(thread, suggestion, now=now)
        _note_answer(thread, suggestion, now=now)
        tell_of_answer(suggestion, now=now)
        return suggestion

    same = {"organisation_id": actor.organisation_id, "author_id": actor.person_id, "thread_id": thread.pk}
    return create_once(Suggestion, suggestion_id, same=same, insert=insert)


def _check_says_something(proposal: Proposal) -> None:
    if not proposal.text.strip() and proposal.clip_id is None:
        raise InvalidInput(text="Say something, or add a clip.")


def _check_takes_answers(thread: Thread) -> None:
    if thread.status not in OPEN_STATUSES | SOLVED_STATUSES | {ThreadStatus.PARKED}:
        detail = said("This thread is %(state)s and takes no more answers.", state=state_in_words(thread.status))
        raise ThreadClosed(detail, state=thread.status)


def _insert_suggestion(
    actor: Actor, suggestion_id: UUID, thread: Thread, proposal: Proposal, *, now: datetime
) -> Suggestion:
    clip = None
    if proposal.clip_id is not None:
        vocabulary = vocabulary_of(thread.asset)
        clip = expect_clip(actor=actor, clip_id=proposal.clip_id, thread_id=thread.pk, vocabulary=vocabulary, now=now)
    return tenancy.create(
        Suggestion,
        id=suggestion_id,
        organisation_id=actor.organisation_id,
        thread=thread,
        author_id=actor.person_id,
        text=proposal.text.strip(),
        clip=clip,
        seen_version=proposal.seen_version,
        came_after_fixed=thread.status in SOLVED_STATUSES,
        created_at=now,
        **moment_columns(actor, thread, proposal.moment),
    )


def _note_answer(thread: Thread, suggestion: Suggestion, *, now: datetime) -> None:
    close_round(
        organisation_id=thread.organisation_id,
        thread_id=thread.pk,
        to=RoundStatus.ANSWERED,
        answered_by_id=suggestion.author_id,
        now=now,
    )
    if thread.status in {ThreadStatus.ASKED, ThreadStatus.PARKED}:
        first_response_at = thread.first_response_at or now
        move_to(thread, ThreadStatus.ANSWERED, by=suggestion.author_id, now=now, first_response_at=first_response_at)
    else:
        index_thread(thread, now=now)
    if thread.status not in SOLVED_STATUSES and suggestion.author_id != thread.asker_id:
        append(_answer_push(thread, suggestion, now=now), now=now)


def _answer_push(thread: Thread, suggestion: Suggestion, *, now: datetime) -> PushRequested:
    with in_their_language(thread.asker.language):
        title = gettext("%(name)s answered: %(title)s")
        body = suggestion.text or gettext("A clip shows what to try.")
    return PushRequested(
        organisation_id=thread.organisation_id,
        recipient_id=thread.asker_id,
        kind=PushKind.ANSWER,
        subject_id=thread.pk,
        dedupe_key=f"answer:{suggestion.pk}",
        title=title % {"name": suggestion.author.name, "title": thread.title},
        body=body,
        requested_at=now,
        urgency=PushUrgency.HIGH,
        data={"thread_id": str(thread.pk), "suggestion_id": str(suggestion.pk)},
    )
