"""Days on which people are not asked: their own, and those that supervisors record for a site or for everybody."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from uuid import UUID

from django.db import transaction
from django.db.models import Q, QuerySet

from backend.domain import tenancy
from backend.domain.accounts.colleagues import site_named
from backend.domain.accounts.leading import require_leader
from backend.domain.accounts.models import Person
from backend.domain.actor import Actor
from backend.domain.asking.models import Holiday
from backend.domain.errors import InvalidInput, NotFound
from backend.domain.saying import said

MAX_HOLIDAY_DAYS = 366
_ONE_DAY = timedelta(days=1)


@dataclass(frozen=True)
class Days:
    """From the first to the last, both included, by each person's own calendar."""

    first_date: date
    last_date: date
    name: str = ""


@transaction.atomic
def take_holiday(*, actor: Actor, days: Days, now: datetime) -> Holiday:
    """
    Record a holiday of the actor. Idempotent: the same days again are the same holiday, also when told twice at once.

    :raises InvalidInput: it ends before it begins, is over, or is longer than a year.
    """
    tenancy.within(actor, Person).select_for_update(no_key=True).get(pk=actor.person_id)
    known = own_holidays(actor=actor).filter(first_date=days.first_date, last_date=days.last_date).first()
    return known or _record(actor, days, person_id=actor.person_id, site_id=None, now=now)


@transaction.atomic
def cancel_holiday(*, actor: Actor, holiday_id: UUID) -> None:
    """
    Forget a holiday of the actor: they can be asked on those days.

    :raises NotFound: the actor has no such holiday.
    """
    if not own_holidays(actor=actor).filter(pk=holiday_id).delete()[0]:
        raise NotFound("You have no such holiday.")


def own_holidays(*, actor: Actor) -> QuerySet[Holiday]:
    """Return the actor's own holidays."""
    return tenancy.within(actor, Holiday).filter(person_id=actor.person_id)


def coming_holidays(*, actor: Actor, now: datetime) -> QuerySet[Holiday]:
    """Return the days off of the actor that are not over, soonest first: their own, their site's and everybody's."""
    site_id = tenancy.find(actor, Person, actor.person_id).site_id
    theirs = Q(person_id=actor.person_id) | Q(person=None) & (Q(site=None) | Q(site_id=site_id))
    found = tenancy.within(actor, Holiday).filter(theirs).select_related("site")
    return not_over(found, now=now).order_by("first_date", "pk")


@transaction.atomic
def declare_holiday(*, actor: Actor, days: Days, site_id: UUID | None, now: datetime) -> Holiday:
    """
    Record a holiday of everybody at a site, or (None) of the whole organisation.

    :raises NotAllowed: the actor leads nobody.
    :raises InvalidInput: as `take_holiday`, or there is no such site.
    """
    require_leader(actor, to=said("record holidays of others"))
    site = site_named(actor, site_id, field="site_id")
    return _record(actor, days, person_id=None, site_id=site.pk if site else None, now=now)


@transaction.atomic
def revoke_holiday(*, actor: Actor, holiday_id: UUID) -> None:
    """
    Forget a holiday of a site or of the organisation.

    :raises NotAllowed: the actor leads nobody.
    :raises NotFound: there is none; that of a person is told the same.
    """
    require_leader(actor, to=said("record holidays of others"))
    tenancy.same_row(tenancy.find_in(public_holidays(actor=actor), holiday_id)).delete()


def public_holidays(*, actor: Actor) -> QuerySet[Holiday]:
    """Return the holidays of sites and of the organisation."""
    return tenancy.within(actor, Holiday).filter(person=None).select_related("site")


def not_over(holidays: QuerySet[Holiday], *, now: datetime) -> QuerySet[Holiday]:
    """Return those of `holidays` that are not over everywhere on earth."""
    return holidays.filter(last_date__gte=(now - _ONE_DAY).date())


def _record(actor: Actor, days: Days, *, person_id: UUID | None, site_id: UUID | None, now: datetime) -> Holiday:
    _check(days, now=now)
    return tenancy.create(
        Holiday,
        organisation_id=actor.organisation_id,
        person_id=person_id,
        site_id=site_id,
        name=days.name.strip(),
        first_date=days.first_date,
        last_date=days.last_date,
    )


def _check(days: Days, *, now: datetime) -> None:
    if days.last_date < days.first_date:
        raise InvalidInput(last_date="A holiday does not end before it begins.")
    if days.last_date - days.first_date >= MAX_HOLIDAY_DAYS * _ONE_DAY:
        raise InvalidInput(last_date=said("A holiday has at most %(most)s days.", most=MAX_HOLIDAY_DAYS))
    if days.last_date < (now - _ONE_DAY).date():
        raise InvalidInput(last_date="These days are over: nothing would change.")
