"""What a link that drops again and again costs: how many bytes are sent until the whole file has arrived."""

from __future__ import annotations

import hashlib
import os
import socket
import struct
import time

from bench.upload.sides import Side
from bench.upload.tus import Opened, open_upload

FILE_BYTES = 100_000_000
_DROPS_EVERY_BYTES = 2_000_000
_RATE_BYTES_PER_S = 20_000_000  # a very good phone link; faster, and the socket buffers of loopback are the measure
_PIECE_BYTES = 16_384


def measure_dropped_link(side: Side) -> float:
    """
    Return the bytes sent ÷ the size of the file.

    Every 2 MB the connection is reset in the middle of a PATCH that promised the whole rest; the phone then asks
    where the upload stands and goes on from there.
    """
    content = b"\x00\x00\x00\x18ftypmp42" + os.urandom(FILE_BYTES - 12)
    sha256 = hashlib.sha256(content).hexdigest()
    upload = open_upload(side, size_bytes=FILE_BYTES, sha256=sha256, headers=side.headers())
    sent_bytes = 0
    while (offset := upload.head()) < FILE_BYTES:
        sent_bytes += _send_until_drop(upload, memoryview(content)[offset:], offset=offset)
    return sent_bytes / FILE_BYTES


def _send_until_drop(upload: Opened, rest: memoryview, *, offset: int) -> int:
    """Send up to 2 MB of the rest at the pace of a phone; return how much was sent."""
    with socket.create_connection(("127.0.0.1", upload.side.port)) as link:
        link.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        link.sendall(upload.patch_request(offset=offset, body_bytes=len(rest)))
        before_drop = rest[:_DROPS_EVERY_BYTES]
        began_at = time.monotonic()
        for begin in range(0, len(before_drop), _PIECE_BYTES):
            link.sendall(before_drop[begin : begin + _PIECE_BYTES])
            time.sleep(max(0, began_at + begin / _RATE_BYTES_PER_S - time.monotonic()))
        if len(before_drop) == len(rest):
            link.recv(65_536)  # the last piece: its answer comes
        else:
            link.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))  # a reset, no goodbye
    return len(before_drop)
