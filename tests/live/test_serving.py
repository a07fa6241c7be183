"""The server of live threads when something breaks: the database's side, the reader's side, or its own end."""

from __future__ import annotations

import socket
import time
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from urllib.parse import urlsplit

import pytest
from django.db import connection

from backend.domain.accounts.models import Person
from backend.domain.threads.models import Thread
from backend.live.app import LiveApp
from backend.uploads.reading import BodiesAsRead
from tests.live.watcher import PATIENCE_S, tell_of, wait_until, watching
from tests.serving import served

SignIn = Callable[[Person], str]


def listening_connections() -> list[int]:
    """Return the process ids of the database's side of every connection that listens for live events here."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT pid FROM pg_stat_activity WHERE application_name = 'cuppa live' AND datname = current_database()"
        )
        return [pid for (pid,) in cursor.fetchall()]


class TestOneEar:
    def test_hears_for_all_readers_and_is_closed_behind_the_last(
        self, address: str, thread: Thread, owner: Person, sign_in: SignIn
    ) -> None:
        token = sign_in(owner)
        with watching(address, thread.pk, token), watching(address, thread.pk, token):
            wait_until(listening_connections, lambda: "nobody listens")
            count = len(listening_connections())

        wait_until(lambda: not listening_connections(), lambda: "somebody listens still")
        assert count == 1

    def test_that_is_cut_off_listens_again_and_has_missed_nothing(
        self, address: str, thread: Thread, owner: Person, sign_in: SignIn
    ) -> None:
        with watching(address, thread.pk, sign_in(owner)) as watcher:
            wait_until(listening_connections, lambda: "nobody listens")
            (pid,) = listening_connections()
            with connection.cursor() as cursor:
                cursor.execute("SELECT pg_terminate_backend(%s)", [pid])
            wait_until(lambda: pid not in listening_connections(), lambda: "the connection is still there")
            tell_of(thread, n=1)

            events = watcher.wait_for_events(1)

        assert [event.data["n"] for event in events] == [1]


@contextmanager
def asleep(address: str, thread: Thread, token: str) -> Iterator[socket.socket]:
    """Open a stream as a phone does that falls asleep at once: nothing is ever read from the socket."""
    place = urlsplit(address)
    link = socket.socket()
    link.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4_096)
    link.connect((place.hostname, place.port))
    request = f"GET /api/v1/threads/{thread.pk}/events HTTP/1.1\r\nHost: x\r\nX-Session-Token: {token}\r\n\r\n"
    with closing(link):
        link.sendall(request.encode())
        yield link


class TestAReaderThatDoesNotRead:
    @pytest.mark.slow
    def test_is_dropped_and_the_others_hear_everything(
        self, address: str, thread: Thread, owner: Person, colleague: Person, sign_in: SignIn
    ) -> None:
        with (
            watching(address, thread.pk, sign_in(colleague)) as watcher,
            asleep(address, thread, sign_in(owner)) as link,
        ):
            time.sleep(0.5)  # its stream begins
            for n in range(80):
                tell_of(thread, n=n, padding="x" * 100_000)
                watcher.wait_for_events(n + 1)
            got_bytes, is_cut = _read_to_the_end(link)

        assert [event.data["n"] for event in watcher.events] == list(range(80))
        assert is_cut
        assert got_bytes < 80 * 100_000


def _read_to_the_end(link: socket.socket) -> tuple[int, bool]:
    link.settimeout(5)
    got_bytes = 0
    try:
        while piece := link.recv(65_536):
            got_bytes += len(piece)
    except ConnectionResetError:
        return got_bytes, True
    except TimeoutError:
        return got_bytes, False
    return got_bytes, True


class TestAServerThatStops:
    def test_ends_its_streams_at_once_and_another_goes_on_where_it_was(
        self, thread: Thread, owner: Person, sign_in: SignIn
    ) -> None:
        token = sign_in(owner)
        with served(LiveApp(), http=BodiesAsRead, stop_within_s=PATIENCE_S) as address:
            streams = [watching(address, thread.pk, token) for _ in range(3)]
            watchers = [stream.__enter__() for stream in streams]
            tell_of(thread, n=1)
            seen = watchers[0].wait_for_events(1)[0].cursor
            stopped_at = time.monotonic()
        took_s = time.monotonic() - stopped_at
        tell_of(thread, n=2)
        for watcher in watchers:
            watcher.wait_for_end()
            watcher.close()

        with served(LiveApp(), http=BodiesAsRead) as address, watching(address, thread.pk, token, since=seen) as again:
            events = again.wait_for_events(1)

        assert took_s < 3
        assert [event.data["n"] for event in events] == [2]
