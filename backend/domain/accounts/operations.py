"""What can be done to organisations, sites, people and their sessions."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.utils.text import slugify

from api_schema.ids import uuid7
from backend.domain import tenancy
from backend.domain.accounts.ground_rules import GROUND_RULES_VERSION
from backend.domain.accounts.models import DeviceSession, Organisation, Person, Site
from backend.domain.accounts.queries import list_sessions
from backend.domain.actor import Actor, Role
from backend.domain.errors import InvalidInput, NotFound
from backend.domain.saying import said


@transaction.atomic
def create_organisation(*, name: str, asks_per_shift: int = 2, asks_per_week: int = 6, now: datetime) -> Organisation:
    """Open a new organisation, whose people are asked at most so often."""
    return tenancy.create(
        Organisation,
        name=name,
        slug=slugify(name),
        asks_per_shift=asks_per_shift,
        asks_per_week=asks_per_week,
        created_at=now,
    )


@transaction.atomic
def add_site(*, organisation_id: UUID, name: str, time_zone: str) -> Site:
    """Add a site; `time_zone` is an IANA name."""
    return tenancy.create(Site, organisation_id=organisation_id, name=name, time_zone=time_zone)


@transaction.atomic
def add_person(
    *,
    site: Site,
    email: str,
    name: str,
    job_title: str,
    role: Role,
    password: str | None,
    language: str = "en",
    person_id: UUID | None = None,
) -> Person:
    """
    Add a person who works at `site`, in its organisation and time zone.

    Without `password` they have none that fits: a link signs them in.
    """
    person = Person(
        id=person_id or uuid7(),
        organisation_id=site.organisation_id,
        site=site,
        time_zone=site.time_zone,
        email=email.lower(),
        name=name,
        job_title=job_title,
        role=role,
        language=language,
    )
    person.set_password(password)
    person.save(force_insert=True)
    return person


@transaction.atomic
def accept_ground_rules(*, actor: Actor, version: int, now: datetime) -> Person:
    """
    Record that the actor accepts the ground rules.

    Idempotent: accepting the same version again keeps the first time.

    :raises InvalidInput: `version` is not the current one.
    """
    if version != GROUND_RULES_VERSION:
        raise InvalidInput(
            version=said("The current ground rules are version %(number)s.", number=GROUND_RULES_VERSION)
        )
    person = tenancy.find(actor, Person, actor.person_id)
    if person.ground_rules_version != version:
        person.ground_rules_version = version
        person.ground_rules_accepted_at = now
        person.save(update_fields=["ground_rules_version", "ground_rules_accepted_at"])
    return person


@transaction.atomic
def end_other_sessions(*, actor: Actor, session_id: str | None, now: datetime) -> list[str]:
    """
    Sign the actor's devices out, all but the one with this session; return the ids of those sessions.

    Transaction: opens its own, or joins the caller's. Idempotent.
    """
    others = list_sessions(actor=actor, now=now).exclude(session_key=session_id)
    session_ids = list(others.values_list("session_key", flat=True))
    others.delete()
    return session_ids


@transaction.atomic
def revoke_session(*, actor: Actor, session_id: str) -> None:
    """
    Sign one of the actor's own devices out.

    :raises NotFound: the actor has no such session.
    """
    sessions = tenancy.across_organisations(DeviceSession, why="a session belongs to a person")
    if not sessions.filter(person_id=actor.person_id, session_key=session_id).delete()[0]:
        raise NotFound("You have no such session.")
