"""Registers a phone for everybody in the demo organisation, as if each had signed in on it."""

from __future__ import annotations

from datetime import datetime

from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY

from backend.demo.phones import list_phones
from backend.domain import tenancy
from backend.domain.accounts.models import Person
from backend.domain.accounts.queries import list_sessions
from backend.domain.accounts.sessions import SessionStore, hash_token
from notifications import service as notifications

_NAME = "Demo phone"


def register_demo_phones(*, now: datetime) -> int:
    """
    Let every demo person be reached on their demo phone. Return how many there are.

    Idempotent: each phone keeps its session, and with it the right to answer what was sent to it.
    """
    known = tenancy.across_organisations(Person, why="the demo's phones are registered together")
    people = {person.email: person for person in known.filter(is_active=True)}
    phones = [phone for phone in list_phones() if phone.owner.address in people]
    for phone in phones:
        person = people[phone.owner.address]
        notifications.register_device(
            organisation_id=person.organisation_id,
            person_id=person.pk,
            session_id=_session_of(person, now=now),
            kind=phone.kind,
            value=phone.address,
            platform=phone.platform,
            now=now,
        )
    return len(phones)


def _session_of(person: Person, *, now: datetime) -> str:
    """Return the key of the session in which the phone is signed in."""
    known = list_sessions(actor=person.actor, now=now).filter(device_name=_NAME).first()
    return known.session_key if known else _sign_in(person)


def _sign_in(person: Person) -> str:
    session = SessionStore()
    session[SESSION_KEY] = str(person.pk)
    session[BACKEND_SESSION_KEY] = "allauth.account.auth_backends.AuthenticationBackend"
    session[HASH_SESSION_KEY] = person.get_session_auth_hash()
    session["device_name"] = _NAME
    session.save()
    assert session.session_key is not None
    return hash_token(session.session_key)
