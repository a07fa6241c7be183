"""How long a phone that is back waits to hear where its upload stands, while its old request is still half-open."""

from __future__ import annotations

import socket
import time

from bench.upload.sides import Side
from bench.upload.tus import open_upload

_SIZE_BYTES = 10_000_000
_SENT_BYTES = 1_000_000


def measure_half_open_head(side: Side) -> float:
    """Return the seconds from the new HEAD to its answer; the old PATCH is open and silent meanwhile."""
    upload = open_upload(side, size_bytes=_SIZE_BYTES, sha256="0" * 64, headers=side.headers())
    with socket.create_connection(("127.0.0.1", side.port)) as half_open:
        half_open.sendall(upload.patch_request(offset=0, body_bytes=_SIZE_BYTES) + bytes(_SENT_BYTES))
        time.sleep(1)  # the server has taken everything up by now and waits for more
        began_at = time.monotonic()
        upload.head()
        return time.monotonic() - began_at
