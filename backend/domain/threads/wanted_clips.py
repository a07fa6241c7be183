"""Whether a clip is still wanted where it was announced for."""

from __future__ import annotations

from backend.domain import tenancy
from backend.domain.actor import Actor
from backend.domain.clips.models import Clip
from backend.domain.threads.models import Thread
from backend.domain.threads.states import CLOSED_STATUSES
from backend.domain.threads.suggestions import ThreadClosed


def check_wanted(*, actor: Actor, clip: Clip) -> None:
    """
    Accept a clip of a thread that takes clips, or of no thread yet.

    A solved thread takes them: the film of the try that fixed it may be the slowest to arrive. So does one that was
    closed with "this is it": its asker may find that it was not, and shows their fault again.

    :raises ThreadClosed: the thread was withdrawn, is a duplicate, or was given up.
    """
    if clip.thread_id is None:
        return
    closed = tenancy.within(actor, Thread).filter(status__in=CLOSED_STATUSES, deflected_at=None)
    if closed.filter(pk=clip.thread_id).exists():
        raise ThreadClosed("The thread was closed; the clip is not wanted any more.")
