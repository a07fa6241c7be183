"""Somebody watches a thread: everything that happens comes, once, in order, and soon."""

from __future__ import annotations

import random
import threading
import time
from collections.abc import Callable
from contextlib import ExitStack
from datetime import datetime, timedelta

import httpx
import pytest
from django.db import connection, transaction
from django.utils import timezone

from api_schema.error_codes import ERROR_CODES
from api_schema.ids import uuid7
from api_schema.live_events import LiveKind
from backend.domain.accounts.models import DeviceSession, Person
from backend.domain.accounts.operations import revoke_session
from backend.domain.accounts.sessions import hash_token
from backend.domain.threads.models import Thread
from backend.live import hub
from backend.live.append import tell
from backend.live.models import LiveEvent
from tests.live.watcher import PATIENCE_S, tell_of, wait_until, watching

SignIn = Callable[[Person], str]


class TestWatch:
    def test_brings_what_is_told_in_order_with_a_cursor_each(
        self, address: str, thread: Thread, owner: Person, sign_in: SignIn
    ) -> None:
        with watching(address, thread.pk, sign_in(owner)) as watcher:
            for n in range(3):
                tell_of(thread, n=n)

            events = watcher.wait_for_events(3)

        assert [(event.kind, event.data["n"]) for event in events] == [("seen", 0), ("seen", 1), ("seen", 2)]
        assert [event.cursor for event in events] == [
            f"{xid}-{pk}" for xid, pk in LiveEvent.objects.order_by("id").values_list("xid", "id")
        ][-3:]

    def test_answers_with_what_proxies_and_browsers_need(
        self, address: str, thread: Thread, owner: Person, sign_in: SignIn
    ) -> None:
        with watching(address, thread.pk, sign_in(owner)) as watcher:
            headers = watcher.headers

        assert headers["content-type"] == "text/event-stream; charset=utf-8"
        assert (headers["cache-control"], headers["x-accel-buffering"]) == ("no-store", "no")
        assert len(headers["x-request-id"]) == 36

    def test_begins_with_a_cursor_so_that_a_link_that_breaks_at_once_loses_nothing(
        self, address: str, thread: Thread, owner: Person, sign_in: SignIn
    ) -> None:
        token = sign_in(owner)
        with watching(address, thread.pk, token) as watcher:
            first = watcher.cursor
        tell_of(thread, n=1)

        with watching(address, thread.pk, token, since=first) as watcher:
            events = watcher.wait_for_events(1)

        assert [event.data["n"] for event in events if event.kind == "seen"] == [1]

    def test_tells_nothing_of_other_threads(self, address: str, thread: Thread, owner: Person, sign_in: SignIn) -> None:
        other = Thread(id=uuid7(), organisation_id=thread.organisation_id)
        with watching(address, thread.pk, sign_in(owner)) as watcher:
            tell_of(other, n=1)
            tell_of(thread, n=2)

            events = watcher.wait_for_events(1)

        assert [event.data["n"] for event in events] == [2]

    def test_shows_that_the_link_is_alive(
        self, monkeypatch: pytest.MonkeyPatch, address: str, thread: Thread, owner: Person, sign_in: SignIn
    ) -> None:
        monkeypatch.setattr(hub, "HEARTBEAT_EVERY_S", 0.05)
        with watching(address, thread.pk, sign_in(owner)) as watcher:
            wait_until(lambda: len(watcher.blocks) > 3, lambda: "no heartbeat came")

            beats = watcher.blocks[1:]

        assert {(beat.kind, beat.comment) for beat in beats} == {("", "still here")}
        assert all(beat.cursor for beat in beats)


