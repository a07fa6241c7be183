"""
An HTTP session for the Firebase SDK in which everything one push needs shares one deadline, and nothing is retried.

The SDK's own session slept 28 s on a 429 with `Retry-After: 7`, resends silently after a read time-out, and each of
its time-outs counts anew. Here the token exchange, a second try after 401 and the send itself draw on one budget.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from concurrent.futures import Future
from contextvars import ContextVar
from threading import Thread
from typing import Any, TypeVar

import requests
from google.auth.credentials import Credentials
from google.auth.transport.requests import AuthorizedSession, Request
from requests.adapters import HTTPAdapter
from urllib3.util import Timeout

T = TypeVar("T")

# google-auth may sleep about 3 s between two tries of the token exchange, out of our reach: 6 + 3 < 10.
BUDGET_S = 6.0
LIMIT_S = 9.5
_CONNECT_S = 2.0  # per address of the host

_deadline: ContextVar[float] = ContextVar("push_deadline", default=0.0)  # in time.monotonic()


def within_budget(call: Callable[[], T]) -> T:
    """
    Return what `call` returns; its requests together take at most `BUDGET_S`, then they raise `requests.Timeout`.

    A socket's time-out stops neither a name look-up that hangs nor a server that drips bytes. So `call` has a thread
    of its own, and after `LIMIT_S` it is left to itself.

    :raises TimeoutError: `LIMIT_S` are over, and nobody knows what became of it.
    """
    future: Future[T] = Future()
    Thread(target=_run, args=(call, future), daemon=True).start()
    try:
        return future.result(LIMIT_S)
    except TimeoutError:
        raise TimeoutError(f"no answer within {LIMIT_S} s") from None


def _run(call: Callable[[], T], future: Future[T]) -> None:
    _deadline.set(time.monotonic() + BUDGET_S)  # in this thread only
    try:
        future.set_result(call())
    except BaseException as error:  # noqa: BLE001  # `future.result` raises it where it belongs
        future.set_exception(error)


class _BoundedAdapter(HTTPAdapter):
    """
    Sends each request once, within what is left of the budget.

    A request outside of a budget is refused: google-auth looks up "regional access boundaries" in a thread of its
    own, at an address that a local FCM and a closed network do not have, and goes on without them.
    """

    def __init__(self) -> None:
        super().__init__(max_retries=0)

    def send(self, request: requests.PreparedRequest, *args: Any, **kwargs: Any) -> requests.Response:
        left_s = _deadline.get() - time.monotonic()
        if left_s <= 0:
            raise requests.Timeout("the time for one push is over", request=request)
        kwargs["timeout"] = Timeout(total=left_s, connect=min(_CONNECT_S, left_s))
        return super().send(request, *args, **kwargs)


def bounded_session(credentials: Credentials) -> requests.Session:
    """Return a session that signs its requests with `credentials` and obeys `within_budget`."""
    token_session = requests.Session()
    session: requests.Session = AuthorizedSession(credentials, auth_request=Request(token_session))  # type: ignore[no-untyped-call]
    for each in (token_session, session):
        each.mount("http://", _BoundedAdapter())
        each.mount("https://", _BoundedAdapter())
    return session
