"""A clip's words as search documents, each opening its thread at the second that matched."""

from __future__ import annotations

from datetime import datetime

from backend.domain.clips.models import Clip


def index_cues(*, clip: Clip, now: datetime) -> None:
    """Make the clip's cues findable, if it is attached to a thread. Transaction: joins the caller's."""
