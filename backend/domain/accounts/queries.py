"""What can be asked about people and their sessions."""

from __future__ import annotations

from collections.abc import Collection, Iterator
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
    return live_session(session_id=hash_token(token), now=now)


def live_session(*, session_id: str, now: datetime) -> DeviceSession | None:
    """Return the session with this id (the hash of its token) as `session_for_token` does."""
    return next(iter(_live_sessions({session_id}, now=now)), None)


def live_session_ids(*, session_ids: Collection[str], now: datetime) -> set[str]:
    """Return those of `session_ids` that still sign somebody in. One query."""
    return {session.session_key for session in _live_sessions(session_ids, now=now)}


def _live_sessions(session_ids: Collection[str], *, now: datetime) -> Iterator[DeviceSession]:
    sessions = _sessions().filter(session_key__in=session_ids, expire_date__gt=now, person__is_active=True)
    return filter(_is_of_current_password, sessions.select_related("person__site"))


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
