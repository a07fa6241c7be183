"""The hazard words of an organisation: the product's, until a curator writes down its own."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db import transaction

from backend.domain import tenancy
from backend.domain.actor import Actor
from backend.domain.errors import InvalidInput, NotFound
from backend.domain.hazards.finding import has_a_word
from backend.domain.hazards.kinds import DEFAULT_PHRASES, HazardKind
from backend.domain.hazards.models import HazardRule
from backend.domain.safety_permissions import Action, require
from backend.domain.saying import said

_LISTED = "listed"  # they have no other state
MAX_PHRASES = 300  # of a kind; every answer is read for all of them


@dataclass(frozen=True)
class Hazard:
    """A kind of hazard as it counts in one organisation. `rule`: its own; None: the product's."""

    kind: HazardKind
    phrases: Sequence[str]
    certification: str
    rule: HazardRule | None


def hazards_of(organisation_id: UUID) -> dict[HazardKind, Hazard]:
    """Return every kind of hazard as it counts in the organisation. One query."""
    rules = tenancy.within_organisation(organisation_id, HazardRule).select_related("changed_by__site")
    own = {HazardKind(rule.kind): rule for rule in rules}
    return {kind: _hazard(kind, own.get(kind)) for kind in HazardKind}


def list_hazards(*, actor: Actor) -> list[Hazard]:
    """Return every kind of hazard as it counts in the actor's organisation; everybody may see it."""
    require(actor, Action.READ_HAZARD_WORDS, _LISTED, refusal=said("Hazard words are not for you to read."))
    return list(hazards_of(actor.organisation_id).values())


@transaction.atomic
def set_hazard(*, actor: Actor, kind: str, phrases: Sequence[str], certification: str, now: datetime) -> Hazard:
    """
    Give a kind of hazard the organisation's own phrases, and say who may sign. It counts for what is said from now on.

    Transaction: opens its own. Idempotent.

    :raises NotAllowed: the actor may not curate.
    :raises NotFound: there is no such kind.
    A phrase that begins with `-` is harmless, whatever else would cover it.

    :raises InvalidInput: a phrase has no word, or begins or ends with a gap; there are too many; no certification.
    """
    known = _kind_for_curator(actor, kind)
    cleaned = list(dict.fromkeys(" ".join(phrase.replace("...", "…").split()) for phrase in phrases))
    _check(cleaned, certification)
    values = {"phrases": cleaned, "certification": " ".join(certification.split())}
    rule, _ = tenancy.within(actor, HazardRule).update_or_create(
        kind=known,
        defaults={**values, "changed_by_id": actor.person_id, "changed_at": now},
        create_defaults={
            **values,
            "organisation_id": actor.organisation_id,
            "changed_by_id": actor.person_id,
            "changed_at": now,
        },
    )
    return _hazard(known, rule)


@transaction.atomic
def reset_hazard(*, actor: Actor, kind: str) -> Hazard:
    """
    Go back to the product's phrases for a kind of hazard. Idempotent.

    :raises NotAllowed: the actor may not curate.
    :raises NotFound: there is no such kind.
    """
    known = _kind_for_curator(actor, kind)
    tenancy.within(actor, HazardRule).filter(kind=known).delete()
    return _hazard(known, None)


def _kind_for_curator(actor: Actor, kind: str) -> HazardKind:
    require(actor, Action.CHANGE_HAZARD_WORDS, _LISTED, refusal=said("Only a curator says which words are hazardous."))
    if kind not in set(HazardKind):
        raise NotFound("There is no such kind of hazard.")
    return HazardKind(kind)


def _check(phrases: Sequence[str], certification: str) -> None:
    if not certification.strip():
        raise InvalidInput(certification="Say which certification may sign for it.")
    if len(phrases) > MAX_PHRASES:
        raise InvalidInput(phrases=said("At most %(most)s phrases.", most=MAX_PHRASES))
    wordless = [phrase for phrase in phrases if not has_a_word(phrase)]
    if wordless:
        raise InvalidInput(phrases=said("Must begin and end with a word: %(phrase)s.", phrase=repr(wordless[0])))


def _hazard(kind: HazardKind, rule: HazardRule | None) -> Hazard:
    if rule is None:
        return Hazard(kind, DEFAULT_PHRASES[kind], kind.value.replace("_", " "), None)
    return Hazard(kind, rule.phrases, rule.certification, rule)
