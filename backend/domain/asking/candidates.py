"""Who could be asked now, and why: four queries, however many people there are."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from backend.domain import tenancy
from backend.domain.accounts.models import Person
from backend.domain.asking.availability import is_busy, shift_start
from backend.domain.asking.ladder import Audience
from backend.domain.asking.models import Ask, AskRound, Availability, VerifiedFix
from backend.domain.asking.reasons import reason_for
from backend.domain.asking.scoring import Features, decayed_evidence, score

_WEEK = timedelta(days=7)


@dataclass(frozen=True)
class Candidate:
    person: Person
    features: Features
    score: float
    reason: str


def find_candidates(*, round_: AskRound, audience: Audience, now: datetime) -> list[Candidate]:
    """
    Return who may be asked in this round now, best first.

    Left out: the asker, who was asked in this round before, who is off shift or busy, whose budget is used up
    (safety is exempt). Ties go to the person asked least, then to the older id: so the order is stable.
    """
    evidence = _evidence(round_)
    asked_at = _asks_of_the_week(round_, now=now)
    known = [_candidate(person, round_, evidence, asked_at, now=now) for person in _people_free_now(round_, now=now)]
    fitting = [candidate for candidate in known if _fits(candidate.features, audience)]
    within_budget = [found for found in fitting if _has_budget(found.person, round_, asked_at, now=now)]
    return sorted(within_budget, key=lambda found: (-found.score, found.features.load, found.person.pk))


def _people_free_now(round_: AskRound, *, now: datetime) -> list[Person]:
    people = (
        tenancy.within_organisation(round_.organisation_id, Person)
        .filter(is_active=True)
        .exclude(pk=round_.asker_id)
        .exclude(asks__round=round_)
        .select_related("availability")
        .prefetch_related("skills")
    )
    return [person for person in people if _is_free(person, now=now)]


def _availability(person: Person) -> Availability | None:
    return getattr(person, "availability", None)


def _is_free(person: Person, *, now: datetime) -> bool:
    availability = _availability(person)
    return shift_start(person, availability, now=now) is not None and not is_busy(availability, now=now)


def _evidence(round_: AskRound) -> dict[UUID, list[VerifiedFix]]:
    fixes = (
        tenancy.within_organisation(round_.organisation_id, VerifiedFix)
        .filter(asset_model__family=round_.asset.asset_model.family)
        .select_related("asset_model")
        .order_by("fixed_at")
    )
    by_person: dict[UUID, list[VerifiedFix]] = defaultdict(list)
    for fix in fixes:
        by_person[fix.person_id].append(fix)
    return by_person


def _asks_of_the_week(round_: AskRound, *, now: datetime) -> dict[UUID, list[datetime]]:
    asks = tenancy.within_organisation(round_.organisation_id, Ask).filter(asked_at__gt=now - _WEEK)
    by_person: dict[UUID, list[datetime]] = defaultdict(list)
    for person_id, asked_at in asks.values_list("person_id", "asked_at"):
        by_person[person_id].append(asked_at)
    return by_person


def _candidate(
    person: Person,
    round_: AskRound,
    evidence: dict[UUID, list[VerifiedFix]],
    asked_at: dict[UUID, list[datetime]],
    *,
    now: datetime,
) -> Candidate:
    fixes = evidence.get(person.pk, [])
    features = Features(
        fixed_same_code=decayed_evidence((fix for fix in fixes if _same_fault(fix, round_)), now=now),
        fixed_same_model=decayed_evidence(
            (fix for fix in fixes if fix.asset_model_id == round_.asset.asset_model_id), now=now
        ),
        fixed_same_family=decayed_evidence(fixes, now=now),
        was_last_on_asset=float(_last_on_asset(evidence, round_) == person.pk),
        has_skill=float(round_.asset.asset_model.family in {skill.family for skill in person.skills.all()}),
        shares_site=float(person.site_id == round_.asset.site_id),
        shares_language=float(person.language == round_.asker.language),
        load=min(1.0, len(asked_at.get(person.pk, [])) / max(1, round_.organisation.asks_per_week)),
    )
    reason = reason_for(features, [fix for fix in fixes if _same_fault(fix, round_)] or fixes, round_)
    return Candidate(person, features, score(features), reason)


def _same_fault(fix: VerifiedFix, round_: AskRound) -> bool:
    return fix.asset_model_id == round_.asset.asset_model_id and fix.fault_code == round_.fault_code


def _last_on_asset(evidence: dict[UUID, list[VerifiedFix]], round_: AskRound) -> UUID | None:
    here = [fix for fixes in evidence.values() for fix in fixes if fix.asset_id == round_.asset_id]
    return max(here, key=lambda fix: fix.fixed_at).person_id if here else None


def _fits(features: Features, audience: Audience) -> bool:
    if audience is Audience.COMMUNITY:
        return True
    knows_family = features.fixed_same_family > 0 or features.has_skill > 0
    if audience is Audience.SAME_FAMILY:
        return knows_family
    return features.fixed_same_model > 0 or features.was_last_on_asset > 0 or features.has_skill > 0


def _has_budget(person: Person, round_: AskRound, asked_at: dict[UUID, list[datetime]], *, now: datetime) -> bool:
    if round_.urgency == "safety":
        return True
    organisation = round_.organisation
    this_week = asked_at.get(person.pk, [])
    began = shift_start(person, _availability(person), now=now)
    this_shift = [at for at in this_week if began is not None and at >= began]
    return len(this_week) < organisation.asks_per_week and len(this_shift) < organisation.asks_per_shift