class TestResume:
    @pytest.mark.parametrize("how", ["header", "query"])
    def test_goes_on_behind_the_last_event(
        self, address: str, thread: Thread, owner: Person, sign_in: SignIn, how: str
    ) -> None:
        token = sign_in(owner)
        with watching(address, thread.pk, token) as watcher:
            for n in range(3):
                tell_of(thread, n=n)
            second = watcher.wait_for_events(3)[1].cursor
        tell_of(thread, n=3)
        since = {"since": second} if how == "header" else {"last_event_id": second}

        with watching(address, thread.pk, token, **since) as watcher:
            events = watcher.wait_for_events(2)

        assert [event.data["n"] for event in events] == [2, 3]

    def test_brings_more_than_one_reading_holds(
        self, monkeypatch: pytest.MonkeyPatch, address: str, thread: Thread, owner: Person, sign_in: SignIn
    ) -> None:
        monkeypatch.setattr("backend.live.reading.ROWS_AT_ONCE", 7)
        token = sign_in(owner)
        with watching(address, thread.pk, token) as watcher:
            first = watcher.cursor
        for n in range(30):
            tell_of(thread, n=n)

        with watching(address, thread.pk, token, since=first) as watcher:
            events = watcher.wait_for_events(30)

        assert [event.data["n"] for event in events] == list(range(30))

    def test_of_what_nobody_gave_is_one_reset(
        self, address: str, thread: Thread, owner: Person, sign_in: SignIn
    ) -> None:
        token = sign_in(owner)
        with ExitStack() as open_streams:
            watchers = {
                nonsense: open_streams.enter_context(watching(address, thread.pk, token, last_event_id=nonsense))
                for nonsense in ("", "x", "12", "-1-2", "1-2-3", "٣-٤", "9" * 40 + "-1", "999999999999999999-1")
            }
            tell_of(thread, n=1)

            told = {nonsense: watcher.wait_for_events(2) for nonsense, watcher in watchers.items()}

        for nonsense, events in told.items():
            assert [event.kind for event in events] == ["reset", "seen"], nonsense
            assert list(events[0].data) == ["at"], nonsense

    def test_after_more_than_a_day_is_one_reset(
        self, address: str, thread: Thread, owner: Person, sign_in: SignIn
    ) -> None:
        token = sign_in(owner)
        with watching(address, thread.pk, token) as watcher:
            first = watcher.cursor
            tell_of(thread, n=1)
            watcher.wait_for_events(1)  # so it lies below the oldest writer, whoever else writes on this server
        LiveEvent.objects.update(created_at=timezone.now() - timedelta(hours=25))

        with watching(address, thread.pk, token, since=first) as watcher:
            events = watcher.wait_for_events(1)
            again = watcher.cursor
        with watching(address, thread.pk, token, since=again) as watcher:
            tell_of(thread, n=2)
            after = watcher.wait_for_events(1)

        assert [event.kind for event in events] == ["reset"]
        assert [event.data["n"] for event in after] == [2]


class TestWritersThatOverlap:
    def test_lose_nothing_and_double_nothing_for_readers_that_come_and_go(
        self, address: str, thread: Thread, owner: Person, sign_in: SignIn
    ) -> None:
        token = sign_in(owner)
        writers = [threading.Thread(target=_write_slowly, args=(thread, each)) for each in range(8)]
        got: list[int] = []
        stayed: list[int] = []
        with watching(address, thread.pk, token) as staying:
            since = staying.cursor
            for writer in writers:
                writer.start()
            while len(got) < 8 * 15:
                with watching(address, thread.pk, token, since=since) as watcher:
                    watcher.wait_for_events(min(random.randint(1, 9), 8 * 15 - len(got)))
                got += [event.data["n"] for event in watcher.events]
                since = watcher.cursor
            stayed = [event.data["n"] for event in staying.wait_for_events(8 * 15)]
            for writer in writers:
                writer.join()

        assert sorted(got) == sorted(stayed) == list(range(8 * 15))
        assert got == stayed

    def test_hold_back_what_was_written_after_them_until_they_are_over(
        self, address: str, thread: Thread, owner: Person, sign_in: SignIn
    ) -> None:
        begun, may_end = threading.Event(), threading.Event()

        def write_long() -> None:
            with transaction.atomic():
                _tell_in(thread, n=1)
                begun.set()
                may_end.wait(PATIENCE_S)
            connection.close()

        with watching(address, thread.pk, sign_in(owner)) as watcher:
            writer = threading.Thread(target=write_long)
            writer.start()
            begun.wait(PATIENCE_S)
            tell_of(thread, n=2)
            time.sleep(0.3)
            before = len(watcher.events)
            may_end.set()
            events = watcher.wait_for_events(2)
            writer.join()

        assert before == 0
        assert [event.data["n"] for event in events] == [1, 2]


