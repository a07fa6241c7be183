"""What people do with clips: announce, attach, and try again."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from django.db import transaction

from backend.domain import tenancy
from backend.domain.actor import Actor
from backend.domain.clips import jobs
from backend.domain.clips.artefacts import artefacts_of
from backend.domain.clips.captions import cues_of
from backend.domain.clips.indexing import index_cues
from backend.domain.clips.models import Clip
from backend.domain.clips.states import CLIP_MOVES, ArtefactKind, ArtefactStatus, ClipStatus
from backend.domain.clips.watching import ClipNews, tell_of_clip
from backend.domain.creation import create_once
from backend.domain.errors import IdTaken, IllegalMove, NotAllowed
from backend.domain.states import move

MAX_VOCABULARY_WORDS = 200
MAX_VOCABULARY_LETTERS = 64


@transaction.atomic
def expect_clip(
    *, actor: Actor, clip_id: UUID, thread_id: UUID | None = None, vocabulary: tuple[str, ...] = (), now: datetime
) -> Clip:
    """
    Return the actor's clip with this phone-chosen id, announced now if it is new, attached to `thread_id` if given.

    `vocabulary`: the asset's fault codes and names, which help to recognise what is said.
    Transaction: joins the caller's or opens its own.
    Idempotent: thread and upload may announce the same clip in either order, any number of times.
    Attaching a clip that already has captions makes their words findable.

    :raises InvalidInput: the id is not a UUIDv7.
    :raises IdTaken: the id is another person's clip, or the clip belongs to another thread.
    """
    whose: dict[str, object] = {"organisation_id": actor.organisation_id, "author_id": actor.person_id}
    clip = create_once(
        Clip, clip_id, same=whose, insert=lambda: tenancy.create(Clip, id=clip_id, created_at=now, **whose)
    ).row
    if thread_id is not None:
        _attach(clip, thread_id=thread_id, vocabulary=vocabulary, now=now)
    return clip


def _attach(clip: Clip, *, thread_id: UUID, vocabulary: tuple[str, ...], now: datetime) -> None:
    # Locked, so that a transcript that is being recorded sees the thread, or this sees its cues.
    tenancy.same_row(clip).select_for_update(no_key=True).get()
    clip.refresh_from_db()
    if clip.thread_id == thread_id:
        return
    if clip.thread_id is not None:
        raise IdTaken("This clip already belongs to another thread.")
    clip.thread_id = thread_id
    clip.vocabulary = [word[:MAX_VOCABULARY_LETTERS] for word in vocabulary[:MAX_VOCABULARY_WORDS]]
    clip.save(update_fields=["thread_id", "vocabulary"])
    index_cues(clip=clip, cues=cues_of(clip), now=now)


@transaction.atomic
def retry_clip(*, actor: Actor, clip_id: UUID, now: datetime) -> Clip:
    """
    Process a rejected clip again, or only its captions when only they failed.

    Tenancy: the clip is looked up in the actor's organisation; only its author or a curator may.
    Transaction: joins the caller's or opens its own; queues the media job again, its attempts counted anew.

    :raises NotFound: no such clip in the actor's organisation.
    :raises NotAllowed: the clip is somebody else's.
    :raises IllegalMove: nothing has failed, or the file never arrived whole.
    """
    clip = tenancy.find_in(tenancy.within(actor, Clip).select_for_update(), clip_id)
    if clip.author_id != actor.person_id and not actor.may_curate:
        raise NotAllowed("Only its author may try a clip again.")
    process_again(clip, now=now)
    return clip


def process_again(clip: Clip, *, now: datetime) -> None:
    """
    Queue what failed of a clip that its caller holds locked: the whole of it, or its captions.

    :raises IllegalMove: nothing has failed, or the file never arrived whole.
    """
    if clip.status == ClipStatus.REJECTED:
        _render_again(clip, now=now)
    else:
        _caption_again(clip, now=now)


def _render_again(clip: Clip, *, now: datetime) -> None:
    if clip.verified_at is None:
        raise IllegalMove("The file never arrived whole; send it again.", state=clip.status, allowed=[])
    move(clip, CLIP_MOVES, to=ClipStatus.PROCESSING, rejection_code="", rejection_reason="", render_percent=0)
    tell_of_clip(clip, ClipNews.RECEIVED, now=now)
    jobs.queue_render(clip=clip, now=now)


def _caption_again(clip: Clip, *, now: datetime) -> None:
    if not artefacts_of(clip, {ArtefactKind.CAPTIONS}).filter(status=ArtefactStatus.FAILED).exists():
        raise IllegalMove("Nothing about this clip has failed.", state=clip.status, allowed=[])
    jobs.queue_transcription(clip=clip, now=now)
