"""Hundreds of slow phones on one process, and somebody who reads the API beside them."""

from __future__ import annotations

import asyncio
import hashlib
import time
from dataclasses import dataclass
from statistics import quantiles

from bench.upload.memory import watched
from bench.upload.sides import Ours, Side
from bench.upload.tus import Opened, open_upload, request

PHONES = 500
RATE_BYTES_PER_S = 64_000
FOR_S = 60
_ARRIVE_WITHIN_S = 10  # phones do not beat in time: neither do they begin in the same second, nor end in it
_PIECES_PER_S = 4  # what a phone's modem hands over in bursts
_READS_PER_S = 10
_IDLE_READS = 200
_READ_PATH = "/api/v1/me"
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
    reader = side.headers() if isinstance(side, Ours) else None
    idle = [_read_ms(side, reader) for _ in range(_IDLE_READS)] if reader else []
    uploads = _open_uploads(side)
    with watched(side.pid) as memory:
        errors, beside = asyncio.run(_send_and_read(side, uploads, reader))
    return SlowPhones(errors, memory.most_mb, _p95(idle), _p95(beside))


def _open_uploads(side: Side) -> list[Opened]:
    headers = [side.headers() for _ in range(10)]  # ten technicians with fifty films each
    return [
        open_upload(side, size_bytes=_FILM_BYTES, sha256=_SHA256, headers=headers[number % 10])
        for number in range(PHONES)
    ]


async def _send_and_read(side: Side, uploads: list[Opened], reader: dict[str, str] | None) -> tuple[int, list[float]]:
    reading = asyncio.create_task(_read_beside(side, reader)) if reader else None
    steps = (_ARRIVE_WITHIN_S * number / PHONES for number in range(PHONES))
    accepted = await asyncio.gather(*(_send(upload, after_s) for upload, after_s in zip(uploads, steps, strict=True)))
    return accepted.count(False), await reading if reading else []


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


async def _read_beside(side: Side, reader: dict[str, str]) -> list[float]:
    await asyncio.sleep(_ARRIVE_WITHIN_S)
    times_ms, ends_at = [], time.monotonic() + FOR_S
    while time.monotonic() < ends_at:
        times_ms.append(await asyncio.to_thread(_read_ms, side, reader))
        await asyncio.sleep(1 / _READS_PER_S)
    return times_ms


def _read_ms(side: Side, reader: dict[str, str]) -> float:
    began_at = time.monotonic()
    answer = request(side, "GET", _READ_PATH, reader)
    if answer.status != 200:
        raise SystemExit(f"{_READ_PATH} answered {answer.status}.")
    return (time.monotonic() - began_at) * 1000


def _p95(times_ms: list[float]) -> float | None:
    return round(quantiles(times_ms, n=20)[-1], 1) if times_ms else None
