"""What can be asked about people and their sessions."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from django.contrib.auth import HASH_SESSION_KEY
from django.db.models import QuerySet
from django.utils.crypto import constant_time_compare

from backend.domain import tenancy
from backend.domain.accounts.models import DeviceSession, Person
from backend.domain.accounts.sessions import hash_token
from backend.domain.actor import Actor


def find_person(*, actor: Actor, person_id: UUID) -> Person:
    """
    Return one person of the actor's organisation.

    :raises NotFound: there is none.
    """
    return tenancy.find_in(tenancy.within(actor, Person).select_related("site", "organisation"), person_id)


def list_sessions(*, actor: Actor, now: datetime) -> QuerySet[DeviceSession]:
    """Return the actor's live sessions, newest first."""
    return _sessions().filter(person_id=actor.person_id, expire_date__gt=now).order_by("-created_at")


def session_for_token(*, token: str, now: datetime) -> DeviceSession | None:
    """Return the live session of this token, its person and their site; None: unknown, over, signed out or disabled."""
    session = (
        _sessions()
        .select_related("person__site")
        .filter(session_key=hash_token(token), expire_date__gt=now, person__is_active=True)
        .first()
    )
    return session if session and _is_of_current_password(session) else None


def person_for_token(*, token: str, now: datetime) -> Person | None:
    """Return who is signed in with this session token, or None as `session_for_token` does."""
    session = session_for_token(token=token, now=now)
    return session.person if session else None


def _is_of_current_password(session: DeviceSession) -> bool:
    """Return whether the password is still the one the session began with: a changed one signs other devices out."""
    begun_with = session.get_decoded().get(HASH_SESSION_KEY, "")
    return session.person is not None and constant_time_compare(begun_with, session.person.get_session_auth_hash())


def _sessions() -> QuerySet[DeviceSession]:
    return tenancy.across_organisations(DeviceSession, why="a session belongs to a person, who has one organisation")
