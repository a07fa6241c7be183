"""What people do with clips: announce, attach, and try again."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from django.db import transaction

from api_schema.ids import is_uuid7
from backend.domain import tenancy
from backend.domain.actor import Actor
from backend.domain.clips import indexing, jobs
from backend.domain.clips.artefacts import artefacts_of
from backend.domain.clips.models import Clip
from backend.domain.clips.states import CLIP_MOVES, ArtefactKind, ArtefactStatus, ClipStatus
from backend.domain.errors import IdTaken, IllegalMove, InvalidInput, NotAllowed
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
    clip = _get_or_announce(actor=actor, clip_id=clip_id, now=now)
    if thread_id is not None:
        _attach(clip, thread_id=thread_id, vocabulary=vocabulary, now=now)
    return clip


def _get_or_announce(*, actor: Actor, clip_id: UUID, now: datetime) -> Clip:
    if not is_uuid7(clip_id):
        raise InvalidInput(clip_id="A UUIDv7 is expected.")
    announced = Clip(id=clip_id, organisation_id=actor.organisation_id, author_id=actor.person_id, created_at=now)
    # Two requests of one phone may announce the same clip at the same moment: the first one's row wins.
    tenancy.create_many(Clip, [announced], ignore_conflicts=True)
    everywhere = tenancy.across_organisations(Clip, why="a phone-chosen id is unique across all of them")
    clip = everywhere.select_for_update().get(pk=clip_id)
    if (clip.organisation_id, clip.author_id) != (actor.organisation_id, actor.person_id):
        raise IdTaken("This id already names something else.")
    return clip


def _attach(clip: Clip, *, thread_id: UUID, vocabulary: tuple[str, ...], now: datetime) -> None:
    if clip.thread_id == thread_id:
        return
    if clip.thread_id is not None:
        raise IdTaken("This clip already belongs to another thread.")
    clip.thread_id = thread_id
    clip.vocabulary = [word[:MAX_VOCABULARY_LETTERS] for word in vocabulary[:MAX_VOCABULARY_WORDS]]
    clip.save(update_fields=["thread_id", "vocabulary"])
    indexing.index_cues(clip=clip, now=now)


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
    if clip.status == ClipStatus.REJECTED:
        _render_again(clip, now=now)
    else:
        _caption_again(clip, now=now)
    return clip


def _render_again(clip: Clip, *, now: datetime) -> None:
    if clip.verified_at is None:
        raise IllegalMove("The file never arrived whole; send it again.", state=clip.status, allowed=[])
    move(clip, CLIP_MOVES, to=ClipStatus.PROCESSING, rejection_code="", rejection_reason="", render_percent=0)
    jobs.queue_render(clip=clip, now=now)


def _caption_again(clip: Clip, *, now: datetime) -> None:
    if not artefacts_of(clip, {ArtefactKind.CAPTIONS}).filter(status=ArtefactStatus.FAILED).exists():
        raise IllegalMove("Nothing about this clip has failed.", state=clip.status, allowed=[])
    jobs.queue_transcription(clip=clip, now=now)
