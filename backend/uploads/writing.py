"""What one request adds to an upload, and when it may not any more."""

from __future__ import annotations

import time
from typing import Protocol
from weakref import WeakSet

from django.utils import timezone

from backend.domain.clips.uploads import record_stored_bytes
from backend.domain.errors import DomainError
from backend.uploads.hashing import running_hash
from backend.uploads.refusals import Superseded
from backend.uploads.room import no_room
from backend.uploads.staging import staged
from backend.uploads.standing import Standing

NOTE_EVERY_S = 2.0  # how fresh the percentage is that others see …
MOST_NOTES_PER_S = 50  # … unless this process has more than a hundred writers: they take turns at the database


class BodyChecksum(Protocol):
    """The checksum that a request declares of its own body."""

    def update(self, block: bytes) -> None:
        """Take the next bytes of the body."""

    def check(self) -> None:
        """
        Accept the body.

        :raises DomainError: it is another one than was declared.
        """


class Writer:
    """
    The writer of one request: adds blocks to an upload while its lease holds.

    `offset` counts what is on disk, never what was promised.
    """

    def __init__(self, standing: Standing, *, checksum: BodyChecksum | None = None) -> None:
        self.upload = standing.upload
        self.offset = standing.offset
        self._begins_at = standing.offset
        self._lease = standing.lease
        self._checksum = checksum
        self._staged = staged(standing.upload.id)
        self._hash = running_hash(standing.upload.id, rewinds=standing.rewinds)
        self._noted_at = time.monotonic()
        _writers.add(self)

    def write(self, blocks: list[bytes]) -> None:
        """
        Keep blocks, in this order.

        :raises Superseded: a newer request has the upload; nothing of the blocks is kept.
        :raises DomainError: as `no_room`: they reach beyond the upload's room; what is within is kept.
        :raises OSError: the disk takes no more; what fitted is kept.
        """
        begins_at = self.offset
        arrived = blocks[0] if len(blocks) == 1 else b"".join(blocks)
        within = arrived[: self.upload.reserved_bytes - begins_at]
        self._keep(within)
        if self._checksum:
            self._checksum.update(within)
        else:
            self._hash.add(within, begins_at=begins_at)
        if len(within) < len(arrived):
            raise no_room(self.upload)

    def _keep(self, block: bytes) -> None:
        with self._staged.guarded():
            self._check_lease()
            try:
                self._staged.append(block, revocable=self._checksum is not None)
            finally:
                self.offset = self._staged.size_bytes()

    def _check_lease(self) -> None:
        if self._staged.lease() != self._lease:
            raise _superseded()

    def confirm(self) -> None:
        """
        Accept the whole body, if it is the one that its request declared.

        :raises DomainError: it is another one; nothing of it is kept.
        :raises Superseded: a newer request has the upload.
        """
        if self._checksum is None:
            return
        try:
            self._checksum.check()
        except DomainError:
            self._take_back()
            raise
        self._checksum = None

    def _take_back(self) -> None:
        with self._staged.guarded():
            self._check_lease()
            self._staged.truncate(self._begins_at)
            self.offset = self._staged.size_bytes()

    def catch_up_hash(self) -> None:
        """Hash what is kept and was not hashed as it came: other processes wrote it, or it had to be confirmed."""
        if self._hash.position < self._confirmed_bytes() and (file := self._staged.open()):
            with file:
                self._hash.read_on(file, until=self._confirmed_bytes)

    def _confirmed_bytes(self) -> int:
        return self._begins_at if self._checksum else self.offset

    def settle(self) -> None:
        """
        Make what was kept durable and tell how much it is.

        :raises Superseded: a newer request has the upload; it will tell.
        """
        self._staged.flush()
        self.note()

    def note(self) -> None:
        """
        Tell how much is kept.

        :raises Superseded: as `settle`.
        """
        self._noted_at = time.monotonic()
        if not record_stored_bytes(upload=self.upload, lease=self._lease, stored_bytes=self.offset, now=timezone.now()):
            raise _superseded()

    @property
    def is_note_due(self) -> bool:
        return time.monotonic() - self._noted_at >= max(NOTE_EVERY_S, len(_writers) / MOST_NOTES_PER_S)


_writers: WeakSet[Writer] = WeakSet()


def _superseded() -> Superseded:
    return Superseded("A newer request has taken this upload over.")
