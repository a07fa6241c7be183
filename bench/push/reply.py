"""
A reply from a lock screen, at the server, over HTTP to the real web process: 600 of them at five a second, as a large
organisation's busiest minutes have it; then 1,400 more as fast as four phones can, to show what is left of it then.

Of the three people of each wave one claims, one passes, and then all of them answer, one twice: the first answer moves
the thread, stops the asking, tells the asker and makes the words findable. Beside it stands the same server's
`GET /healthz`, which asks the database one thing: what a request costs at all.
"""

from __future__ import annotations

import math
import os
import time
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from statistics import quantiles

import httpx

from api_schema.ids import uuid7
from bench.figures import Figure
from bench.throw_away_backend import empty_backend
from bench.upload.sides import ours

STEADY, PER_SECOND = 600, 5.0
AT_ONCE, IN_FLIGHT = 1_400, 4
_MOST_PHONES = 32
_WARM_UP = 60
_SAID = ((0, "claim"), (1, "pass"), (0, "answer"), (2, "answer"), (1, "answer"), (2, "answer"))  # who of a wave, what
_WAVES_AT_ONCE = 20  # so that no two replies in flight are about one thread


@dataclass(frozen=True)
class Timed:
    action: str
    seconds: float


def measure() -> dict[str, Figure]:
    """Return `reply_p99_s` and `reply_busy_p99_s`, each beside the same percentile of a request that does nothing."""
    os.environ["LOG_LEVEL"] = "WARNING"
    with empty_backend():
        from bench.push.lock_screens import notify  # noqa: PLC0415  # needs Django set up

        replies = _replies(notify(wave_count=math.ceil((_WARM_UP + STEADY + AT_ONCE) / len(_SAID))))
        with ours() as web, httpx.Client(base_url=f"http://127.0.0.1:{web.port}", trust_env=False) as http:
            _at_once(replies[:_WARM_UP], lambda reply: _send(http, reply))
            steady = _steadily(replies[_WARM_UP : _WARM_UP + STEADY], lambda reply: _send(http, reply))
            busy = _at_once(replies[_WARM_UP + STEADY :], lambda reply: _send(http, reply))
            bare_steady = _steadily(replies[: STEADY // 4], lambda _: _look(http))
            bare_busy = _at_once(replies[:AT_ONCE], lambda _: _look(http))
    _print(f"{PER_SECOND:.0f} a second", steady, bare_steady)
    _print(f"{IN_FLIGHT} in flight", busy, bare_busy)
    return {
        "reply_p99_s": _figure("reply_p99_s", "s, bar 0.15", steady, bare_steady),
        "reply_busy_p99_s": _figure("reply_busy_p99_s", f"s, {IN_FLIGHT} in flight", busy, bare_busy),
    }


def _figure(name: str, unit: str, timed: list[Timed], bare: list[Timed]) -> Figure:
    (p50, p99), (bare_p50, bare_p99) = percentiles(timed), percentiles(bare)
    spread = f"{len(timed)} replies; p50 {p50:.4f}, of a bare request {bare_p50:.4f}"
    return Figure(name, unit, round(p99, 4), round(bare_p99, 4), round(p99 / bare_p99, 2), spread)


def percentiles(timed: Sequence[Timed]) -> tuple[float, float]:
    """Return p50 and p99, in seconds."""
    cut = quantiles([each.seconds for each in timed], n=100, method="inclusive")
    return cut[49], cut[98]


def _replies(waves: list[list[str]]) -> list[dict[str, str]]:
    return [
        _reply(wave[who], action)
        for first in range(0, len(waves), _WAVES_AT_ONCE)
        for who, action in _SAID
        for wave in waves[first : first + _WAVES_AT_ONCE]
    ]


def _reply(token: str, action: str) -> dict[str, str]:
    words = {"text": "Bleed the air from the evaporator circuit, then reset E4."} if action == "answer" else {}
    return {"id": str(uuid7()), "token": token, "action": action, **words}


def _at_once(replies: list[dict[str, str]], send: Callable[[dict[str, str]], Timed]) -> list[Timed]:
    with ThreadPoolExecutor(IN_FLIGHT) as phones:
        return list(phones.map(send, replies))


def _steadily(replies: list[dict[str, str]], send: Callable[[dict[str, str]], Timed]) -> list[Timed]:
    """Send the n-th at n ÷ `PER_SECOND` seconds, whatever the others take."""
    began = time.monotonic()
    with ThreadPoolExecutor(_MOST_PHONES) as phones:
        sent = []
        for number, reply in enumerate(replies):
            time.sleep(max(0.0, began + number / PER_SECOND - time.monotonic()))
            sent.append(phones.submit(send, reply))
        return [each.result() for each in sent]


def _send(http: httpx.Client, reply: dict[str, str]) -> Timed:
    began = time.perf_counter()
    answer = http.post("/api/v1/replies", json=reply)
    took = time.perf_counter() - began
    assert answer.status_code == 201, answer.text
    return Timed(reply["action"], took)


def _look(http: httpx.Client) -> Timed:
    began = time.perf_counter()
    http.get("/healthz").raise_for_status()
    return Timed("bare request", time.perf_counter() - began)


def _print(how: str, timed: list[Timed], bare: list[Timed]) -> None:
    for action in dict.fromkeys(each.action for each in timed):
        _print_line(how, [each for each in timed if each.action == action])
    _print_line(how, bare)


def _print_line(how: str, timed: list[Timed]) -> None:
    p50, p99 = percentiles(timed)
    print(f"  {how:12}{timed[0].action:14}{len(timed):6}   p50 {p50 * 1000:7.1f} ms   p99 {p99 * 1000:7.1f} ms")
