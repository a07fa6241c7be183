"""One asking from question to fix, and web, relay and jobs are killed with -9 after each of its steps."""

from __future__ import annotations

import signal
import subprocess
from collections import Counter
from collections.abc import Iterator
from datetime import time
from typing import Any

import httpx
import pytest
from django.db.models import Q
from django.utils import timezone

from api_schema.ids import uuid7
from backend.domain.accounts.models import Person
from backend.domain.asking.models import Ask
from backend.domain.asking.operations import record_verified_fix
from backend.domain.asking.people import set_availability
from backend.domain.equipment.models import Asset
from backend.domain.threads.models import Thread
from backend.outbox.models import OutboxEvent
from notifications.models import InboxItem
from tests import cast
from tests.integration.conftest import Start, wait_until
from tests.live.watcher import watching
from tests.uploads.server_process import ServerProcess, server_process

_PATIENCE_S = 90


class Stack:
    """Web, relay and worker, to be killed together and started again."""

    def __init__(self, web: ServerProcess, start: Start) -> None:
        self.web = web
        self._start = start
        self._others = self._start_others()

    def _start_others(self) -> list[subprocess.Popen[bytes]]:
        return [self._start(name) for name in ("relay", "worker")]

    def kill_and_restart(self) -> None:
        self.web.kill()
        for process in self._others:
            process.send_signal(signal.SIGKILL)
            process.wait()
        self.web.restart()
        self._others = self._start_others()


class Phone:
    """Somebody's phone, which sends again what was not answered."""

    def __init__(self, stack: Stack, person: Person) -> None:
        self.token = cast.session_token(person)
        self._stack = stack

    def post(self, path: str, body: dict[str, Any]) -> dict[str, Any]:
        headers = {"X-Session-Token": self.token, "Idempotency-Key": str(uuid7())}
        url = f"{self._stack.web.address}/api/v1/{path}"
        answers = [httpx.post(url, json=body, headers=headers, timeout=_PATIENCE_S) for _ in range(2)]
        for answer in answers:
            assert answer.is_success, answer.text
        return dict(answers[0].json())


class Page:
    """The asker's page: it watches the thread, loses the server again and again, and goes on where it was."""

    def __init__(self, stack: Stack, thread_id: str, token: str) -> None:
        self.told: list[str] = []
        self._stack, self._thread_id, self._token = stack, thread_id, token
        with self._watching(None) as watcher:
            self._since = watcher.cursor

    def _watching(self, since: str | None) -> Any:
        return watching(self._stack.web.address, self._thread_id, self._token, since=since)  # type: ignore[arg-type]

    def wait_for(self, kind: str) -> None:
        """Come back, and stay until something of this kind is told."""
        with self._watching(self._since) as watcher:
            wait_until(lambda: kind in {event.kind for event in watcher.events}, within_s=_PATIENCE_S)
            self.told += [event.kind for event in watcher.events]
            self._since = watcher.cursor


@pytest.fixture
def stack(transactional_db: None, start: Start) -> Iterator[Stack]:
    with server_process("backend.asgi:application") as web:
        yield Stack(web, start)


@pytest.fixture
def peer(colleague: Person, asset: Asset) -> Person:
    """Somebody at work who fixed this before."""
    always = {"shift_starts": time(0), "shift_ends": time(23, 59, 59)}
    set_availability(actor=colleague.actor, week_days=(1, 2, 3, 4, 5, 6, 7), **always)
    record_verified_fix(person_id=colleague.pk, asset=asset, fault_code="E4", try_id=uuid7(), now=timezone.now())
    return colleague


def everything_handled() -> bool:
    """Return whether nothing waits that was due already; what was offered in vain is offered again later."""
    is_due = Q(offers__gt=0) | Q(offer_at__lte=timezone.now())
    return not OutboxEvent.objects.filter(is_due, handled_at=None).exists()


@pytest.mark.slow
@pytest.mark.timeout(600)
class TestKilledAfterEveryStep:
    def test_everybody_is_asked_and_told_once_and_the_thread_is_fixed(
        self, stack: Stack, owner: Person, peer: Person, asset: Asset
    ) -> None:
        asker, answerer = Phone(stack, owner), Phone(stack, peer)
        thread_id, suggestion_id, try_id = (str(uuid7()) for _ in range(3))

        question = {"id": thread_id, "asset_id": str(asset.pk), "title": "Chiller will not start", "fault_code": "E4"}
        asker.post("threads", question)
        page = Page(stack, thread_id, asker.token)
        stack.kill_and_restart()
        wait_until(lambda: Ask.objects.filter(person=peer).exists(), within_s=_PATIENCE_S)
        stack.kill_and_restart()
        answerer.post(f"asks/{Ask.objects.get(person=peer).pk}/response", {"response": "claim"})
        stack.kill_and_restart()
        page.wait_for("claimed")
        answerer.post(f"threads/{thread_id}/suggestions", {"id": suggestion_id, "text": "Bleed the air."})
        stack.kill_and_restart()
        page.wait_for("answered")
        asker.post(f"suggestions/{suggestion_id}/tries", {"id": try_id})
        stack.kill_and_restart()
        page.wait_for("tried")
        asker.post(f"tries/{try_id}/outcome", {"outcome": "fixed"})
        stack.kill_and_restart()
        page.wait_for("tried")
        wait_until(everything_handled, within_s=_PATIENCE_S)

        told = Counter(page.told)
        assert Thread.objects.get().status == "fixed"
        assert Ask.objects.filter(person=peer).count() == 1
        assert {kind: told[kind] for kind in ("claimed", "answered", "tried", "reset")} == {
            "claimed": 1,
            "answered": 1,
            "tried": 2,
            "reset": 0,
        }
        assert Counter(InboxItem.objects.filter(recipient_id=peer.pk).values_list("kind", flat=True)) == {
            "ask": 1,
            "outcome": 1,
        }
        assert InboxItem.objects.filter(recipient_id=owner.pk, kind="answer").count() == 1
        assert OutboxEvent.objects.filter(dead_at__isnull=False).count() == 0
