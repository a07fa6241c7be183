"""What one request adds to an upload, and when it may not any more."""

from __future__ import annotations

from typing import Protocol

from django.utils import timezone

from backend.domain.clips.upload_noting import record_stored_bytes
from backend.domain.errors import DomainError
from backend.uploads.hashing import running_hash
from backend.uploads.refusals import Superseded
from backend.uploads.room import no_room
from backend.uploads.staging import staged
from backend.uploads.standing import Standing


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
        self.lease = standing.lease
        self.is_superseded = False  # as the database tells; the staging tells by itself, and sooner
        self._checksum = checksum
        self._staged = staged(standing.upload.id)
        self._hash = running_hash(standing.upload.id, rewinds=standing.rewinds)

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
        if self.is_superseded or self._staged.lease() != self.lease:
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
        if not record_stored_bytes(upload=self.upload, lease=self.lease, stored_bytes=self.offset, now=timezone.now()):
            raise _superseded()


def _superseded() -> Superseded:
    return Superseded("A newer request has taken this upload over.")
