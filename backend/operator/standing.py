"""Who is an operator: made and unmade by a command on the machine, looked up at every page."""

from __future__ import annotations

from datetime import datetime
from typing import Final
from uuid import UUID

from django.db.models import QuerySet

from backend.domain import tenancy
from backend.domain.accounts.models import Person
from backend.operator.models import Operator

_WHY: Final = "an operator runs the installation, not one organisation"


class NoSuchPerson(Exception):
    """Nobody who may sign in has this address; the text says so."""


def is_operator(person_id: UUID) -> bool:
    """Return whether the person may see every organisation."""
    return list_operators().filter(person_id=person_id).exists()


def list_operators() -> QuerySet[Operator]:
    """Return every operator whose account is open, with their person, by address."""
    operators = tenancy.across_organisations(Operator, why=_WHY).filter(person__is_active=True)
    return operators.select_related("person").order_by("person__email")


def make_operator(*, email: str, now: datetime) -> Person:
    """
    Let whoever signs in with this address see every organisation. Idempotent: the first time stands.

    :raises NoSuchPerson: nobody who may sign in has it.
    """
    person = _person_with(email)
    tenancy.across_organisations(Operator, why=_WHY).get_or_create(person=person, defaults={"since_at": now})
    return person


def unmake_operator(*, email: str) -> Person:
    """
    Let them see no more than anybody of their role. Idempotent.

    :raises NoSuchPerson: nobody who may sign in has it.
    """
    person = _person_with(email)
    tenancy.across_organisations(Operator, why=_WHY).filter(person=person).delete()
    return person


def _person_with(email: str) -> Person:
    people = tenancy.across_organisations(Person, why=_WHY).filter(is_active=True)
    person = people.filter(email__iexact=email.strip()).first()
    if person is None:
        raise NoSuchPerson(f"Nobody who may sign in has the address {email}.")
    return person
