"""Asking over HTTP at a steady rate, whatever the answers take."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from itertools import cycle, islice
from typing import TYPE_CHECKING

import httpx

from api_schema.ids import uuid7

if TYPE_CHECKING:  # which needs Django set up
    from bench.push.crowd import Crowd

_AT_ONCE = 8


def ask_steadily(url: str, crowd: Crowd, *, count: int, per_second: float) -> list[str]:
    """Ask `count` questions, the n-th at n ÷ `per_second` seconds, and return their threads' ids once all are in."""
    began = time.monotonic()
    with (
        httpx.Client(base_url=url, timeout=60, trust_env=False) as http,
        ThreadPoolExecutor(_AT_ONCE) as askers,
    ):
        asked = []
        for number, (token, asset_id) in enumerate(islice(_turns(crowd), count)):
            threading.Event().wait(max(0.0, began + number / per_second - time.monotonic()))
            asked.append(askers.submit(_ask, http, token, asset_id, number))
        return [each.result() for each in asked]


def _turns(crowd: Crowd) -> Iterator[tuple[str, str]]:
    return zip(cycle(crowd.asker_tokens), cycle(map(str, crowd.asset_ids)), strict=False)


def _ask(http: httpx.Client, token: str, asset_id: str, number: int) -> str:
    thread_id = str(uuid7())
    body = {
        "id": thread_id,
        "asset_id": asset_id,
        "title": f"Chiller {number} will not start, display shows E4",
        "description": "The water pump is running. Off and on again changes nothing.",
        "fault_code": "E4",
    }
    headers = {"X-Session-Token": token, "Idempotency-Key": thread_id}
    http.post("/api/v1/threads", json=body, headers=headers).raise_for_status()
    return thread_id
