"""What people say of themselves."""

from __future__ import annotations

import re
from dataclasses import dataclass
from zoneinfo import available_timezones

from django.db import transaction

from backend.domain import tenancy
from backend.domain.accounts.models import Person
from backend.domain.accounts.queries import find_person
from backend.domain.actor import Actor
from backend.domain.errors import InvalidInput

_WRITTEN_IN_NUMBERS = re.compile(r"[\s().\-]")
_E164 = re.compile(r"\+[1-9][0-9]{6,14}", re.ASCII)
# In the list where a machine has them: its own clock, and none. PostgreSQL knows no "localtime", and every wave that
# asked it for the day there failed.
_OF_THE_MACHINE = frozenset({"localtime", "posixrules", "Factory"})
_BCP_47 = re.compile(r"[a-z]{2,3}(-[a-z0-9]{2,8})*", re.ASCII | re.IGNORECASE)


@dataclass(frozen=True)
class ProfileChanges:
    """What to change; None leaves it."""

    phone: str | None = None  # E.164, spaces and the like are taken out; empty: none
    shows_phone: bool | None = None
    language: str | None = None  # BCP 47
    time_zone: str | None = None  # IANA name


@transaction.atomic
def change_profile(*, actor: Actor, changes: ProfileChanges) -> Person:
    """
    Change what the actor says of themselves.

    Transaction: opens its own. Idempotent.

    :raises InvalidInput: no such language or time zone, no phone number, or none to show.
    """
    person = tenancy.find_in(tenancy.within(actor, Person).select_for_update(), actor.person_id)
    for name, value in _checked(changes).items():
        setattr(person, name, value)
    if changes.phone == "":
        person.shows_phone = False
    if person.shows_phone and not person.phone:
        raise InvalidInput(shows_phone="Give a phone number first: there is none to show.")
    person.save(update_fields=["phone", "shows_phone", "language", "time_zone"])
    return find_person(actor=actor, person_id=person.pk)


def _checked(changes: ProfileChanges) -> dict[str, object]:
    """Return the values to write, by field."""
    values: dict[str, object] = {}
    if changes.phone is not None:
        values["phone"] = _phone(changes.phone)
    if changes.shows_phone is not None:
        values["shows_phone"] = changes.shows_phone
    if changes.language is not None:
        values["language"] = _language(changes.language)
    if changes.time_zone is not None:
        values["time_zone"] = _time_zone(changes.time_zone)
    return values


def time_zones() -> set[str]:
    """Return the names that a person's clock may have."""
    return available_timezones() - _OF_THE_MACHINE


def _phone(written: str) -> str:
    digits = _WRITTEN_IN_NUMBERS.sub("", written)
    if digits and not _E164.fullmatch(digits):
        raise InvalidInput(phone="Write the number with + and its country, as in +44 113 496 0000.")
    return digits


def _language(written: str) -> str:
    if not _BCP_47.fullmatch(written):
        raise InvalidInput(language="Write the language as a tag, as in en or pt-BR.")
    return written


def _time_zone(written: str) -> str:
    if written not in time_zones():
        raise InvalidInput(time_zone="There is no such time zone; they are named as in Europe/London.")
    return written
