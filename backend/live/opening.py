"""Whether somebody may watch a thread, and where their stream begins."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from backend.domain import tenancy
from backend.domain.accounts.models import DeviceSession
from backend.domain.accounts.queries import live_session, session_for_token
from backend.domain.errors import DomainError
from backend.domain.threads.models import Thread
from backend.live.reading import Beginning, begin
from backend.live.tickets import Ticket, issue_ticket, session_of_ticket


class NotSignedIn(DomainError):
    """There is neither a session token nor a ticket."""

    code = "not_signed_in"


class SessionExpired(DomainError):
    """The session or the ticket is not, or no longer, good."""

    code = "session_expired"


@dataclass(frozen=True)
class Wish:
    """What a client sent to watch a thread."""

    thread_id: UUID
    token: str | None
    ticket: str | None
    last_event_id: str | None


@dataclass(frozen=True)
class Opened:
    """A stream that may begin."""

    session_id: str
    beginning: Beginning


def open_stream(wish: Wish, *, now: datetime) -> Opened:
    """
    Return where the stream begins.

    Tenancy: the thread is looked up in the organisation of whoever is signed in. Reading needs no ground rules.

    :raises NotSignedIn: SessionExpired: there is no token or ticket, or it is not good.
    :raises NotFound: no such thread in the organisation.
    """
    session = _session_of(wish, now=now)
    if session is None:
        raise SessionExpired("This session or ticket has ended or never was. Sign in again, or get a new ticket.")
    _find_thread(session, wish.thread_id)
    return Opened(session.session_key, begin(last_event_id=wish.last_event_id, now=now))


def _session_of(wish: Wish, *, now: datetime) -> DeviceSession | None:
    if wish.token:
        return session_for_token(token=wish.token, now=now)
    if not wish.ticket:
        raise NotSignedIn("Send the session token as X-Session-Token, or a ticket as ?ticket=.")
    session_id = session_of_ticket(wish.ticket, thread_id=wish.thread_id, now=now)
    return live_session(session_id=session_id, now=now) if session_id else None


def ticket_for(*, session: DeviceSession, thread_id: UUID, now: datetime) -> Ticket:
    """
    Return a ticket to watch this thread.

    :raises NotFound: no such thread in the organisation of the session's person.
    """
    _find_thread(session, thread_id)
    return issue_ticket(session_id=session.session_key, thread_id=thread_id, now=now)


def _find_thread(session: DeviceSession, thread_id: UUID) -> None:
    if session.person is None:
        raise SessionExpired("Nobody is signed in here.")
    tenancy.find(session.person.actor, Thread, thread_id)
