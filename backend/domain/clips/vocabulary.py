"""
The organisation's own words: learnt from corrections of captions, expected by the recogniser in later clips.

A term counts by the cues whose present text holds it as a correction: undoing the correction unlearns it.
"""

from __future__ import annotations

from datetime import datetime
from typing import Final
from uuid import UUID

from django.contrib.postgres.aggregates import BoolOr
from django.db.models import Count, F, Q, QuerySet

from backend.domain import tenancy
from backend.domain.actor import Actor
from backend.domain.clips.models import Clip, Cue, OrganisationTerm, TermUse
from backend.domain.clips.new_terms import new_terms, normalise_term
from backend.domain.errors import NotAllowed

# Recognisers take a few hundred short words before they begin to hear them everywhere.
MAX_EXPECTED_WORDS: Final = 100
_USES_OF_A_PLAIN_WORD: Final = 2


def expected_words(clip: Clip) -> tuple[str, ...]:
    """Return what a recogniser should expect in the clip: its machine's words, then the organisation's most used."""
    own = list(dict.fromkeys(clip.vocabulary))
    known = [normalise_term(word) for word in own]
    learnt = _counting_terms(clip.organisation_id).exclude(normalised__in=known)
    room = max(MAX_EXPECTED_WORDS - len(own), 0)
    return (*own, *(term.written for term in learnt.order_by(F("uses_count").desc(), "normalised")[:room]))


def list_terms(*, actor: Actor) -> QuerySet[OrganisationTerm]:
    """
    Return the terms that later clips expect, each with `uses_count`, the captions that needed it.

    :raises NotAllowed: the actor may not curate.
    """
    _require_curator(actor)
    return _counting_terms(actor.organisation_id)


def remove_term(*, actor: Actor, term_id: UUID, now: datetime) -> None:
    """
    Expect a term no more, however often it is corrected from now on.

    :raises NotAllowed: the actor may not curate.
    :raises NotFound: no such term in the actor's organisation, or it is removed.
    """
    _require_curator(actor)
    term = tenancy.find_in(tenancy.within(actor, OrganisationTerm).filter(removed_at=None), term_id)
    tenancy.same_row(term).update(removed_at=now, removed_by_id=actor.person_id)


def learn_terms(cue: Cue, *, heard: str, now: datetime) -> None:
    """
    Make the cue's uses of terms those of its present text; `heard` is the recogniser's.

    Transaction: required, holding the cue's clip. Idempotent.
    """
    found = new_terms(heard=heard, written=cue.text, language=cue.language)
    terms = _terms_named(cue, {normalised: written for normalised, (written, _) in found.items()}, now=now)
    uses = tenancy.within_organisation(cue.organisation_id, TermUse).filter(cue=cue)
    uses.exclude(term__in=terms).delete()
    rows = [
        TermUse(organisation_id=cue.organisation_id, term=term, cue=cue, is_name=found[term.normalised][1])
        for term in terms
    ]
    tenancy.create_many(TermUse, rows, ignore_conflicts=True)


def _terms_named(cue: Cue, written: dict[str, str], *, now: datetime) -> list[OrganisationTerm]:
    """Return the rows of these terms, new ones as `written`. Rows are never deleted: nobody's use loses its term."""
    # In one order for everybody: two corrections that bring the same words never wait for each other.
    rows = [
        OrganisationTerm(
            organisation_id=cue.organisation_id, written=written[normalised], normalised=normalised, created_at=now
        )
        for normalised in sorted(written)
    ]
    tenancy.create_many(OrganisationTerm, rows, ignore_conflicts=True)
    return list(tenancy.within_organisation(cue.organisation_id, OrganisationTerm).filter(normalised__in=written))


def _counting_terms(organisation_id: UUID) -> QuerySet[OrganisationTerm]:
    terms = tenancy.within_organisation(organisation_id, OrganisationTerm).filter(removed_at=None)
    used = terms.annotate(uses_count=Count("uses"), is_name=BoolOr("uses__is_name"))
    return used.filter(Q(is_name=True) | Q(uses_count__gte=_USES_OF_A_PLAIN_WORD))


def _require_curator(actor: Actor) -> None:
    if not actor.may_curate:
        raise NotAllowed("Only a curator looks after the vocabulary.")
