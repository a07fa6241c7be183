"""A page watches a thread with the browser's own EventSource, while the server comes and goes."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import httpx
import pytest

from api_schema.ids import uuid7
from backend.domain.accounts.models import Person
from backend.domain.equipment.models import Asset
from backend.domain.threads.models import Thread
from tests import cast
from tests.live.watcher import tell_of
from tests.uploads.server_process import server_process
from tests.web.browser import Chromium, Tab

WATCHING = (Path(__file__).parent / "pages" / "watching.js").read_text()


@pytest.fixture
def thread(transactional_db: None, asset: Asset, owner: Person) -> Thread:
    return Thread.objects.create(
        id=uuid7(), organisation_id=owner.organisation_id, asker=owner, asset=asset, title="E4", created_at=cast.NOW
    )


def open_page(tab: Tab, address: str, thread: Thread, token: str) -> None:
    """Open a page of the server's and have it watch."""
    tab.show(f"{address}/healthz")
    tab.run(WATCHING, {"thread": str(thread.pk), "token": token})
    tab.wait_for("() => isOpen()")


def heard(tab: Tab, *, count: int) -> list[int]:
    """Return what the page has heard, once it is so much."""
    tab.wait_for(f"() => heard.length >= {count}")
    return [int(n) for n in tab.run("() => heard")]


class TestEventSource:
    @pytest.mark.slow
    def test_misses_nothing_while_the_server_is_killed_and_started_again(
        self, chromium: Chromium, thread: Thread, owner: Person, sign_in: Callable[[Person], str]
    ) -> None:
        with server_process("backend.asgi:application") as server, chromium.tab() as tab:
            open_page(tab, server.address, thread, sign_in(owner))
            tell_of(thread, n=1)
            before = heard(tab, count=1)

            server.kill()
            tell_of(thread, n=2)
            tell_of(thread, n=3)
            server.restart()
            tell_of(thread, n=4)
            after = heard(tab, count=4)

        assert (before, after) == ([1], [1, 2, 3, 4])

    def test_gets_a_new_ticket_when_the_old_one_is_over_and_goes_on_where_it_was(
        self, chromium: Chromium, origin: str, thread: Thread, owner: Person, sign_in: Callable[[Person], str]
    ) -> None:
        with chromium.tab() as tab:
            open_page(tab, origin, thread, sign_in(owner))
            tell_of(thread, n=1)
            before = heard(tab, count=1)

            tab.run("() => spoilTicket()")  # as if ten minutes had passed: the server refuses it, the browser gives up
            tell_of(thread, n=2)
            after = heard(tab, count=2)

        assert (before, after) == ([1], [1, 2])


class TestTicket:
    def test_is_given_by_the_api_and_is_of_no_use_to_anybody_else(
        self, origin: str, thread: Thread, owner: Person, outsider: Person, sign_in: Callable[[Person], str]
    ) -> None:
        address = f"{origin}/api/v1/threads/{thread.pk}/events-ticket"
        answers = [
            httpx.post(address, headers={"X-Session-Token": sign_in(one)}, timeout=60) for one in (owner, outsider)
        ]

        assert [answer.status_code for answer in answers] == [200, 404]
        assert set(answers[0].json()) == {"ticket", "expires_at"}
