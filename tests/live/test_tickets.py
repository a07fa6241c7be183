"""A browser's EventSource sends no header: it watches with a ticket in the address."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta

import httpx
import pytest
from django.utils import timezone

from api_schema.ids import uuid7
from backend.domain.accounts.models import Person
from backend.domain.accounts.operations import revoke_session
from backend.domain.accounts.sessions import hash_token
from backend.domain.threads.models import Thread
from backend.live.tickets import TICKET_LIFE, issue_ticket, session_of_ticket
from tests.live.watcher import tell_of, watching

SignIn = Callable[[Person], str]


class TestTicket:
    def test_opens_the_thread_it_is_for_until_its_time_is_up(self, now: datetime) -> None:
        thread_id = uuid7()
        ticket = issue_ticket(session_id="a session", thread_id=thread_id, now=now)

        found = [
            session_of_ticket(ticket.ticket, thread_id=thread_id, now=now + after)
            for after in (timedelta(0), TICKET_LIFE - timedelta(seconds=1), TICKET_LIFE)
        ]

        assert found == ["a session", "a session", None]
        assert ticket.expires_at == now + TICKET_LIFE

    def test_opens_no_other_thread(self, now: datetime) -> None:
        ticket = issue_ticket(session_id="a session", thread_id=uuid7(), now=now)

        assert session_of_ticket(ticket.ticket, thread_id=uuid7(), now=now) is None

    @pytest.mark.parametrize("tampered", ["", "x", "eyJhIjoxfQ:1abc:xyz", "٣"])
    def test_that_is_none_of_ours_opens_nothing(self, now: datetime, tampered: str) -> None:
        assert session_of_ticket(tampered, thread_id=uuid7(), now=now) is None


class TestWatchWithATicket:
    def test_needs_no_header(self, address: str, thread: Thread, owner: Person, sign_in: SignIn) -> None:
        session_id = hash_token(sign_in(owner))
        ticket = issue_ticket(session_id=session_id, thread_id=thread.pk, now=timezone.now())

        with watching(address, thread.pk, None, ticket=ticket.ticket) as watcher:
            tell_of(thread, n=1)
            events = watcher.wait_for_events(1)

        assert [event.data["n"] for event in events] == [1]

    def test_ends_with_the_session_that_got_it(
        self, address: str, thread: Thread, owner: Person, sign_in: SignIn
    ) -> None:
        session_id = hash_token(sign_in(owner))
        ticket = issue_ticket(session_id=session_id, thread_id=thread.pk, now=timezone.now())
        revoke_session(actor=owner.actor, session_id=session_id)

        answer = httpx.get(f"{address}/api/v1/threads/{thread.pk}/events", params={"ticket": ticket.ticket})

        assert (answer.status_code, answer.json()["code"]) == (401, "session_expired")

    def test_of_an_outsider_shows_nothing(
        self, address: str, thread: Thread, outsider: Person, sign_in: SignIn
    ) -> None:
        session_id = hash_token(sign_in(outsider))
        ticket = issue_ticket(session_id=session_id, thread_id=thread.pk, now=timezone.now())

        answer = httpx.get(f"{address}/api/v1/threads/{thread.pk}/events", params={"ticket": ticket.ticket})

        assert (answer.status_code, answer.json()["code"]) == (404, "not_found")
