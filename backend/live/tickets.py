"""
Tickets for readers that cannot send a header: a browser's `EventSource` takes nothing but an address.

A ticket watches one thread, for the session that got it, and nothing else; it ends with that session. It stands in
addresses and so in logs: hence the short life.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final
from uuid import UUID

from django.core import signing

TICKET_LIFE: Final = timedelta(minutes=10)  # to begin with it; a stream that is open stays open
_SALT = "backend.live.tickets"


@dataclass(frozen=True)
class Ticket:
    """A ticket as it is handed out."""

    ticket: str
    expires_at: datetime


def issue_ticket(*, session_id: str, thread_id: UUID, now: datetime) -> Ticket:
    """Return a ticket with which this session may watch this thread. The caller has seen that it may."""
    expires_at = now + TICKET_LIFE
    content = {"session": session_id, "thread": str(thread_id), "until": expires_at.timestamp()}
    return Ticket(signing.dumps(content, salt=_SALT), expires_at)


def session_of_ticket(ticket: str, *, thread_id: UUID, now: datetime) -> str | None:
    """Return the id of the session that got `ticket`; None: it is over, of another thread, or no ticket of ours."""
    try:
        content = signing.loads(ticket, salt=_SALT)
    except signing.BadSignature:
        return None
    if content["thread"] != str(thread_id) or content["until"] <= now.timestamp():
        return None
    return str(content["session"])
