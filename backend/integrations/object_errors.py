"""What can go wrong with any object store."""

from __future__ import annotations

import errno

# EFBIG and EDQUOT: a limit of the file system or of the account; to a phone they are the same full disk.
_DISK_FULL = {errno.ENOSPC, errno.EDQUOT, errno.EFBIG}


class ObjectStoreUnavailable(Exception):
    """The store does not answer, or answers that it cannot now. The same call may succeed later."""


class MultipartGone(Exception):
    """A multipart upload was put together or given up already, by us or by the bucket's own rules."""


class PartsRefused(Exception):
    """The store does not put these parts together: one is missing, is not what it was, or is too small."""


def is_disk_full(error: BaseException) -> bool:
    """Return whether `error` says that a disk takes no more."""
    return isinstance(error, OSError) and error.errno in _DISK_FULL
