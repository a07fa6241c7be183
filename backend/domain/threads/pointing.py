"""Pointing at a moment of a thread's clips, from a suggestion or a comment."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from backend.domain import tenancy
from backend.domain.actor import Actor
from backend.domain.clips.models import Clip
from backend.domain.clips.moments import Moment, ShownMoment, check_moment, show_moment
from backend.domain.errors import InvalidInput
from backend.domain.threads.models import Comment, Suggestion, Thread


@dataclass(frozen=True)
class PointedAt:
    """A moment of one of the thread's clips; `clip_id` None: of the question's."""

    moment: Moment
    clip_id: UUID | None = None


def moment_columns(actor: Actor, thread: Thread, pointed: PointedAt | None) -> dict[str, Any]:
    """
    Return the columns that keep what was pointed at; none for None.

    :raises InvalidInput: the thread has no such clip, or the moment is not within it.
    """
    if pointed is None:
        return {}
    clip = _clip_of(actor, thread, pointed.clip_id or thread.ask_clip_id)
    moment = pointed.moment
    check_moment(moment, clip)
    return {
        "moment_clip": clip,
        "moment_start_ms": moment.start_ms,
        "moment_end_ms": moment.end_ms,
        "moment_mark": moment.mark.to_json() if moment.mark else None,
    }


def moment_of(row: Suggestion | Comment) -> ShownMoment | None:
    """Return what a suggestion or comment points at, as a player can open it; None: it points at nothing."""
    if row.moment_start_ms is None or row.moment_end_ms is None:
        return None
    return show_moment(row.moment_clip, row.moment_start_ms, row.moment_end_ms, row.moment_mark)


def _clip_of(actor: Actor, thread: Thread, clip_id: UUID | None) -> Clip:
    if clip_id is None:
        raise InvalidInput(moment="The question has no clip to point at.")
    clip = tenancy.within(actor, Clip).filter(pk=clip_id, thread_id=thread.pk).first()
    if clip is None:
        raise InvalidInput(moment="This is not a clip of this thread.")
    return clip
