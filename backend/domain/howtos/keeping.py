"""How-tos that phones keep for when there is no line: which may be kept, and what a phone must hear of them later."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from enum import StrEnum
from hashlib import sha256
from typing import Any
from uuid import UUID

from backend.domain import tenancy
from backend.domain.actor import Actor
from backend.domain.errors import NotFound
from backend.domain.howtos.models import HowTo, HowToVersion
from backend.domain.howtos.queries import WholeHowTo, get_version
from backend.domain.howtos.sources import is_recalled
from backend.domain.howtos.states import Confidence, Publication
from backend.domain.saying import said

MAX_KEPT = 100


class KeptState(StrEnum):
    """What a phone does with what it kept: nothing, fetch it anew, or take it away and say why."""

    CURRENT = "current"
    CHANGED = "changed"
    UNSAFE = "unsafe"
    GONE = "gone"


@dataclass(frozen=True)
class Kept:
    """What a phone has: the version, and `mark_of` it."""

    howto_id: UUID
    number: int
    mark: str


@dataclass(frozen=True)
class KeptNow:
    """`said`: why it is taken away. `newest`: the version that is out now, in the language of what was kept."""

    howto_id: UUID
    state: KeptState
    said: str = ""
    newest: int | None = None


_NOT_THERE = said("It is not offered to you any more.")
_RECALLED = said("It was found to be unsafe.")
_TAKEN_OUT = said("It was taken out.")
_PUT_AWAY = said("It was put away.")


def get_keepable(*, actor: Actor, howto_id: UUID, number: int) -> WholeHowTo:
    """
    Return this version of a how-to, if a phone may keep it: people work by what is out and not known to be unsafe.

    :raises NotFound: there is no such version in the actor's organisation, or it must not be kept.
    """
    whole = get_version(actor=actor, howto_id=howto_id, number=number)
    is_out = whole.version.publication == Publication.RELEASED and whole.howto.confidence != Confidence.ARCHIVED
    if not is_out or whole.recalled_at:
        raise NotFound("Only what is released, and not known to be unsafe, can be kept.")
    return whole


def mark_of(version: HowToVersion, corrections: Collection[Any]) -> str:
    """Return what differs as soon as something else is said of `version`; `corrections`: of its how-to."""
    standing = sorted(str(one.pk) for one in corrections if one.status == "standing")
    return sha256("\n".join([str(version.pk), *standing]).encode()).hexdigest()[:16]


def look_after_kept(*, actor: Actor, kept: Collection[Kept]) -> list[KeptNow]:
    """
    Return what became of each how-to that a phone of the actor's has kept. Three queries, however many.

    Tenancy: what is not in the actor's organisation is gone.
    """
    ids = [one.howto_id for one in kept]
    found = tenancy.within(actor, HowTo).filter(pk__in=ids).annotate(is_recalled=is_recalled(actor.organisation_id))
    howtos = {howto.pk: howto for howto in found.prefetch_related("corrections")}
    rows = tenancy.within(actor, HowToVersion).filter(howto_id__in=ids)
    versions: dict[UUID, dict[int, HowToVersion]] = {}
    for version in rows:
        versions.setdefault(version.howto_id, {})[version.number] = version
    return [_now(one, howtos.get(one.howto_id), versions.get(one.howto_id, {})) for one in kept]


def _now(kept: Kept, howto: Any, versions: dict[int, HowToVersion]) -> KeptNow:
    version = versions.get(kept.number)
    if howto is None or version is None or version.publication in {Publication.DRAFT, Publication.IN_REVIEW}:
        return KeptNow(kept.howto_id, KeptState.GONE, _NOT_THERE)
    corrections = list(howto.corrections.all())
    unsafe = [one for one in corrections if one.status == "standing" and one.severity == "unsafe"]
    against = next((one for one in unsafe if one.version_id == version.pk), None)
    if against or howto.is_recalled:
        found_out = f"{against.what} {against.procedure}" if against else ""
        return KeptNow(kept.howto_id, KeptState.UNSAFE, _because(_RECALLED, found_out))
    if version.publication == Publication.RETIRED:
        return KeptNow(kept.howto_id, KeptState.UNSAFE, _because(_TAKEN_OUT, version.retire_reason))
    if howto.confidence == Confidence.ARCHIVED:
        return KeptNow(kept.howto_id, KeptState.GONE, _because(_PUT_AWAY, howto.archive_reason))
    out = [one.number for one in versions.values() if _replaces(one, version)]
    if not out:
        return KeptNow(kept.howto_id, KeptState.GONE, _NOT_THERE)
    is_current = max(out) == version.number and mark_of(version, corrections) == kept.mark
    return KeptNow(kept.howto_id, KeptState.CURRENT if is_current else KeptState.CHANGED, newest=max(out))


def _because(sentence: str, reason: str) -> str:
    """Return the sentence, followed by what people said."""
    return said("%(sentence)s %(reason)s", sentence=sentence, reason=reason) if reason else sentence


def _replaces(one: HowToVersion, kept: HowToVersion) -> bool:
    return one.publication == Publication.RELEASED and one.language == kept.language
