"""What people are certified for. It is recorded by who leads them, and counts up to its last day."""

from __future__ import annotations

from datetime import date, datetime
from uuid import UUID
from zoneinfo import ZoneInfo

from django.db import transaction
from django.db.models import DateField, DateTimeField, F, Func, Q, QuerySet, Value
from django.db.models.functions import Cast

from backend.domain import tenancy
from backend.domain.accounts.leading import require_leader
from backend.domain.accounts.models import Person
from backend.domain.actor import Actor
from backend.domain.asking.models import Certification
from backend.domain.errors import InvalidInput
from backend.domain.saying import said


@transaction.atomic
def record_certification(
    *, actor: Actor, person_id: UUID, name: str, expires_on: date | None, now: datetime
) -> Certification:
    """
    Record what a person is certified for, up to and with `expires_on`; None: without an end.

    Transaction: opens its own. Idempotent: the same name again, in any case, records its new end.

    :raises NotAllowed: the actor leads nobody.
    :raises NotFound: there is no such person.
    :raises InvalidInput: it has no name, or has run out.
    """
    require_leader(actor, to=said("record certifications"))
    # Locked: two who record the same at once would find none, each.
    person = tenancy.find_in(tenancy.within(actor, Person).filter(is_active=True).select_for_update(), person_id)
    title = " ".join(name.split())
    if not title:
        raise InvalidInput(name="Say what for.")
    if expires_on is not None and expires_on < local_date(person, now):
        raise InvalidInput(expires_on="This day is over: a certification that ran out does not count.")
    known = _of(actor, person.pk).filter(name__iexact=title).first()
    if known is None:
        return _new(person, title, expires_on)
    known.name, known.expires_on, known.person = title, expires_on, person
    known.save(update_fields=["name", "expires_on"])
    return known


@transaction.atomic
def withdraw_certification(*, actor: Actor, person_id: UUID, certification_id: UUID) -> None:
    """
    Forget a certification of a person.

    :raises NotAllowed: the actor leads nobody.
    :raises NotFound: the person has none with this id.
    """
    require_leader(actor, to=said("withdraw certifications"))
    tenancy.same_row(tenancy.find_in(_of(actor, person_id), certification_id)).delete()


def list_certifications(*, actor: Actor, person_id: UUID) -> QuerySet[Certification]:
    """
    Return what a colleague is, and was, certified for.

    :raises NotFound: there is no such person, or they were removed.
    """
    person = tenancy.find_in(tenancy.within(actor, Person).filter(is_active=True), person_id)
    return _of(actor, person.pk).select_related("person")


def certified_people(*, organisation_id: UUID, name: str, now: datetime) -> set[UUID]:
    """Return who is certified for `name`, in any case, and was not removed."""
    rows = valid_certifications(organisation_id, now=now).filter(name__iexact=" ".join(name.split()))
    return set(rows.values_list("person_id", flat=True))


def valid_certifications(organisation_id: UUID, *, now: datetime) -> QuerySet[Certification]:
    """
    Return the certifications, of people who were not removed, that hold.

    The last day is over when it is over where the person is.
    """
    their_clock = Func(
        F("person__time_zone"), Value(now), function="timezone", output_field=DateTimeField()
    )  # PostgreSQL: the moment, as that zone's clocks show it
    rows = tenancy.within_organisation(organisation_id, Certification).filter(person__is_active=True)
    return rows.filter(Q(expires_on=None) | Q(expires_on__gte=Cast(their_clock, DateField())))


def still_holds(certification: Certification, *, now: datetime) -> bool:
    """Return whether it counts, by the calendar of its person. `certification` with its person."""
    return certification.expires_on is None or certification.expires_on >= local_date(certification.person, now)


def local_date(person: Person, now: datetime) -> date:
    """Return which day it is where the person is."""
    return now.astimezone(ZoneInfo(person.time_zone)).date()


def _of(actor: Actor, person_id: UUID) -> QuerySet[Certification]:
    return tenancy.within(actor, Certification).filter(person_id=person_id)


def _new(person: Person, name: str, expires_on: date | None) -> Certification:
    return tenancy.create(
        Certification, organisation_id=person.organisation_id, person=person, name=name, expires_on=expires_on
    )
