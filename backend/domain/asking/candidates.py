"""Who could be asked now, and why: a constant number of queries, however many people there are."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.utils.functional import Promise, lazy

from backend.domain import tenancy
from backend.domain.accounts.models import Organisation, Person
from backend.domain.asking.covering import communities_for, members_of
from backend.domain.asking.hours import Hours
from backend.domain.asking.hours_kept import hours_of
from backend.domain.asking.ladder import Audience
from backend.domain.asking.models import AskRound, VerifiedFix
from backend.domain.asking.reasons import reason_for
from backend.domain.asking.scoring import Features, decayed_evidence, load, responsiveness, saturating, score
from backend.domain.asking.track_record import TrackRecord, track_record_for

_LONGEST_SHIFT = timedelta(hours=24)  # a turn of duty may last for days; its budget is that of each day
_reason_for = lazy(reason_for, str)


@dataclass(frozen=True)
class Candidate:
    """Somebody who was not asked yet. `may_be_pushed`: within hours and budget; else they can be told in silence."""

    person: Person
    hours: Hours
    features: Features
    score: float
    reason: str | Promise  # put into words when it is read: of two thousand people four are asked
    is_in_community: bool
    is_on_shift: bool
    has_budget: bool
    may_be_pushed: bool


def list_candidates(round_: AskRound, *, now: datetime) -> list[Candidate]:
    """
    Return everybody of the organisation who was not asked on this thread yet, best first; never its asker.

    Ties go to the person asked least, then to the older id: so the order is stable.
    `round_` with its asset, model and site, its asker and its organisation.
    """
    people = _people(round_)
    hours = hours_of(people, now=now)
    record = track_record_for(round_, now=now)
    members = members_of(communities_for(round_.asset), organisation_id=round_.organisation_id)
    known = [
        _candidate(person, hours[person.pk], round_, record, is_member=members is None or person.pk in members, now=now)
        for person in people
    ]
    return sorted(known, key=lambda found: (-found.score, found.features.load, found.person.pk))


def fits(candidate: Candidate, audience: Audience) -> bool:
    """Return whether a rung with this audience of peers would ask the candidate."""
    features = candidate.features
    if audience is Audience.FOLLOW_THE_SUN:
        return True
    if audience is Audience.COMMUNITY:
        return candidate.is_in_community
    knows_kit = features.has_skill > 0 or features.is_certified > 0
    if audience is Audience.SAME_FAMILY:
        return knows_kit or features.fixed_same_family > 0 or features.referred_to > 0
    return knows_kit or features.fixed_same_model > 0 or features.was_last_on_asset > 0


def features_of(person: Person, round_: AskRound, record: TrackRecord, *, now: datetime) -> Features:
    """Return what is known of `person` for this round's fault."""
    fixes = record.fixes.get(person.pk, [])
    return Features(
        fixed_same_code=decayed_evidence(_same_fault(fixes, round_), now=now),
        fixed_same_model=decayed_evidence(_same_model(fixes, round_), now=now),
        fixed_same_family=decayed_evidence(fixes, now=now),
        advice_confirmed=decayed_evidence(record.advice_of(person.pk), now=now),
        referred_to=saturating(record.referred_count[person.pk]),
        was_last_on_asset=float(record.last_on_asset_id == person.pk),
        has_skill=float(person.pk in record.skilled),
        is_certified=float(person.pk in record.certified),
        responsiveness=responsiveness(
            answered_count=record.answered_count[person.pk], asked_count=record.asked_count[person.pk]
        ),
        shares_site=float(person.site_id == round_.asset.site_id),
        shares_language=float(person.language == round_.asker.language),
        load=load(
            asks_this_week_count=len(record.pushed_at.get(person.pk, [])),
            asks_per_week=round_.organisation.asks_per_week,
        ),
        not_my_kit=saturating(record.not_my_kit_count[person.pk]),
    )


def has_budget(
    pushed_at: list[datetime],
    organisation: Organisation,
    *,
    shift_began_at: datetime | None,
    is_safety: bool,
    now: datetime,
) -> bool:
    """
    Return whether one more push is within the budget of shift and week. Safety is exempt, and counted.

    `pushed_at`: those of the last week. `shift_began_at`: None when they are on none.
    """
    if is_safety:
        return True
    began_at = max(shift_began_at or now, now - _LONGEST_SHIFT)
    this_shift = [at for at in pushed_at if at >= began_at]
    return len(pushed_at) < organisation.asks_per_week and len(this_shift) < organisation.asks_per_shift


def _people(round_: AskRound) -> list[Person]:
    people = (
        tenancy.within_organisation(round_.organisation_id, Person)
        .filter(is_active=True)
        .exclude(pk=round_.asker_id)
        .exclude(asks__round__thread_id=round_.thread_id)
    )
    return list(people)


def _candidate(
    person: Person, hours: Hours, round_: AskRound, record: TrackRecord, *, is_member: bool, now: datetime
) -> Candidate:
    features = features_of(person, round_, record, now=now)
    fixes = record.fixes.get(person.pk, [])
    shift_began_at = hours.shift_began_at(now)
    budget = has_budget(
        record.pushed_at.get(person.pk, []),
        round_.organisation,
        shift_began_at=shift_began_at,
        is_safety=round_.urgency == "safety",
        now=now,
    )
    return Candidate(
        person=person,
        hours=hours,
        features=features,
        score=score(features),
        reason=_reason_for(person, features, _same_fault(fixes, round_) or _same_model(fixes, round_) or fixes, round_),
        is_in_community=is_member,
        is_on_shift=shift_began_at is not None,
        has_budget=budget,
        may_be_pushed=budget and shift_began_at is not None and hours.may_be_disturbed(now),
    )


def _same_model(fixes: list[VerifiedFix], round_: AskRound) -> list[VerifiedFix]:
    return [fix for fix in fixes if fix.asset_model_id == round_.asset.asset_model_id]


def _same_fault(fixes: list[VerifiedFix], round_: AskRound) -> list[VerifiedFix]:
    return [fix for fix in _same_model(fixes, round_) if fix.fault_code == round_.fault_code]
