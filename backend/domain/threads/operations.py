"""What people do with a fault thread: ask, put aside, take up again."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import transaction

from backend.domain import tenancy
from backend.domain.actor import Actor
from backend.domain.asking.models import RoundStatus
from backend.domain.asking.operations import Fault, close_round, open_round
from backend.domain.clips.operations import expect_clip
from backend.domain.creation import Created, create_once
from backend.domain.equipment.codes import normalise_code
from backend.domain.equipment.queries import find_asset, vocabulary_of
from backend.domain.errors import IllegalMove, NotAllowed
from backend.domain.saying import said
from backend.domain.search.queries import Hit
from backend.domain.state_words import state_in_words
from backend.domain.threads.hold_checks import drop_hold_checks
from backend.domain.threads.models import Thread
from backend.domain.threads.moving import move_to
from backend.domain.threads.repeat_visits import link_repeat_visit
from backend.domain.threads.rescuing import MAX_SIMILAR, keep_similar, similar_to
from backend.domain.threads.states import THREAD_MOVES, ThreadStatus, Urgency

# States a person may choose; the others follow from suggestions and tries.
_CHOSEN = frozenset({ThreadStatus.PARKED, ThreadStatus.WITHDRAWN, ThreadStatus.UNSOLVED, ThreadStatus.ASKED})


@dataclass(frozen=True)
class Question:
    """What the asker says of the fault. The clip may arrive later, or never."""

    asset_id: UUID
    title: str
    description: str = ""
    fault_code: str = ""  # as shown on the machine
    urgency: Urgency = Urgency.CUSTOMER_WAITING
    clip_id: UUID | None = None


@dataclass(frozen=True)
class AskedThread:
    thread: Thread
    is_new: bool
    similar: list[Hit]  # solved faults like this one, best first


def ask(*, actor: Actor, thread_id: UUID, question: Question, now: datetime) -> AskedThread:
    """
    Open a fault thread, start asking peers, and return solved faults that look alike; they are kept with it.

    Tenancy: the asset is looked up in the actor's organisation.
    A repeat visit is linked to the fix that did not last.
    Transaction: opens its own; the thread, wave 1 and the search document appear together.
    Idempotent: the same id with the same asset and title is the same thread.

    :raises NotFound: no such asset in the actor's organisation.
    :raises IdTaken: the id already names something else.
    """
    with transaction.atomic():
        created = _create(actor=actor, thread_id=thread_id, question=question, now=now)
    similar = similar_to(created.row, actor=actor, limit=MAX_SIMILAR)
    if created.is_new:
        keep_similar(created.row, similar, came_with_captions=False, now=now)
    return AskedThread(created.row, created.is_new, similar)


def _create(*, actor: Actor, thread_id: UUID, question: Question, now: datetime) -> Created[Thread]:
    asset = find_asset(actor=actor, asset_id=question.asset_id)

    def insert() -> Thread:
        thread = tenancy.create(
            Thread,
            id=thread_id,
            organisation_id=actor.organisation_id,
            asker_id=actor.person_id,
            asset=asset,
            title=question.title,
            description=question.description,
            fault_code_shown=question.fault_code,
            fault_code=normalise_code(question.fault_code),
            urgency=question.urgency,
            created_at=now,
        )
        if question.clip_id is not None:
            vocabulary = vocabulary_of(asset)
            thread.ask_clip = expect_clip(
                actor=actor, clip_id=question.clip_id, thread_id=thread.pk, vocabulary=vocabulary, now=now
            )
            thread.save(update_fields=["ask_clip"])
        link_repeat_visit(thread, now=now)
        ask_peers(thread, by=actor.person_id, now=now, asked_at=now)
        return thread

    same = {"organisation_id": actor.organisation_id, "asker_id": actor.person_id, "asset_id": asset.pk}
    return create_once(Thread, thread_id, same={**same, "title": question.title}, insert=insert)


def ask_peers(thread: Thread, *, by: UUID, now: datetime, **facts: Any) -> None:
    """
    Move `thread` to asked and start a round of asks for it.

    Transaction: joins the caller's.
    """
    fault = Fault(
        organisation_id=thread.organisation_id,
        thread_id=thread.pk,
        asker_id=thread.asker_id,
        asset=thread.asset,
        fault_code=thread.fault_code,
        headline=thread.title,
        urgency=thread.urgency,
    )
    standing = open_round(fault=fault, now=now)
    move_to(thread, ThreadStatus.ASKED, by=by, now=now, standing=standing, **facts)


def locked_thread(*, actor: Actor, thread_id: UUID) -> Thread:
    """
    Return the thread, locked until the caller's transaction ends.

    :raises NotFound: no such thread in the actor's organisation.
    """
    threads = tenancy.within(actor, Thread).select_related("asset__asset_model", "asset__site", "asker")
    return tenancy.find_in(threads.select_for_update(of=("self",)), thread_id)


@transaction.atomic
def move_thread(*, actor: Actor, thread_id: UUID, to: ThreadStatus, now: datetime) -> Thread:
    """
    Put a thread aside (parked, withdrawn, unsolved) or ask about it again.

    Only the asker or somebody who may curate. A thread that was put aside stops asking; one that is asked
    again gets a new round; a fixed one is reopened that way.
    Transaction: opens its own.

    :raises NotFound: no such thread in the actor's organisation.
    :raises NotAllowed: it is somebody else's thread.
    :raises IllegalMove: not from here, or not by hand; the error lists the allowed moves.
    """
    thread = locked_thread(actor=actor, thread_id=thread_id)
    if actor.person_id != thread.asker_id and not actor.may_curate:
        raise NotAllowed("Only the person who asked may do this.")
    allowed = chosen_moves(thread)
    if to not in allowed:
        raise IllegalMove(_not_by_hand(thread, to), state=thread.status, allowed=allowed)
    if to is ThreadStatus.ASKED:
        reopen(thread, by=actor.person_id, now=now)
        return thread
    close_round(organisation_id=thread.organisation_id, thread_id=thread.pk, to=RoundStatus.CLOSED, now=now)
    move_to(thread, to, by=actor.person_id, now=now)
    return thread


def _not_by_hand(thread: Thread, to: ThreadStatus) -> str:
    state = state_in_words(thread.status)
    return said("A thread that is %(state)s cannot become %(to)s by hand.", state=state, to=state_in_words(to))


def reopen(thread: Thread, *, by: UUID, now: datetime) -> None:
    """
    Ask peers about a thread again: whatever had ended it did not last. The move history keeps that it was over.

    Transaction: joins the caller's, which holds the thread.
    """
    drop_hold_checks(thread, now=now)
    ask_peers(thread, by=by, now=now, fixed_at=None, deflected_to_kind="", deflected_to_id=None, deflected_at=None)


def chosen_moves(thread: Thread) -> list[ThreadStatus]:
    """Return the states that a person may move this thread to now, sorted by name."""
    by_hand = THREAD_MOVES[ThreadStatus(thread.status)] & _CHOSEN
    if thread.status == ThreadStatus.TRYING:
        by_hand -= {ThreadStatus.ASKED}  # the try's outcome decides that
    return sorted(by_hand)
