"""Whom a recall has to reach: whoever applied the advice, and whoever saw it."""

from __future__ import annotations

from collections.abc import Collection
from uuid import UUID

from backend.domain import tenancy
from backend.domain.accounts.models import Person
from backend.domain.corrections.advice import Advice
from backend.domain.corrections.models import AdviceView
from backend.domain.corrections.states import Reach
from backend.domain.howtos.models import HowToOpening, HowToUse
from backend.domain.howtos.sources import howtos_made_from, suggestions_behind
from backend.domain.threads.models import Try


def people_reached(advice: Advice, *, by: UUID) -> dict[UUID, Reach]:
    """
    Return who has applied the advice, first, and then who only saw it; nobody who was removed.

    Applied: a try of it, however it went, on whatever machine, or a reported use of the how-to that it became; of a
    how-to also a try of the answers that it was learnt from. Seen: opened the how-to, or played the answer's clip.
    `by`, who found it to be unsafe, and the answer's author, who is told otherwise, are not told that they saw it.
    Six queries at most.
    """
    suggestion_ids, howto_ids = _meant(advice)
    applied = _applied(advice.organisation_id, suggestion_ids, howto_ids)
    known = {by} if advice.suggestion is None else {by, advice.suggestion.author_id}
    viewed = _viewed(advice.organisation_id, suggestion_ids, howto_ids) - applied - known
    people = tenancy.within_organisation(advice.organisation_id, Person).filter(is_active=True)
    active = set(people.filter(pk__in=applied | viewed).values_list("pk", flat=True))
    reached = [(Reach.APPLIED, applied), (Reach.VIEWED, viewed)]
    return {person_id: reach for reach, ids in reached for person_id in sorted(ids & active)}


def _meant(advice: Advice) -> tuple[list[UUID], list[UUID]]:
    if advice.suggestion is not None:
        return [advice.suggestion.pk], list(howtos_made_from(advice.suggestion).values_list("pk", flat=True))
    assert advice.howto is not None
    return list(suggestions_behind(advice.howto).values_list("pk", flat=True)), [advice.howto.pk]


def _applied(organisation_id: UUID, suggestion_ids: Collection[UUID], howto_ids: Collection[UUID]) -> set[UUID]:
    tries = tenancy.within_organisation(organisation_id, Try).filter(suggestion__in=suggestion_ids)
    uses = tenancy.within_organisation(organisation_id, HowToUse).filter(howto__in=howto_ids)
    return {*tries.values_list("person_id", flat=True), *uses.values_list("person_id", flat=True)}


def _viewed(organisation_id: UUID, suggestion_ids: Collection[UUID], howto_ids: Collection[UUID]) -> set[UUID]:
    played = tenancy.within_organisation(organisation_id, AdviceView).filter(advice_id__in=suggestion_ids)
    opened = tenancy.within_organisation(organisation_id, HowToOpening).filter(howto__in=howto_ids)
    return {*played.values_list("person_id", flat=True), *opened.values_list("person_id", flat=True)}
