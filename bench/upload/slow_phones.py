"""Hundreds of slow phones on one process, and somebody who reads the API beside them."""

from __future__ import annotations

import asyncio
import hashlib
import time
from dataclasses import dataclass
from functools import partial

from bench.upload.api_reader import api_reader, p95_ms
from bench.upload.memory import watched
from bench.upload.sides import Ours, Side
from bench.upload.tus import Opened, open_upload

PHONES = 500
RATE_BYTES_PER_S = 64_000
FOR_S = 60
_ARRIVE_WITHIN_S = 10  # phones do not beat in time: neither do they begin in the same second, nor end in it
_PIECES_PER_S = 4  # what a phone's modem hands over in bursts
_IDLE_S = 20
_FILM_BYTES = RATE_BYTES_PER_S * (_ARRIVE_WITHIN_S + FOR_S)
_FILM = (b"\x00\x00\x00\x18ftypmp42" + bytes(range(256)) * RATE_BYTES_PER_S)[:_FILM_BYTES]
_SHA256 = hashlib.sha256(_FILM).hexdigest()


@dataclass(frozen=True)
class SlowPhones:
    """What was seen. Times in ms; None where there is no API to read."""

    errors: int
    most_mb: float
    idle_p95_ms: float | None
    beside_p95_ms: float | None

    @property
    def slowdown(self) -> float | None:
        """How much longer a read takes beside the phones."""
        if self.idle_p95_ms is None or self.beside_p95_ms is None:
            return None
        return round(self.beside_p95_ms / self.idle_p95_ms, 2)


def measure_slow_phones(side: Side) -> SlowPhones:
    """
    Send from `PHONES` phones at `RATE_BYTES_PER_S`, and read the API during the `FOR_S` seconds when all of them send.

    Each film is sent to its end: a phone that gets no 204 there is an error.
    """
    uploads = _open_uploads(side)
    with watched(side.pid) as memory, api_reader() as reader:
        idle, beside = None, None
        if isinstance(side, Ours):
            read = partial(reader.submit, p95_ms, side.port, side.headers())
            idle = read(after_s=0, for_s=_IDLE_S).result()
            beside = read(after_s=_ARRIVE_WITHIN_S, for_s=FOR_S)
        errors = asyncio.run(_send_all(uploads))
    return SlowPhones(errors, memory.most_mb, idle, beside.result() if beside else None)


def _open_uploads(side: Side) -> list[Opened]:
    headers = [side.headers() for _ in range(10)]  # ten technicians with fifty films each
    return [
        open_upload(side, size_bytes=_FILM_BYTES, sha256=_SHA256, headers=headers[number % 10])
        for number in range(PHONES)
    ]


async def _send_all(uploads: list[Opened]) -> int:
    """Send every film; return how many were not accepted."""
    steps = (_ARRIVE_WITHIN_S * number / PHONES for number in range(PHONES))
    accepted = await asyncio.gather(*(_send(upload, after_s) for upload, after_s in zip(uploads, steps, strict=True)))
    return accepted.count(False)


async def _send(upload: Opened, starts_after_s: float) -> bool:
    """Send one film at the pace of a slow phone; return whether it was accepted."""
    await asyncio.sleep(starts_after_s)
    incoming, outgoing = await asyncio.open_connection("127.0.0.1", upload.side.port)
    try:
        outgoing.write(upload.patch_request(offset=0, body_bytes=len(_FILM)))
        await _trickle(outgoing)
        return (await incoming.readline()).split(b" ")[1:2] == [b"204"]
    except OSError:
        return False
    finally:
        outgoing.close()


async def _trickle(outgoing: asyncio.StreamWriter) -> None:
    piece_bytes = RATE_BYTES_PER_S // _PIECES_PER_S
    began_at = time.monotonic()
    for number, begin in enumerate(range(0, len(_FILM), piece_bytes)):
        await asyncio.sleep(max(0, began_at + number / _PIECES_PER_S - time.monotonic()))
        outgoing.write(_FILM[begin : begin + piece_bytes])
        await outgoing.drain()
