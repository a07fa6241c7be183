"""The OAuth token of a service account: fetched once, kept until shortly before it ends, by one thread for all."""

from __future__ import annotations

import threading
from collections.abc import Mapping
from concurrent.futures import Future
from dataclasses import dataclass
from typing import Any

from google.auth.credentials import Credentials
from google.auth.exceptions import TransportError

from api_schema.ids import uuid7
from notifications.bounded_http import NoResponse, Request, post

LIMIT_S = 3.0
_PASSING = {408, 429, 500, 502, 503, 504}


class AccessToken:
    def __init__(self, credentials: Credentials) -> None:
        self._credentials = credentials
        self._lock = threading.Lock()
        self._fetch: Future[str] | None = None

    def get(self) -> str:
        """
        Return a token that lives for some minutes more. Blocks for at most about `LIMIT_S`.

        Whoever asks while it is being fetched waits for that one fetch, and shares its failure.

        :raises google.auth.exceptions.GoogleAuthError: there is none; `TransportError` when that may pass.
        """
        with self._lock:
            if self._credentials.token and self._credentials.token_state.name == "FRESH":
                return str(self._credentials.token)
            fetch, is_ours = self._fetch, self._fetch is None
            if fetch is None:
                fetch = self._fetch = Future()
        if is_ours:
            self._exchange(fetch)
        try:
            return fetch.result(LIMIT_S + 1)
        except TimeoutError as error:
            raise _no_token("it is silent") from error

    def forget(self, token: str) -> None:
        """Fetch another next time, if `token` is still the one that is kept: FCM does not know it any more."""
        with self._lock:
            if self._credentials.token == token:
                self._credentials.token = None

    def _exchange(self, fetch: Future[str]) -> None:
        try:
            self._credentials.refresh(_ask)  # type: ignore[no-untyped-call]
            outcome: str | BaseException = str(self._credentials.token)
        except BaseException as error:  # noqa: BLE001  # `fetch.result` raises it, for every thread that waits
            outcome = error
        with self._lock:
            self._fetch = None
        if isinstance(outcome, str):
            fetch.set_result(outcome)
        else:
            fetch.set_exception(outcome)


@dataclass(frozen=True)
class _TokenAnswer:
    """In google-auth's words."""

    status: int
    data: bytes
    headers: Mapping[str, str]


def _ask(*, url: str, method: str, body: bytes, headers: Mapping[str, str], **_: Any) -> _TokenAnswer:
    """
    Do what google-auth asks of a transport, within `LIMIT_S`.

    :raises TransportError: the endpoint is silent or down. As a status, google-auth would sleep and ask again itself.
    """
    assert method == "POST"
    lines = tuple(f"{name}: {value}" for name, value in headers.items())
    outcome = post(Request(uuid7(), url, lines, body, LIMIT_S))
    if isinstance(outcome, NoResponse):
        raise _no_token(outcome.detail)
    if outcome.status in _PASSING:
        raise _no_token(f"it answered {outcome.status}")
    return _TokenAnswer(outcome.status, outcome.body, {})


def _no_token(why: str) -> TransportError:
    return TransportError(f"token endpoint: {why}")  # type: ignore[no-untyped-call]
