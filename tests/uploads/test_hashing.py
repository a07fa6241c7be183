from __future__ import annotations

import hashlib
import io
import threading

from backend.uploads.hashing import RunningHash
from tests.uploads.phone import FILM


def _sha256(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()


class _ReadFile(io.BytesIO):
    """A file that remembers how much was read of it."""

    read_bytes = 0

    def read(self, size: int | None = -1, /) -> bytes:
        piece = super().read(size)
        self.read_bytes += len(piece)
        return piece


class TestHashWhileArriving:
    def test_needs_no_file_when_every_block_came_by(self) -> None:
        running = RunningHash(rewinds=0)

        for begins_at in range(0, len(FILM), 10_000):
            running.add(FILM[begins_at : begins_at + 10_000], begins_at=begins_at)

        assert (running.position, running.hexdigest()) == (len(FILM), _sha256(FILM))

    def test_leaves_a_block_behind_a_gap_to_the_file(self) -> None:
        running = RunningHash(rewinds=0)
        running.add(FILM[:1000], begins_at=0)

        running.add(FILM[5000:6000], begins_at=5000)

        assert (running.position, running.hexdigest()) == (1000, _sha256(FILM[:1000]))

    def test_reads_only_what_another_process_wrote(self) -> None:
        running = RunningHash(rewinds=0)
        running.add(FILM[:1000], begins_at=0)
        file = _ReadFile(FILM[:5000])

        running.read_on(file, until=lambda: 5000)
        running.add(FILM[5000:], begins_at=5000)

        assert file.read_bytes == 4000
        assert running.hexdigest() == _sha256(FILM)

    def test_takes_the_rest_of_a_block_whose_beginning_was_read(self) -> None:
        running = RunningHash(rewinds=0)
        running.read_on(io.BytesIO(FILM[:1500]), until=lambda: 1500)

        running.add(FILM[1000:2000], begins_at=1000)

        assert (running.position, running.hexdigest()) == (2000, _sha256(FILM[:2000]))

    def test_stops_where_the_bytes_may_still_be_taken_back(self) -> None:
        running = RunningHash(rewinds=0)

        running.read_on(io.BytesIO(FILM), until=lambda: 3000)

        assert running.position == 3000

    def test_stops_at_the_end_of_a_file_that_is_shorter(self) -> None:
        running = RunningHash(rewinds=0)

        running.read_on(io.BytesIO(FILM[:3000]), until=lambda: len(FILM))

        assert running.position == 3000

    def test_is_right_when_blocks_come_while_the_file_is_read(self) -> None:
        running, kept_bytes = RunningHash(rewinds=0), [100_000]
        reader = threading.Thread(
            target=running.read_on, args=(io.BytesIO(FILM),), kwargs={"until": lambda: kept_bytes[0]}
        )
        reader.start()

        for begins_at in range(100_000, len(FILM), 1000):
            kept_bytes[0] = min(begins_at + 1000, len(FILM))
            running.add(FILM[begins_at : begins_at + 1000], begins_at=begins_at)
        reader.join()
        running.read_on(io.BytesIO(FILM), until=lambda: len(FILM))

        assert (running.position, running.hexdigest()) == (len(FILM), _sha256(FILM))
