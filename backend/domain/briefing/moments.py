"""Everything that points into a clip, wherever it was said."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from uuid import UUID

from backend.domain import tenancy
from backend.domain.accounts.models import Person
from backend.domain.actor import Actor
from backend.domain.clips.models import Clip
from backend.domain.clips.moments import ShownMoment, show_moment
from backend.domain.howtos.models import Step
from backend.domain.howtos.states import Publication
from backend.domain.threads.models import Comment, Suggestion
from backend.domain.threads.pointing import moment_of


class PointingKind(StrEnum):
    SUGGESTION = "suggestion"
    COMMENT = "comment"
    STEP = "step"  # of a released how-to


@dataclass(frozen=True)
class PointedFrom:
    """`subject_id`: the thread, or of a step the how-to. A step has no single author."""

    kind: PointingKind
    id: UUID
    subject_id: UUID
    text: str
    author: Person | None
    moment: ShownMoment


def list_moments(*, actor: Actor, clip_id: UUID) -> list[PointedFrom]:
    """
    Return what points into the clip, in the order of the clip. Four queries, whatever the number.

    :raises NotFound: there is no such clip in the actor's organisation.
    """
    clip = tenancy.find(actor, Clip, clip_id)
    found = [*_said(actor, clip, Suggestion), *_said(actor, clip, Comment), *_steps(actor, clip)]
    return sorted(found, key=lambda one: (one.moment.start_ms, one.moment.end_ms, one.id))


def _said(actor: Actor, clip: Clip, model: type[Suggestion | Comment]) -> list[PointedFrom]:
    kind = PointingKind.SUGGESTION if model is Suggestion else PointingKind.COMMENT
    rows: list[Suggestion | Comment] = list(
        tenancy.within(actor, model).filter(moment_clip=clip).select_related("author__site", "moment_clip")
    )
    return [
        PointedFrom(kind, row.pk, row.thread_id, row.text, row.author, moment)
        for row in rows
        if (moment := moment_of(row))
    ]


def _steps(actor: Actor, clip: Clip) -> list[PointedFrom]:
    steps = tenancy.within(actor, Step).filter(clip=clip, version__publication=Publication.RELEASED)
    return [
        PointedFrom(
            PointingKind.STEP,
            step.pk,
            step.version.howto_id,
            step.text,
            None,
            show_moment(clip, step.start_ms, step.end_ms, step.mark),
        )
        for step in steps.select_related("version")
        if step.start_ms is not None and step.end_ms is not None
    ]
