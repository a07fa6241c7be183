"""A how-to in another language: a version of its own, which says of what it is the translation."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from django.db import transaction

from backend.domain import tenancy
from backend.domain.actor import Actor
from backend.domain.errors import InvalidInput
from backend.domain.howtos.content import read_content, write_content
from backend.domain.howtos.editing import UNDER_WAY, note_editor
from backend.domain.howtos.locking import hold, next_number
from backend.domain.howtos.models import HowToVersion
from backend.domain.howtos.permissions import Action
from backend.domain.howtos.queries import WholeHowTo, get_version


@transaction.atomic
def start_translation(*, actor: Actor, howto_id: UUID, version_number: int, language: str, now: datetime) -> WholeHowTo:
    """
    Begin a translation of a released original, as a draft that holds its text.

    Transaction: opens its own.
    Idempotent: while a translation into this language is a draft or in review, nothing new is begun.

    :raises NotAllowed: the actor may not curate.
    :raises NotFound: no such how-to, or version of it, in the actor's organisation.
    :raises IllegalMove: the version is not out, or the how-to archived.
    :raises InvalidInput: the version is a translation itself, or in this language.
    """
    held = hold(actor=actor, howto_id=howto_id, action=Action.TRANSLATE, number=version_number)
    original = held.version
    if not original.is_original:
        raise InvalidInput(version="Translate the original, not a translation.")
    if original.language.lower() == language.lower():
        raise InvalidInput(language="The original is in this language.")
    versions = tenancy.within(actor, HowToVersion).filter(howto=held.howto, language__iexact=language)
    version = versions.filter(publication__in=UNDER_WAY).first() or _begin(original, language, actor, now=now)
    return get_version(actor=actor, howto_id=howto_id, number=version.number)


def _begin(original: HowToVersion, language: str, actor: Actor, *, now: datetime) -> HowToVersion:
    version = tenancy.create(
        HowToVersion,
        organisation_id=original.organisation_id,
        howto=original.howto,
        number=next_number(original.howto),
        language=language,
        is_original=False,
        translates_version=original,
        is_untouched=False,
        created_at=now,
    )
    write_content(version, read_content(original))
    note_editor(version, actor.person_id, now=now)
    return version
