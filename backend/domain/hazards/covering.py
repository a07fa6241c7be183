"""Put a caution over what is hazardous, and let it follow what was said when captions are corrected."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from backend.domain import tenancy
from backend.domain.hazards.hearing import Said, hazardous_words
from backend.domain.hazards.models import Caution, CautionSignature
from backend.domain.hazards.states import CAUTION_MOVES, CautionStatus
from backend.domain.hazards.telling import ask_certified
from backend.domain.hazards.words import Hazard, hazards_of
from backend.domain.states import move


@dataclass(frozen=True)
class Advice:
    """Whose words are examined, and the thread that they answer."""

    organisation_id: UUID
    thread_id: UUID
    title: str
    author_id: UUID
    is_urgent: bool


def cover(*, advice: Advice, said: Said, caution: Caution | None, now: datetime) -> Caution | None:
    """
    Return the caution that belongs on what was said, with `caution` being the one that lies on it already.

    A signature holds for the words that were read: one that was not there then covers it again. A cover whose words
    were all corrected away is withdrawn, and kept. Those certified are told of a new cover.

    Transaction: required, holding the thread; appends `push.requested`. Idempotent.
    """
    hazards = hazards_of(advice.organisation_id)
    words = hazardous_words(said, {kind: hazard.phrases for kind, hazard in hazards.items()})
    if caution is None:
        return _first(advice, words, hazards, now=now) if words else None
    locked = locked_caution(caution)
    if words != locked.words:
        _follow(advice, locked, words, hazards, now=now)
    return locked


def locked_caution(caution: Caution) -> Caution:
    """Return the caution as it stands, locked until the caller's transaction ends."""
    return tenancy.same_row(caution).select_for_update().get()


def open_kinds(caution: Caution) -> list[str]:
    """Return the hazards that nobody signed for yet, or not for every word, in their order. One query."""
    rows = tenancy.within_organisation(caution.organisation_id, CautionSignature).filter(caution=caution)
    signed = {(kind, stems) for kind, words in rows.values_list("kind", "words") for stems in words}
    return sorted({word["kind"] for word in caution.words if (word["kind"], word["stems"]) not in signed})


def kinds_of(caution: Caution) -> list[str]:
    """Return the hazards that it lies there for, signed or not, in their order."""
    return sorted({word["kind"] for word in caution.words})


def _first(advice: Advice, words: list[dict[str, Any]], hazards: dict[Any, Hazard], *, now: datetime) -> Caution:
    caution = tenancy.create(
        Caution,
        organisation_id=advice.organisation_id,
        thread_id=advice.thread_id,
        title=advice.title,
        author_id=advice.author_id,
        words=words,
        covered_at=now,
    )
    ask_certified(caution, hazards, kinds=open_kinds(caution), is_urgent=advice.is_urgent, now=now)
    return caution


def _follow(
    advice: Advice, caution: Caution, words: list[dict[str, Any]], hazards: dict[Any, Hazard], *, now: datetime
) -> None:
    known = open_kinds(caution) if caution.is_covered else []
    caution.words = words or caution.words  # a withdrawn one keeps why it lay there
    caution.save(update_fields=["words"])
    missing = open_kinds(caution)
    if not words:
        if caution.status != CautionStatus.WITHDRAWN:
            move(caution, CAUTION_MOVES, to=CautionStatus.WITHDRAWN, ended_at=now)
    elif not missing:
        if caution.is_covered:
            move(caution, CAUTION_MOVES, to=CautionStatus.SIGNED, ended_at=now)
    elif not caution.is_covered:
        move(caution, CAUTION_MOVES, to=CautionStatus.COVERED, covered_at=now, ended_at=None)
    new = [kind for kind in missing if kind not in known]
    if words and new:
        ask_certified(caution, hazards, kinds=new, is_urgent=advice.is_urgent, now=now)
