"""Names of objects. Whatever a phone or a worker says, a key that is not of this form never reaches a store."""

from __future__ import annotations

import re

_PART = r"[A-Za-z0-9_-][A-Za-z0-9._-]*"  # no empty part, and none that begins with a dot
_KEY = re.compile(rf"{_PART}(?:/{_PART})*")
MAX_KEY_CHARACTERS = 300


class UnsafeKey(ValueError):
    """A name cannot be an object's key. A mistake of ours: keys are made of ids, not of what others send."""


def checked_key(key: str) -> str:
    """
    Return `key` unchanged.

    :raises UnsafeKey: it is too long, leaves its folder (`..`), or has characters that some store treats specially.
    """
    if len(key) > MAX_KEY_CHARACTERS or not _KEY.fullmatch(key):
        raise UnsafeKey(f"{key[:80]!r} cannot name an object.")
    return key


def checked_prefix(prefix: str) -> str:
    """
    Return `prefix`, which names a folder and ends in a slash, unchanged.

    :raises UnsafeKey: no object could lie there, or it would name more than one folder.
    """
    if not prefix.endswith("/"):
        raise UnsafeKey(f"{prefix[:80]!r} does not end in a slash.")
    checked_key(prefix[:-1])
    return prefix
