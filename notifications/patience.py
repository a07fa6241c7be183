"""A limit on how long a library may keep a sender, whatever it does meanwhile."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import Future
from threading import Thread
from typing import TypeVar

T = TypeVar("T")

LIMIT_S = 9.0


def within_limit(call: Callable[[], T]) -> T:
    """
    Return what `call` returns, or raise what it raises.

    A socket's time-out stops neither a name look-up that hangs nor a server that drips bytes. So `call` has a thread
    of its own, and after `LIMIT_S` it is left to itself.

    :raises TimeoutError: `LIMIT_S` are over, and nobody knows what became of it.
    """
    future: Future[T] = Future()
    Thread(target=_run, args=(call, future), daemon=True).start()
    try:
        return future.result(LIMIT_S)
    except TimeoutError:
        raise TimeoutError(f"no answer within {LIMIT_S:.0f} s") from None


def _run(call: Callable[[], T], future: Future[T]) -> None:
    try:
        future.set_result(call())
    except BaseException as error:  # noqa: BLE001  # `future.result` raises it where it belongs
        future.set_exception(error)
