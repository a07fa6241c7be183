"""The SHA-256 of an object, read as a stream."""

from __future__ import annotations

import hashlib

from backend.integrations.object_store import object_store
from backend.integrations.s3_client import reachable

_BLOCK_BYTES = 1024**2


def sha256_of(key: str) -> str:
    """
    Return the SHA-256 of the object `key` as 64 hexadecimal digits. Reads all of it; memory does not grow with it.

    :raises FileNotFoundError: there is none.
    :raises ObjectStoreUnavailable: it cannot be read, or not to its end.
    """
    digest = hashlib.sha256()
    with reachable(), object_store().open(key) as stream:
        while block := stream.read(_BLOCK_BYTES):
            digest.update(block)
    return digest.hexdigest()
