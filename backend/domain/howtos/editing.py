"""A curator corrects a draft, or begins the next version."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, fields, replace
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import transaction

from backend.domain import tenancy
from backend.domain.actor import Actor
from backend.domain.clips.models import Clip
from backend.domain.errors import InvalidInput
from backend.domain.howtos.content import Part, StepContent, read_content, write_content
from backend.domain.howtos.locking import hold, newest_version, next_number, require_unchanged
from backend.domain.howtos.models import HowTo, HowToVersion, VersionEditor
from backend.domain.howtos.permissions import Action
from backend.domain.howtos.queries import WholeHowTo, get_version
from backend.domain.howtos.states import Publication
from backend.domain.saying import said

_NO_CLIP = said("a moment needs its clip_id.")  # also what is drawn on it
UNDER_WAY = frozenset({Publication.DRAFT, Publication.IN_REVIEW})


@dataclass(frozen=True)
class Changes:
    """What to change of a draft; None leaves a field as it is. Steps, parts and tools replace all of theirs."""

    title: str | None = None
    problem: str | None = None
    environment: str | None = None
    cause: str | None = None
    remedy: str | None = None
    hazards: str | None = None
    steps: tuple[StepContent, ...] | None = None
    parts: tuple[Part, ...] | None = None
    tools: tuple[str, ...] | None = None


@transaction.atomic
def edit_draft(
    *,
    actor: Actor,
    howto_id: UUID,
    changes: Changes,
    number: int | None = None,
    seen_sha256: str | None = None,
    now: datetime,
) -> WholeHowTo:
    """
    Change a draft, the newest original or version `number`; from then on it is never made again by itself.

    Who edits is among those who wrote it. With `seen_sha256`, nobody's work is written over unseen.
    Tenancy: how-to and clips are looked up in the actor's organisation.
    Transaction: opens its own. Idempotent.

    :raises NotAllowed: the actor may not curate.
    :raises NotFound: no such how-to, or version of it, in the actor's organisation.
    :raises IllegalMove: the version is not a draft.
    :raises VersionChanged: somebody edited it since `seen_sha256`.
    :raises InvalidInput: the title is empty, or a step has no text or a moment that its clip does not have.
    """
    held = hold(actor=actor, howto_id=howto_id, action=Action.EDIT, number=number)
    require_unchanged(held.version, seen_sha256)
    if changes.title is not None and not changes.title.strip():
        raise InvalidInput(title="Must not be empty.")
    check_steps(actor, changes.steps or ())
    write_content(held.version, replace(read_content(held.version), **_given(changes)))
    tenancy.same_row(held.version).update(is_untouched=False)
    note_editor(held.version, actor.person_id, now=now)
    return get_version(actor=actor, howto_id=howto_id, number=held.version.number)


@transaction.atomic
def start_new_version(*, actor: Actor, howto_id: UUID, now: datetime) -> WholeHowTo:
    """
    Begin the next version of the original, as a copy of the newest.

    Transaction: opens its own.
    Idempotent: while the newest version is a draft or in review, nothing new is begun.

    :raises NotAllowed: the actor may not curate.
    :raises NotFound: no such how-to in the actor's organisation.
    :raises IllegalMove: the how-to is archived.
    """
    held = hold(actor=actor, howto_id=howto_id, action=Action.START_VERSION)
    newest = held.version
    if newest.publication not in UNDER_WAY:
        newest = copy_newest(held.howto, by=actor.person_id, now=now)
    return get_version(actor=actor, howto_id=howto_id, number=newest.number)


def copy_newest(howto: HowTo, *, by: UUID, now: datetime) -> HowToVersion:
    """Begin the next version of the original as a copy of the newest. Joins the caller's transaction."""
    newest = newest_version(howto)
    version = tenancy.create(
        HowToVersion,
        organisation_id=howto.organisation_id,
        howto=howto,
        number=next_number(howto),
        language=newest.language,
        is_untouched=False,
        created_at=now,
    )
    write_content(version, read_content(newest))
    note_editor(version, by, now=now)
    return version


def note_editor(version: HowToVersion, person_id: UUID, *, now: datetime) -> None:
    """Count a person among those who wrote a version, and keep when they last did. Joins the caller's transaction."""
    row = VersionEditor(organisation_id=version.organisation_id, version=version, person_id=person_id, edited_at=now)
    tenancy.within_organisation(version.organisation_id, VersionEditor).bulk_create(
        [row], update_conflicts=True, unique_fields=["version", "person"], update_fields=["edited_at"]
    )


def check_steps(actor: Actor, steps: Sequence[StepContent]) -> None:
    """
    Check that every step says something and that its moment lies in its clip.

    :raises InvalidInput: the first step that does not.
    """
    clip_ids = {step.clip_id for step in steps if step.clip_id}
    durations = dict(tenancy.within(actor, Clip).filter(pk__in=clip_ids).values_list("pk", "duration_ms"))
    for position, step in enumerate(steps, start=1):
        reason = _fault_of(step, durations)
        if reason:
            raise InvalidInput(steps=said("Step %(number)s: %(why)s", number=position, why=reason))


def _fault_of(step: StepContent, durations: dict[UUID, int | None]) -> str | None:
    if not step.text.strip():
        return said("it says nothing.")
    if step.clip_id is None:
        return None if step.start_ms is None and step.end_ms is None and step.mark is None else _NO_CLIP
    if step.clip_id not in durations:
        return said("there is no such clip.")
    if step.start_ms is None or step.end_ms is None or step.end_ms <= step.start_ms:
        return said("a clip needs start_ms and a later end_ms.")
    duration_ms = durations[step.clip_id]
    is_outside = duration_ms is not None and step.end_ms > duration_ms
    return said("its moment is outside the clip.") if is_outside else None


def _given(changes: Changes) -> dict[str, Any]:
    values = {field.name: getattr(changes, field.name) for field in fields(changes)}
    return {name: value for name, value in values.items() if value is not None}
