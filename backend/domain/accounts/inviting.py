"""Inviting people: one, or a list of them. Who is invited has a link and, at first, no password."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final
from uuid import UUID

from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db import IntegrityError, transaction

from api_schema.ids import uuid7_within
from backend.domain import tenancy
from backend.domain.accounts.colleagues import colleagues, site_named
from backend.domain.accounts.leading import lead_alone, require_leader
from backend.domain.accounts.models import LinkPurpose, Person, Site
from backend.domain.accounts.operations import add_person
from backend.domain.accounts.roles import check_may_give, require_over
from backend.domain.accounts.sign_in_links import OfferedLink, make_link
from backend.domain.actor import Actor, Role
from backend.domain.creation import create_once
from backend.domain.errors import InvalidInput, NotAllowed
from backend.domain.saying import said

TAKEN: Final = said("Somebody has this address already.")
_MOST_LETTERS: Final = 200
_LONGEST_ADDRESS: Final = 254  # RFC 5321, section 4.5.3.1.3, without the brackets


@dataclass(frozen=True)
class Newcomer:
    """Who is to be invited."""

    name: str
    email: str
    job_title: str
    role: Role
    site: Site

    @property
    def address(self) -> str:
        """The e-mail address as it is kept."""
        return self.email.strip().lower()


@transaction.atomic
def invite_person(*, actor: Actor, person_id: UUID, newcomer: Newcomer, now: datetime) -> OfferedLink:
    """
    Add a person, and return the link by which they come in.

    Tenancy: into the actor's organisation. Transaction: opens its own.
    Idempotent: the same again adds nobody, and returns a new link in the place of the first.

    :raises NotAllowed: the actor leads nobody.
    :raises InvalidInput: something of the newcomer cannot be; beside its field.
    :raises IdTaken: `person_id` names somebody else.
    """
    require_leader(actor, to=said("invite people"))
    lead_alone(actor)
    same = {"organisation_id": actor.organisation_id, "email": newcomer.address, "is_active": True}
    created = create_once(
        Person, person_id, same=same, insert=lambda: _add_checked(actor, newcomer, person_id=person_id)
    )
    return make_link(person=created.row, purpose=LinkPurpose.INVITATION, by=actor, now=now)


@transaction.atomic
def invite_newcomer(
    *, actor: Actor, person_id: UUID, name: str, email: str, job_title: str, role: Role, site_id: UUID, now: datetime
) -> OfferedLink:
    """
    As `invite_person`, with the site by its id.

    :raises NotAllowed: IdTaken: as `invite_person`.
    :raises InvalidInput: as `invite_person`; or the organisation has no such site.
    """
    require_leader(actor, to=said("invite people"))
    site = site_named(actor, site_id, field="site_id")
    assert site is not None
    newcomer = Newcomer(name, email, job_title, role, site)
    return invite_person(actor=actor, person_id=person_id, newcomer=newcomer, now=now)


@transaction.atomic
def invite_people(
    *, actor: Actor, newcomers: Sequence[Newcomer], list_id: UUID | None = None, now: datetime
) -> list[OfferedLink]:
    """
    Add all of them, or nobody; return their links in the same order.

    Transaction: opens its own. Idempotent under one `list_id`, a UUIDv7 that a phone chose: who came by it already is
    not added again, and gets a new link in the place of the first. Without one, a list sent twice is refused.

    :raises NotAllowed: the actor leads nobody.
    :raises InvalidInput: something of a newcomer cannot be; by its place in the list, `3.email`.
    """
    require_leader(actor, to=said("invite people"))
    lead_alone(actor)
    here = came_by_list(actor, list_id, [one.address for one in newcomers])
    taken = addresses_in_use([one.address for one in newcomers]) - set(here)
    problems = [problems_of(actor, one, taken=taken) for one in newcomers]
    if wrong := {f"{place}.{field}": why for place, found in enumerate(problems) for field, why in found.items()}:
        raise InvalidInput(**wrong)
    people = [here.get(one.address) or _add(one, person_id=_id_by_list(list_id, one)) for one in newcomers]
    return [make_link(person=person, purpose=LinkPurpose.INVITATION, by=actor, now=now) for person in people]


def came_by_list(actor: Actor, list_id: UUID | None, addresses: Sequence[str]) -> dict[str, Person]:
    """Return by address those of `addresses` who came by this list already, and are here."""
    if list_id is None:
        return {}
    ids = {uuid7_within(list_id, address): address for address in addresses}
    rows = colleagues(actor).filter(pk__in=ids)
    return {person.email: person for person in rows if ids[person.pk] == person.email}


@transaction.atomic
def invite_again(*, actor: Actor, person_id: UUID, now: datetime) -> OfferedLink:
    """
    Return a new link for somebody who lost theirs, or the device that it signed in.

    A link lets its holder in as that person. So whoever has signed in before gets one from an admin only.

    Transaction: opens its own. Safe to call again: the last link counts.

    :raises NotFound: there is no such person, or they left.
    :raises NotAllowed: the actor may not.
    """
    require_leader(actor, to=said("invite people"))
    person = tenancy.find_in(colleagues(actor), person_id)
    require_over(actor, person)
    if person.last_login is not None and actor.role is not Role.ADMIN:
        raise NotAllowed("They have signed in before: only an admin may let them in again by a link.")
    return make_link(person=person, purpose=LinkPurpose.INVITATION, by=actor, now=now)


def problems_of(actor: Actor, newcomer: Newcomer, *, taken: frozenset[str] | None = None) -> dict[str, str]:
    """
    Return what cannot be of a newcomer, by field; nothing: they may come.

    `taken`: the addresses that are in use, for who asks about many; else it is looked up.
    """
    problems: dict[str, str] = {}
    for field, value in (("name", newcomer.name), ("job_title", newcomer.job_title)):
        if not value.strip():
            problems[field] = said("Say what it is.")
        elif len(value) > _MOST_LETTERS:
            problems[field] = said("At most %(most)s letters.", most=_MOST_LETTERS)
    if why := _against_address(newcomer.address, taken):
        problems["email"] = why
    try:
        check_may_give(actor, newcomer.role)
    except NotAllowed as refusal:
        problems["role"] = refusal.detail
    return problems


def addresses_in_use(addresses: Sequence[str]) -> frozenset[str]:
    """Return those of `addresses` that somebody has, wherever: an address signs in to one organisation."""
    people = tenancy.across_organisations(Person, why="an address is taken whoever has it")
    return frozenset(people.filter(email__in=addresses).values_list("email", flat=True))


def _against_address(address: str, taken: frozenset[str] | None) -> str:
    try:
        validate_email(address)
    except ValidationError:
        return said("This is no e-mail address.")
    if len(address) > _LONGEST_ADDRESS:
        return said("At most %(most)s letters.", most=_LONGEST_ADDRESS)
    return TAKEN if address in (addresses_in_use([address]) if taken is None else taken) else ""


def _add_checked(actor: Actor, newcomer: Newcomer, *, person_id: UUID) -> Person:
    if problems := problems_of(actor, newcomer):
        raise InvalidInput(**problems)
    return _add(newcomer, person_id=person_id)


def _add(newcomer: Newcomer, *, person_id: UUID | None) -> Person:
    try:
        with transaction.atomic():  # a savepoint: another organisation may take the address at this very moment
            return add_person(
                site=newcomer.site,
                email=newcomer.address,
                name=newcomer.name.strip(),
                job_title=newcomer.job_title.strip(),
                role=newcomer.role,
                password=None,
                person_id=person_id,
            )
    except IntegrityError:
        raise InvalidInput(email=TAKEN) from None


def _id_by_list(list_id: UUID | None, newcomer: Newcomer) -> UUID | None:
    return uuid7_within(list_id, newcomer.address) if list_id else None
