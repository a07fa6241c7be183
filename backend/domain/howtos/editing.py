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
from backend.domain.errors import IllegalMove, InvalidInput, NotAllowed
from backend.domain.howtos.content import StepContent, read_content, write_content
from backend.domain.howtos.models import HowTo, HowToVersion
from backend.domain.howtos.queries import WholeHowTo, get_howto
from backend.domain.howtos.states import PUBLICATION_MOVES, Publication


@dataclass(frozen=True)
class Changes:
    """What to change of a draft; None leaves a field as it is. `steps` replace all steps."""

    title: str | None = None
    problem: str | None = None
    environment: str | None = None
    cause: str | None = None
    remedy: str | None = None
    hazards: str | None = None
    steps: tuple[StepContent, ...] | None = None


@transaction.atomic
def edit_draft(*, actor: Actor, howto_id: UUID, changes: Changes) -> WholeHowTo:
    """
    Change the how-to's newest version, which must be a draft; from then on it is never made again by itself.

    Tenancy: how-to and clips are looked up in the actor's organisation.
    Transaction: opens its own. Idempotent.

    :raises NotAllowed: the actor may not curate.
    :raises NotFound: no such how-to in the actor's organisation.
    :raises IllegalMove: the newest version is not a draft.
    :raises InvalidInput: the title is empty, or a step has no text or a moment that its clip does not have.
    """
    howto = lock_for_curator(actor=actor, howto_id=howto_id)
    version = newest_version(howto)
    if version.publication != Publication.DRAFT:
        raise _not_a_draft(version)
    if changes.title is not None and not changes.title.strip():
        raise InvalidInput(title="Must not be empty.")
    check_steps(actor, changes.steps or ())
    write_content(version, replace(read_content(version), **_given(changes)))
    tenancy.same_row(version).update(is_untouched=False)
    return get_howto(actor=actor, howto_id=howto_id)


@transaction.atomic
def start_new_version(*, actor: Actor, howto_id: UUID, now: datetime) -> WholeHowTo:
    """
    Begin the next version as a copy of the newest.

    Transaction: opens its own.
    Idempotent: while the newest version is a draft or in review, nothing new is begun.

    :raises NotAllowed: the actor may not curate.
    :raises NotFound: no such how-to in the actor's organisation.
    """
    howto = lock_for_curator(actor=actor, howto_id=howto_id)
    newest = newest_version(howto)
    if newest.publication not in {Publication.DRAFT, Publication.IN_REVIEW}:
        version = tenancy.create(
            HowToVersion,
            organisation_id=actor.organisation_id,
            howto=howto,
            number=newest.number + 1,
            is_untouched=False,
            created_at=now,
        )
        write_content(version, read_content(newest))
    return get_howto(actor=actor, howto_id=howto_id)


def lock_for_curator(*, actor: Actor, howto_id: UUID) -> HowTo:
    """
    Return the how-to with its model and asker, locked until the caller's transaction ends.

    :raises NotAllowed: the actor may not curate.
    :raises NotFound: no such how-to in the actor's organisation.
    """
    if not actor.may_curate:
        raise NotAllowed("Only a curator or supervisor may do this.")
    howtos = tenancy.within(actor, HowTo).select_related("asset_model", "thread__asker")
    return tenancy.find_in(howtos.select_for_update(of=("self",)), howto_id)


def newest_version(howto: HowTo) -> HowToVersion:
    versions = tenancy.within_organisation(howto.organisation_id, HowToVersion).filter(howto=howto)
    return versions.latest("number")


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
            raise InvalidInput(steps=f"Step {position}: {reason}")


def _fault_of(step: StepContent, durations: dict[UUID, int | None]) -> str | None:
    if not step.text.strip():
        return "it says nothing."
    if step.clip_id is None:
        return None if step.start_ms is None and step.end_ms is None else "a moment needs its clip_id."
    if step.clip_id not in durations:
        return "there is no such clip."
    if step.start_ms is None or step.end_ms is None or step.end_ms <= step.start_ms:
        return "a clip needs start_ms and a later end_ms."
    duration_ms = durations[step.clip_id]
    return "its moment is outside the clip." if duration_ms is not None and step.end_ms > duration_ms else None


def _given(changes: Changes) -> dict[str, Any]:
    values = {field.name: getattr(changes, field.name) for field in fields(changes)}
    return {name: value for name, value in values.items() if value is not None}


def _not_a_draft(version: HowToVersion) -> IllegalMove:
    publication = Publication(version.publication)
    allowed = sorted(state.value for state in PUBLICATION_MOVES[publication])
    return IllegalMove("Only a draft can be edited; start a new version.", state=publication.value, allowed=allowed)
