"""The artefacts of a clip as rows with states: made when rendering is queued, settled one by one."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime
from enum import StrEnum
from typing import Any

from django.db.models import QuerySet

from backend.domain import tenancy
from backend.domain.clips.models import Artefact, Clip, Segment
from backend.domain.clips.states import ARTEFACT_MOVES, ArtefactKind, ArtefactStatus
from backend.domain.states import move

VIDEO_RENDITIONS = (ArtefactKind.V240, ArtefactKind.V480, ArtefactKind.V720)
RENDITIONS = (*VIDEO_RENDITIONS, ArtefactKind.AUDIO)
EVERY_KIND = tuple(ArtefactKind)
UNSETTLED = (ArtefactStatus.PENDING, ArtefactStatus.PLAYABLE)


class AbsentReason(StrEnum):
    """Why there is nothing to make."""

    NO_AUDIO = "no_audio"
    NO_SPEECH = "no_speech"
    NO_PICTURE = "no_picture"
    NOT_NEEDED = "not_needed"  # the source is smaller than this rendition, or too short for a storyboard


def artefacts_of(clip: Clip, kinds: Collection[ArtefactKind] = EVERY_KIND) -> QuerySet[Artefact]:
    """Return the clip's artefacts of these kinds."""
    return tenancy.within_organisation(clip.organisation_id, Artefact).filter(clip=clip, kind__in=kinds)


def plan_artefacts(clip: Clip, *, now: datetime) -> None:
    """Give the clip one pending row for each kind, and set failed ones back to pending. Idempotent."""
    planned = [
        Artefact(organisation_id=clip.organisation_id, clip=clip, kind=kind, updated_at=now) for kind in EVERY_KIND
    ]
    tenancy.create_many(Artefact, planned, ignore_conflicts=True)
    revive_artefacts(clip, EVERY_KIND, now=now)


def revive_artefacts(clip: Clip, kinds: Collection[ArtefactKind], *, now: datetime) -> None:
    """Set failed artefacts of these kinds back to pending."""
    for artefact in artefacts_of(clip, kinds).filter(status=ArtefactStatus.FAILED):
        settle(artefact, to=ArtefactStatus.PENDING, reason="", now=now)


def fail_unsettled(clip: Clip, kinds: Collection[ArtefactKind], *, reason: str, now: datetime) -> None:
    """Give up whatever of these kinds is not settled yet, so that nothing waits for ever."""
    for artefact in artefacts_of(clip, kinds).filter(status__in=UNSETTLED):
        settle(artefact, to=ArtefactStatus.FAILED, reason=reason, now=now)


def mark_absent(clip: Clip, kinds: Collection[ArtefactKind], *, reason: AbsentReason, now: datetime) -> None:
    """Settle whatever of these kinds is still pending as absent: there is nothing to make."""
    for artefact in artefacts_of(clip, kinds).filter(status=ArtefactStatus.PENDING):
        settle(artefact, to=ArtefactStatus.ABSENT, reason=reason, now=now)


def drop_partial_renditions(clip: Clip, *, now: datetime) -> None:
    """
    Forget the segments and the plan of unfinished renditions: a new attempt starts them from the first segment.

    Segments of two attempts never mix in one playlist.
    """
    unplanned: dict[str, Any] = {"width_px": None, "height_px": None, "bits_per_second": None, "codecs": ""}
    unfinished = artefacts_of(clip, RENDITIONS).filter(status__in=UNSETTLED)
    # Also of what is pending: a rendition that failed half-way and is tried again has segments still.
    tenancy.within_organisation(clip.organisation_id, Segment).filter(artefact__in=unfinished).delete()
    unfinished.update(**unplanned)
    for artefact in unfinished.filter(status=ArtefactStatus.PLAYABLE):
        settle(artefact, to=ArtefactStatus.PENDING, object_key="", now=now)


def settle(artefact: Artefact, *, to: ArtefactStatus, now: datetime, **facts: Any) -> None:
    """Move one artefact to another state, with what is known of it then."""
    move(artefact, ARTEFACT_MOVES, to=to, updated_at=now, **facts)
