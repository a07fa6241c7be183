"""
People set captions right. Each correction is a version, signed; the recogniser's own words are version 0 and stay.

Anybody of the organisation may: whoever was there knows what was said. It can be undone as easily.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Final
from uuid import UUID

from django.db import transaction

from api_schema.events import CaptionsReady
from backend.domain import tenancy
from backend.domain.actor import Actor
from backend.domain.clips.artefacts import artefacts_of
from backend.domain.clips.captions import cues_of
from backend.domain.clips.indexing import index_cues
from backend.domain.clips.models import Clip, Cue, CueVersion
from backend.domain.clips.states import ArtefactKind, ArtefactStatus
from backend.domain.clips.vocabulary import learn_terms
from backend.domain.clips.word_times import StoredWord, time_words
from backend.domain.errors import DomainError, InvalidInput, NotFound
from backend.domain.saying import said
from backend.outbox.append import append

MAX_LETTERS: Final = 300  # as a recogniser's; more than anybody says in seven seconds


class CueChanged(DomainError):
    """Somebody else corrected it since it was read; `facts` tell what it says now."""

    code = "cue_changed"


@dataclass(frozen=True)
class Wording:
    """What a version says."""

    text: str
    words: list[StoredWord]
    confidence: float
    restored_from: int | None = None


@transaction.atomic
def correct_cue(*, actor: Actor, clip_id: UUID, cue_id: UUID, text: str, version: int, now: datetime) -> Cue:
    """
    Have the cue say `text`; empty, that nothing is said there. The same text as before confirms the recogniser's.

    `version` is the one that was read and is corrected. Search, the organisation's vocabulary and, once the captions
    are complete, what was made from them follow.

    Tenancy: clip and cue are looked up in the actor's organisation.
    Transaction: joins the caller's or opens its own; appends `captions.ready`.
    Idempotent: a repeat, and a text that a person wrote already, change nothing.

    :raises NotFound: no such clip, or no such cue of it; a recogniser that heard more may have replaced it.
    :raises InvalidInput: the text is too long.
    :raises CueChanged: the cue has another version by now.
    """
    cue = _hold_cue(actor, clip_id, cue_id)
    said = _plain(text)
    is_repeat = cue.version == version + 1 and cue.corrected_by_id == actor.person_id
    if cue.is_corrected and cue.text == said and (is_repeat or cue.version == version):
        return cue
    _require_version(cue, version)
    words = time_words(said, heard=cue.words, start_ms=cue.start_ms, end_ms=cue.end_ms)
    return _write(cue, Wording(said, words, confidence=1.0), actor=actor, now=now)


@transaction.atomic
def restore_cue(*, actor: Actor, clip_id: UUID, cue_id: UUID, number: int, version: int, now: datetime) -> Cue:
    """
    Have the cue say again what it said in version `number`, as a new version: 0 brings the recogniser's words back.

    Tenancy, transaction, `version` and errors as for `correct_cue`; idempotent where `number` is the present one.

    :raises NotFound: no such clip, cue or version of it.
    """
    cue = _hold_cue(actor, clip_id, cue_id)
    _require_version(cue, version)
    if number == cue.version:
        return cue
    earlier = tenancy.within(actor, CueVersion).filter(cue=cue, number=number).first()
    if earlier is None:
        raise NotFound("This caption has no such version.")
    wording = Wording(earlier.text, earlier.words, earlier.confidence, restored_from=number)
    return _write(cue, wording, actor=actor, now=now)


def list_cue_versions(*, actor: Actor, clip_id: UUID, cue_id: UUID) -> list[CueVersion]:
    """
    Return everything the cue ever said, the present first, the recogniser's own words last.

    :raises NotFound: no such clip, or no such cue of it.
    """
    cue = tenancy.find_in(cues_of(tenancy.find(actor, Clip, clip_id)), cue_id)
    versions = tenancy.within(actor, CueVersion).filter(cue=cue).select_related("person__site")
    return list(versions.order_by("-number")) or [_as_heard(cue)]


def _hold_cue(actor: Actor, clip_id: UUID, cue_id: UUID) -> Cue:
    # The clip first, as a transcript that is being recorded does: neither sees half of the other.
    clip = tenancy.find_in(tenancy.within(actor, Clip).select_for_update(no_key=True), clip_id)
    return tenancy.find_in(cues_of(clip).select_related("clip", "corrected_by__site"), cue_id)


def _plain(text: str) -> str:
    words = " ".join("".join(letter if letter.isprintable() else " " for letter in text).split())
    if len(words) > MAX_LETTERS:
        raise InvalidInput(text=said("At most %(most)s letters fit into a caption.", most=MAX_LETTERS))
    return words


def _require_version(cue: Cue, version: int) -> None:
    if cue.version != version:
        raise CueChanged("This caption says something else by now.", version=cue.version, text=cue.text)


def _write(cue: Cue, wording: Wording, *, actor: Actor, now: datetime) -> Cue:
    heard = _keep_as_heard(cue)
    cue.text, cue.words, cue.confidence = wording.text, wording.words, wording.confidence
    cue.version, cue.corrected_by_id, cue.corrected_at = cue.version + 1, actor.person_id, now
    cue.save(update_fields=["text", "words", "confidence", "version", "corrected_by", "corrected_at"])
    _keep_version(cue, restored_from=wording.restored_from)
    learn_terms(cue, heard=heard.text, now=now)
    index_cues(clip=cue.clip, cues=[cue], now=now)
    _tell_readers(cue.clip, now=now)
    return cue


def _keep_version(cue: Cue, *, restored_from: int | None) -> None:
    tenancy.create(
        CueVersion,
        organisation_id=cue.organisation_id,
        cue=cue,
        number=cue.version,
        text=cue.text,
        words=cue.words,
        confidence=cue.confidence,
        restored_from=restored_from,
        person_id=cue.corrected_by_id,
        created_at=cue.corrected_at,
    )


def _keep_as_heard(cue: Cue) -> CueVersion:
    if not cue.is_corrected:
        return tenancy.create_many(CueVersion, [_as_heard(cue)])[0]
    return tenancy.within_organisation(cue.organisation_id, CueVersion).get(cue=cue, number=0)


def _as_heard(cue: Cue) -> CueVersion:
    return CueVersion(
        organisation_id=cue.organisation_id,
        cue=cue,
        number=0,
        text=cue.text,
        words=cue.words,
        confidence=cue.confidence,
    )


def _tell_readers(clip: Clip, *, now: datetime) -> None:
    # Before the captions are complete nothing is made from them yet.
    if artefacts_of(clip, {ArtefactKind.CAPTIONS}).filter(status=ArtefactStatus.READY).exists():
        append(CaptionsReady(organisation_id=clip.organisation_id, clip_id=clip.id), now=now)
