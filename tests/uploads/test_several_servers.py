"""Several server processes on one upload, and processes that are killed while they write."""

from __future__ import annotations

import hashlib
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, suppress
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from api_schema.ids import uuid7
from backend.domain.accounts.models import Person
from backend.domain.clips.models import Clip, Upload
from tests.uploads.conftest import SignIn
from tests.uploads.node_client import NodeClient, result_of
from tests.uploads.phone import FILM, UPLOADS, Phone
from tests.uploads.proxy import Fault, Trouble, bad_link
from tests.uploads.records import clip_at, queued_jobs, told_events, wait_for_staged_bytes
from tests.uploads.server_process import ServerProcess, server_process

pytestmark = pytest.mark.django_db(transaction=True)

SHA256 = hashlib.sha256(FILM).hexdigest()
MOST_LOST_BYTES = 65_536
PhoneAt = Callable[[str], Phone]


@pytest.fixture(scope="class")
def servers(django_db_setup: None) -> Iterator[tuple[ServerProcess, ServerProcess]]:
    """Two servers, for all tests of a class: they keep nothing of an upload in memory."""
    with server_process() as one, server_process() as other:
        yield one, other


@pytest.fixture
def phone_at(owner: Person, sign_in: SignIn) -> Iterator[PhoneAt]:
    """Return a function that gives the owner's phone, speaking to an address."""
    with ExitStack() as ending:

        def phone(address: str) -> Phone:
            phone = Phone(address, sign_in(owner))
            ending.callback(phone.close)
            return phone

        yield phone


class TestSeveralServers:
    def test_take_the_pieces_of_one_upload_in_turn(
        self, servers: tuple[ServerProcess, ServerProcess], phone_at: PhoneAt
    ) -> None:
        phones = [phone_at(server.address) for server in servers]
        path = phones[0].begin()

        for number, offset in enumerate(range(0, len(FILM), 50_000)):
            answer = phones[number % 2].patch(path, FILM[offset : offset + 50_000], offset=offset)
            assert answer.status_code == 204

        assert clip_at(path).sha256 == SHA256
        assert told_events() == ["media.job_queued"]

    def test_stop_a_half_open_request_of_one_another_within_a_second(
        self, servers: tuple[ServerProcess, ServerProcess], phone_at: PhoneAt
    ) -> None:
        old, new = (phone_at(server.address) for server in servers)
        path = old.begin()
        new.head(path)
        with old.open_patch(path, FILM[:100_000], offset=0, promised_bytes=len(FILM)) as link:
            wait_for_staged_bytes(path, 100_000)
            began_at = time.monotonic()

            offset = new.offset(path)
            waited_s = time.monotonic() - began_at
            link.sendall(b"what a buffer somewhere still held")
            refusal = link.recv(65_536)
        answer = new.patch(path, FILM[offset:], offset=offset)

        assert (offset, waited_s < 1) == (100_000, True)
        assert refusal.startswith(b"HTTP/1.1 423 ")
        assert answer.status_code == 204
        assert clip_at(path).sha256 == SHA256

    def test_never_mix_what_impatient_phones_send_to_both_at_once(
        self, servers: tuple[ServerProcess, ServerProcess], phone_at: PhoneAt
    ) -> None:
        phones = [phone_at(server.address) for server in servers * 3]
        path = phones[0].begin()

        with ThreadPoolExecutor(len(phones)) as threads:
            answers = list(threads.map(lambda phone: phone.patch(path, FILM, offset=0), phones))

        kept = phones[0].offset(path)
        if kept < len(FILM):
            phones[0].patch(path, FILM[kept:], offset=kept)
        assert {answer.status_code for answer in answers} <= {204, 400, 409, 423}
        assert (clip_at(path).sha256, queued_jobs(clip_at(path).id)) == (SHA256, ["render"])


@dataclass
class _SlowSending:
    """A phone that sends a film at about 300 kB/s until the link is gone; `sent_bytes` of it left the phone."""

    phone: Phone
    path: str
    sent_bytes: int = 0
    _thread: threading.Thread = field(init=False)

    def begin(self) -> None:
        self.sent_bytes = self.phone.offset(self.path)
        self._thread = threading.Thread(target=self._send)
        self._thread.start()

    def _send(self) -> None:
        begins_at = self.sent_bytes
        promised = len(FILM) - begins_at
        with (
            suppress(OSError),
            self.phone.open_patch(self.path, b"", offset=begins_at, promised_bytes=promised) as link,
        ):
            for offset in range(begins_at, len(FILM), 8_192):
                link.sendall(FILM[offset : offset + 8_192])
                self.sent_bytes = min(offset + 8_192, len(FILM))
                time.sleep(0.025)

    def wait_for(self, sent_bytes: int) -> None:
        until = time.monotonic() + 30
        while self.sent_bytes < sent_bytes:
            assert time.monotonic() < until
            time.sleep(0.005)

    def join(self) -> None:
        self._thread.join()


@pytest.mark.slow
class TestKilledAgainAndAgain:
    def test_the_server_loses_next_to_nothing_of_what_was_sent(self, transactional_db: None, phone_at: PhoneAt) -> None:
        with ExitStack() as running, bad_link("http://127.0.0.1:1") as link:
            server = running.enter_context(server_process())
            link.lead_to(server.address)
            phone = phone_at(link.address)
            path = phone.begin()
            sending = _SlowSending(phone, path)
            lost_bytes = []

            for kill_at in (70_000, 130_000, 190_000):
                sending.begin()
                sending.wait_for(kill_at)
                server.kill()
                sending.join()
                server = running.enter_context(server_process())
                link.lead_to(server.address)
                lost_bytes.append(sending.sent_bytes - phone.offset(path))
            offset = phone.offset(path)
            answer = phone.patch(path, FILM[offset:], offset=offset)

        assert min(lost_bytes) >= 0
        assert max(lost_bytes) <= MOST_LOST_BYTES
        assert answer.status_code == 204
        assert clip_at(path).sha256 == SHA256

    def test_tus_js_client_goes_on_at_another_server_and_sends_nothing_twice(
        self, transactional_db: None, tus_js_client: NodeClient, owner: Person, sign_in: SignIn, tmp_path: Path
    ) -> None:
        film = tmp_path / "fault.mp4"
        film.write_bytes(FILM)
        with ExitStack() as running, bad_link("http://127.0.0.1:1") as link:
            server = running.enter_context(server_process())
            other = running.enter_context(server_process())
            link.lead_to(server.address)
            link.plan(Trouble(Fault.STALL, 150_000, lasting_s=30))  # the kill ends it
            uploading = tus_js_client.begin(
                film,
                {
                    "endpoint": link.address + UPLOADS,
                    "headers": {"X-Session-Token": sign_in(owner)},
                    "metadata": {"clip_id": str(uuid7()), "sha256": SHA256},
                    "retryDelays": [0, 100, 200, 400, 800, 1600],
                },
            )
            wait_for_staged_bytes(_only_path(), 150_000)
            link.lead_to(other.address)
            server.kill()
            told = result_of(uploading)

        assert (told.error, told.count("POST"), told.count("PATCH")) == (None, 1, 1)
        assert Clip.objects.get().sha256 == SHA256
        assert link.carried_bytes == len(FILM)


def _only_path() -> str:
    until = time.monotonic() + 30
    while (upload := Upload.objects.first()) is None:
        assert time.monotonic() < until
        time.sleep(0.01)
    return f"{UPLOADS}/{upload.id}"
