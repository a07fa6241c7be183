"""Write what was read as drafts: of a new how-to, or the next versions of one that is here."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from backend.domain import tenancy
from backend.domain.actor import Actor
from backend.domain.equipment.codes import normalise_code
from backend.domain.equipment.models import AssetModel
from backend.domain.errors import InvalidInput
from backend.domain.howto_exchange.reading import ReadHowTo, ReadText
from backend.domain.howtos.content import read_content, write_content
from backend.domain.howtos.editing import UNDER_WAY, note_editor
from backend.domain.howtos.models import Credit, HowTo, HowToVersion
from backend.domain.saying import said


def create_howto(
    actor: Actor, read: ReadHowTo, asset_model: AssetModel, credited: Sequence[Credit], *, now: datetime
) -> HowTo:
    """
    Make a how-to with a draft in each language. It was learnt in no thread of ours.

    Transaction: required.
    """
    howto = tenancy.create(
        HowTo,
        organisation_id=actor.organisation_id,
        asset_model=asset_model,
        fault_code=normalise_code(read.fault_code),
        governance=read.governance,
        requires_certification=read.requires_certification,
        created_at=now,
    )
    for credit in credited:
        credit.howto = howto
    tenancy.create_many(Credit, list(credited), ignore_conflicts=True)
    write_texts(actor, howto, read.texts, path="", now=now)
    return howto


def write_texts(actor: Actor, howto: HowTo, texts: Sequence[ReadText], *, path: str, now: datetime) -> bool:
    """
    Begin the next version of each text that says something else than the newest here; return whether any does.

    Whoever imports counts among those who wrote it. Transaction: required, holding the how-to.

    :raises InvalidInput: a version is a draft or in review already: nobody's work is written over.
    """
    versions = list(tenancy.within(actor, HowToVersion).filter(howto=howto).order_by("number"))
    count, original = len(versions), None
    for place, text in enumerate(texts):
        is_original = place == 0
        newest = _newest(versions, None if is_original else text.language)
        if newest is None or read_content(newest) != text.content:
            _refuse_under_way(newest, path)
            newest = _begin(
                actor, howto, text, original=original, number=versions[-1].number + 1 if versions else 1, now=now
            )
            versions.append(newest)
        original = newest if is_original else original
    return len(versions) > count


def _newest(versions: Sequence[HowToVersion], language: str | None) -> HowToVersion | None:
    """Return the newest version of the original (None), or of the translation into a language."""
    if language is None:
        fitting = [version for version in versions if version.is_original]
    else:
        same = [version for version in versions if version.language.lower() == language.lower()]
        fitting = [version for version in same if not version.is_original]
    return fitting[-1] if fitting else None


def _begin(
    actor: Actor, howto: HowTo, text: ReadText, *, original: HowToVersion | None, number: int, now: datetime
) -> HowToVersion:
    version = tenancy.create(
        HowToVersion,
        organisation_id=howto.organisation_id,
        howto=howto,
        number=number,
        language=text.language,
        is_original=original is None,
        translates_version=original,
        is_untouched=False,
        created_at=now,
    )
    write_content(version, text.content)
    note_editor(version, actor.person_id, now=now)
    return version


def _refuse_under_way(newest: HowToVersion | None, path: str) -> None:
    if newest is not None and newest.publication in UNDER_WAY:
        sentence = said(
            "Version %(number)s of it is a draft or in review here: release it first.", number=newest.number
        )
        raise InvalidInput(**{f"{path}.version": sentence})
