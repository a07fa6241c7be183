"""Who has opened which how-to: one record, for how far somebody is with a collection and for whom a recall reaches."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from django.db import transaction

from backend.domain import tenancy
from backend.domain.actor import Actor
from backend.domain.errors import NotFound
from backend.domain.howtos.models import HowToOpening
from backend.domain.howtos.queries import WholeHowTo, get_howto, list_visible_versions
from backend.domain.howtos.succession import successor_to_read


def open_howto(
    *, actor: Actor, howto_id: UUID, language: str = "", own_languages: Sequence[str] = (), now: datetime
) -> WholeHowTo:
    """
    Return one how-to as `get_howto` does, and note that the actor has opened it.

    Transaction: its own, for the note; one statement. Idempotent: the first and the last time are kept.

    :raises NotFound: there is none in the actor's organisation, or none that the actor may see. Where another took its
        place that they may, `successor_id` says which.
    """
    try:
        opened = get_howto(actor=actor, howto_id=howto_id, language=language, own_languages=own_languages)
    except NotFound:
        successor_id = successor_to_read(actor=actor, howto_id=howto_id)  # without one, as if nothing were there
        raise NotFound("This how-to was replaced by another.", successor_id=str(successor_id)) from None
    _note(actor, howto_id, now=now)
    return opened


def note_opening(*, actor: Actor, howto_id: UUID, now: datetime) -> None:
    """
    Note that the actor has opened a how-to that their phone had kept. It counts as `open_howto` does.

    Transaction: its own. Idempotent: the first and the last time are kept.

    :raises NotFound: there is none in the actor's organisation, or none that the actor may see.
    """
    if not list_visible_versions(actor).filter(howto=howto_id).exists():
        raise NotFound("There is no how-to with this id.")
    _note(actor, howto_id, now=now)


@transaction.atomic
def _note(actor: Actor, howto_id: UUID, *, now: datetime) -> None:
    row = HowToOpening(
        organisation_id=actor.organisation_id,
        howto_id=howto_id,
        person_id=actor.person_id,
        opened_at=now,
        last_opened_at=now,
    )
    tenancy.within(actor, HowToOpening).bulk_create(
        [row], update_conflicts=True, unique_fields=["howto", "person"], update_fields=["last_opened_at"]
    )
