"""Somebody who reads the API, in a process of their own: what they wait for is the server, not the senders."""

from __future__ import annotations

import http.client
import time
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context
from statistics import quantiles

_PATH = "/api/v1/me"
_READS_PER_S = 10


def api_reader() -> ProcessPoolExecutor:
    """Return the process; submit `p95_ms` to it."""
    return ProcessPoolExecutor(1, mp_context=get_context("spawn"))


def p95_ms(port: int, headers: dict[str, str], *, after_s: float, for_s: float) -> float:
    """Return what 19 of 20 reads stay below, each on a connection of its own."""
    time.sleep(after_s)
    times_ms, ends_at = [], time.monotonic() + for_s
    while time.monotonic() < ends_at:
        times_ms.append(_read_ms(port, headers))
        time.sleep(1 / _READS_PER_S)
    return round(quantiles(times_ms, n=20)[-1], 1)


def _read_ms(port: int, headers: dict[str, str]) -> float:
    began_at = time.monotonic()
    link = http.client.HTTPConnection("127.0.0.1", port, timeout=30)
    try:
        link.request("GET", _PATH, headers=headers)
        answer = link.getresponse()
        answer.read()
    finally:
        link.close()
    if answer.status != http.client.OK:
        raise RuntimeError(f"{_PATH} answered {answer.status}.")
    return (time.monotonic() - began_at) * 1000
