"""Sending a request again while the other side is away."""

from __future__ import annotations

import random
import time
from collections.abc import Callable
from dataclasses import dataclass

import httpx


class Unreachable(Exception):
    """The other side did not answer, or only with server errors, for as long as we were willing to wait."""


@dataclass(frozen=True)
class RetryPolicy:
    """Waits double from `first_wait_s` to `longest_wait_s`, each with jitter; after `attempts` it is over."""

    attempts: int = 12
    first_wait_s: float = 0.2
    longest_wait_s: float = 8.0

    def send(self, request: Callable[[], httpx.Response]) -> httpx.Response:
        """
        Return the first answer that is neither a network error nor a 5xx or 429.

        Only for requests that may be repeated. A restart of the other side within 30 s goes unnoticed.

        :raises Unreachable: every attempt failed.
        """
        reason = ""
        for attempt in range(self.attempts):
            if attempt:
                time.sleep(self._wait_s(attempt))  # backing off is the point: the other side is starting again
            try:
                response = request()
            except httpx.TransportError as error:
                reason = type(error).__name__
                continue
            if response.status_code < 500 and response.status_code != 429:
                return response
            reason = f"status {response.status_code}"
        raise Unreachable(f"no usable answer in {self.attempts} attempts, the last: {reason}")

    def _wait_s(self, attempt: int) -> float:
        longest_s: float = min(self.first_wait_s * 2 ** (attempt - 1), self.longest_wait_s)
        return longest_s * random.uniform(0.5, 1.0)  # noqa: S311 - spreads retries, guards nothing
