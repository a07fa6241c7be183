"""What people pointed at in a thread, taken over by the steps that show the same."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from uuid import UUID

from backend.domain import tenancy
from backend.domain.clips.marks import read_mark
from backend.domain.clips.moments import ShownMoment
from backend.domain.howtos.content import StepContent
from backend.domain.threads.models import Comment, Suggestion, Thread
from backend.domain.threads.pointing import moment_of


def marked_moments(thread: Thread, clip_id: UUID) -> list[ShownMoment]:
    """Return what was drawn on moments of the clip in this thread's suggestions and comments, the first drawn first."""
    rows = [*_marked(thread, clip_id, Suggestion), *_marked(thread, clip_id, Comment)]
    moments = (moment_of(row) for row in sorted(rows, key=lambda row: (row.created_at, row.pk)))
    return [moment for moment in moments if moment]


def with_marks(steps: Sequence[StepContent], moments: Sequence[ShownMoment]) -> tuple[StepContent, ...]:
    """Return the steps, each with the first mark whose moment begins while the step is shown."""
    return tuple(_with_mark(step, moments) for step in steps)


def with_moment(steps: Sequence[StepContent], suggestion: Suggestion) -> tuple[StepContent, ...]:
    """Return written steps, the first with the moment that the suggestion points at, if it points at one."""
    moment = moment_of(suggestion)
    if not steps or moment is None or moment.clip_id is None:
        return tuple(steps)
    mark = read_mark(**moment.mark) if moment.mark else None
    first = replace(steps[0], clip_id=moment.clip_id, start_ms=moment.start_ms, end_ms=moment.end_ms, mark=mark)
    return (first, *steps[1:])


def _marked(thread: Thread, clip_id: UUID, model: type[Suggestion | Comment]) -> list[Suggestion | Comment]:
    rows = tenancy.within_organisation(thread.organisation_id, model).filter(
        thread=thread, moment_clip=clip_id, moment_mark__isnull=False
    )
    return list(rows.select_related("moment_clip"))


def _with_mark(step: StepContent, moments: Sequence[ShownMoment]) -> StepContent:
    if step.start_ms is None or step.end_ms is None:
        return step
    within = (moment for moment in moments if step.start_ms <= moment.start_ms < step.end_ms and moment.mark)
    drawn = next((moment.mark for moment in within if moment.mark), None)
    return replace(step, mark=read_mark(**drawn)) if drawn else step