def _tell_in(thread: Thread, **data: object) -> None:
    tell(organisation_id=thread.organisation_id, thread_id=thread.pk, kind=LiveKind.SEEN, now=timezone.now(), **data)


def _write_slowly(thread: Thread, writer: int) -> None:
    """Tell 15 events in transactions that overlap with those of other writers; some come to nothing."""
    dice = random.Random(writer)
    for n in range(15):
        with transaction.atomic():
            _tell_in(thread, n=writer * 15 + n)
            time.sleep(dice.uniform(0, 0.03))
        with transaction.atomic():
            _tell_in(thread, n=-1)
            transaction.set_rollback(True)
    connection.close()


class TestRefusals:
    def answer(self, address: str, thread_id: object, **asked: object) -> httpx.Response:
        return httpx.get(f"{address}/api/v1/threads/{thread_id}/events", timeout=PATIENCE_S, **asked)  # type: ignore[arg-type]

    def assert_problem(self, answer: httpx.Response, code: str) -> None:
        document = answer.json()
        assert answer.headers["content-type"] == "application/problem+json"
        assert (document["code"], answer.status_code) == (code, ERROR_CODES[code].status)
        assert document["request_id"] == answer.headers["x-request-id"]

    def test_whoever_is_not_signed_in_is_told_why(
        self, address: str, thread: Thread, disabled: Person, sign_in: SignIn
    ) -> None:
        made_up, left = {"X-Session-Token": "made up"}, {"X-Session-Token": sign_in(disabled)}

        self.assert_problem(self.answer(address, thread.pk), "not_signed_in")
        self.assert_problem(self.answer(address, thread.pk, headers=made_up), "session_expired")
        self.assert_problem(self.answer(address, thread.pk, headers=left), "session_expired")

    def test_another_organisations_thread_looks_missing(
        self, address: str, thread: Thread, outsider: Person, sign_in: SignIn
    ) -> None:
        headers = {"X-Session-Token": sign_in(outsider)}

        foreign = self.answer(address, thread.pk, headers=headers)
        made_up = self.answer(address, uuid7(), headers=headers)

        self.assert_problem(foreign, "not_found")
        assert foreign.json()["detail"] == made_up.json()["detail"]

    def test_an_id_that_is_none_is_missing_and_other_methods_are_not_taken(
        self, address: str, thread: Thread, owner: Person, sign_in: SignIn
    ) -> None:
        headers = {"X-Session-Token": sign_in(owner)}
        posted = httpx.post(f"{address}/api/v1/threads/{thread.pk}/events")

        self.assert_problem(self.answer(address, "nonsense", headers=headers), "not_found")
        self.assert_problem(posted, "method_not_allowed")
        assert posted.headers["allow"] == "GET"


class TestSignedOut:
    def test_the_stream_ends_with_the_next_heartbeat(
        self,
        monkeypatch: pytest.MonkeyPatch,
        address: str,
        thread: Thread,
        owner: Person,
        colleague: Person,
        sign_in: SignIn,
        now: datetime,
    ) -> None:
        monkeypatch.setattr(hub, "HEARTBEAT_EVERY_S", 0.1)
        token = sign_in(owner)
        with watching(address, thread.pk, token) as watcher, watching(address, thread.pk, sign_in(colleague)) as other:
            revoke_session(actor=owner.actor, session_id=hash_token(token))

            watcher.wait_for_end()
            tell_of(thread, n=1)
            still_told = other.wait_for_events(1)

        assert DeviceSession.objects.count() == 1
        assert [event.data["n"] for event in still_told] == [1]
