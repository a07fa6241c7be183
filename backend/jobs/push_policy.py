"""When and how each person may be told: `settings.PUSH_POLICY`, which `notifications` asks."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import datetime

from backend.domain import tenancy
from backend.domain.accounts.languages import spoken_to
from backend.domain.accounts.models import Person
from backend.domain.asking.hours import Hours
from backend.domain.asking.hours_kept import hours_of
from notifications.service import Hindrance, PushPolicy, Telling


def policies_for(tellings: Collection[Telling], now: datetime) -> Mapping[Telling, PushPolicy]:
    """As `notifications.policy.policies_for` promises: in three queries, however many are told."""
    people = tenancy.across_organisations(Person, why="a digest or a sweep tells people of many organisations")
    wanted = people.filter(pk__in={telling.person_id for telling in tellings}, is_active=True)
    by_id = {(person.organisation_id, person.pk): person for person in wanted.prefetch_related("organisation")}
    hours = hours_of(list(by_id.values()), now=now)
    return {
        telling: _policy(telling, by_id[telling.organisation_id, telling.person_id], hours[telling.person_id], now)
        for telling in tellings
        if (telling.organisation_id, telling.person_id) in by_id
    }


def _policy(telling: Telling, person: Person, hours: Hours, now: datetime) -> PushPolicy:
    return PushPolicy(
        push_at=hours.push_at(now, telling.urgency, telling.kind),
        shows_details=person.organisation.pushes_details,
        email=person.email,
        phone=person.phone,
        language=spoken_to(person.language),
        time_zone=person.time_zone,
        hindrance=_hindrance(hours, now),
    )


def _hindrance(hours: Hours, now: datetime) -> Hindrance | None:
    if hours.is_busy(now):
        return Hindrance.BUSY
    if hours.is_quiet(now):
        return Hindrance.QUIET_HOURS
    return None if hours.is_on_shift(now) else Hindrance.OFF_SHIFT
