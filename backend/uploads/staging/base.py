"""What every staging promises; `tests/uploads/staging` holds each kind to it."""

from __future__ import annotations

from contextlib import AbstractContextManager
from typing import BinaryIO, Protocol

GUARD_WAIT_S = 1.0
FIRST_BYTES = 512  # enough to tell a kind of file by its content


class Staged(Protocol):
    """
    What is kept of one upload that is not whole yet: bytes that only ever grow at their end.

    `guarded` makes a step exclusive among the processes of this machine, `guarded_everywhere` among all of the
    installation. `lease`, `append` and `truncate` belong inside of either, `set_lease` inside of `guarded_everywhere`.
    One instance serves one request: it may keep files open, and may remember what it read. A second instance
    for the same upload in the same request is allowed.

    `flush` and `discard` take the guard themselves, if they need it: call `flush` outside of it.
    """

    def guarded(self, *, wait_s: float = GUARD_WAIT_S) -> AbstractContextManager[None]:
        """
        Hold the upload for one block of bytes.

        :raises UploadLocked: somebody holds it for longer than `wait_s`, which only finishing does.
        """

    def guarded_everywhere(self, *, wait_s: float = GUARD_WAIT_S) -> AbstractContextManager[None]:
        """
        Hold the upload while it changes hands or ends.

        :raises UploadLocked: as `guarded`.
        """

    def lease(self) -> int:
        """Return the number of the newest writer that this machine knows; 0 before the first and after `discard`."""

    def set_lease(self, lease: int) -> None:
        """
        Make `lease` the only number that may add bytes, and bring everything kept within this machine's reach.

        :raises IdTaken: its phone sends the bytes straight to the bucket.
        """

    def rewinds(self) -> int:
        """Return a number that rises whenever bytes that were kept may be gone: what was hashed of them is void."""

    def size_bytes(self) -> int:
        """Return how many bytes are kept: the upload's offset."""

    def append(self, block: bytes | memoryview, *, revocable: bool = False) -> None:
        """
        Keep `block` behind what is kept already. `revocable`: `truncate` may take it back until the next `flush`.

        :raises OSError: not all of it fits on the disk; what fitted is kept.
        :raises Superseded: another machine has the upload.
        :raises ObjectStoreUnavailable: the store does not answer; what fitted before it was needed is kept.
        """

    def truncate(self, size_bytes: int) -> None:
        """Forget what lies beyond `size_bytes`: only bytes that were appended as revocable since the last `flush`."""

    def flush(self) -> None:
        """
        Make what is kept survive a power cut, and with some stagings the machine. At the end of every request.

        :raises Superseded: ObjectStoreUnavailable: as `append`.
        """

    def is_quiet(self, *, for_s: float) -> bool:
        """Return whether something is kept and nothing was added during the last `for_s` seconds."""

    def open(self) -> BinaryIO | None:
        """Return everything kept as a seekable file that the caller closes; None where that takes a `seal` first."""

    def first_bytes(self) -> bytes:
        """Return the first `FIRST_BYTES` of the file, fewer when fewer are kept."""

    def seal(self) -> None:
        """
        Let nothing be added any more; from now on `open` returns a file. Idempotent.

        :raises ObjectStoreUnavailable: try again later.
        """

    def sha256(self) -> str:
        """Return the SHA-256 of everything kept, as 64 hexadecimal digits. Reads all of it; may `seal` first."""

    def store_as(self, key: str, *, content_type: str) -> None:
        """
        Make what is kept the object `key`. Idempotent; what is kept stays until `discard`.

        :raises ObjectStoreUnavailable: try again later.
        """

    def discard(self) -> None:
        """Forget the bytes and whoever wrote them. A stored object of a finished upload stays. Idempotent."""
