"""
The local FCM inside the process of a test, on a real socket.

It can be told what to answer to an address: `fcm.will_answer("token-1", UNREGISTERED)`.
"""

from __future__ import annotations

import itertools
import threading
from collections.abc import Sequence
from functools import cache
from pathlib import Path
from types import TracebackType
from typing import Self

import uvicorn
from starlette.routing import BaseRoute

from backend.embedded.local_fcm.app import create_app
from backend.embedded.local_fcm.control import control_routes
from backend.embedded.local_fcm.messages import Received
from backend.embedded.local_fcm.scripted import *  # noqa: F403  # its answers are what tests order
from backend.embedded.local_fcm.scripted import Scripted
from backend.embedded.local_fcm.service import LocalFcm, Order
from backend.embedded.local_fcm.tokens import Account
from backend.embedded.local_fcm.wire import ResettableHttp
from tests.serving import address_of, listening_socket

PROJECT = "cuppa-test"


# A key takes a tenth of a second to find, so they are used again; never by two servers of one test.
_numbers = itertools.cycle(range(3))


@cache
def _account(_number: int) -> Account:
    return Account.make(PROJECT)


class FakeFcm(LocalFcm):
    """Use as a context manager. `url` is the setting FCM_URL, `write_key` makes the file for FIREBASE_CREDENTIALS."""

    def __init__(self, routes: Sequence[BaseRoute] = ()) -> None:
        super().__init__(_account(next(_numbers)))
        self._listener = listening_socket()
        self.url = address_of(self._listener)
        config = uvicorn.Config(
            create_app(self, [*control_routes(self), *routes]),
            http=ResettableHttp,
            lifespan="off",
            log_level="critical",
            timeout_graceful_shutdown=0,
            date_header=False,  # a test may say what time it is there
        )
        self._server = uvicorn.Server(config)
        self._thread = threading.Thread(target=self._server.run, kwargs={"sockets": [self._listener]})

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._server.should_exit = True
        self._thread.join()
        self._listener.close()

    @property
    def accepted(self) -> list[Received]:
        return [received for received in self.received if received.answered == 200]

    def will_answer(self, address: str, *answers: Scripted) -> None:
        """Give these answers, in order, to the next sends to `address`; after them, accept again."""
        self.orders.extend(Order(answer, address) for answer in answers)

    def write_key(self, path: Path) -> Path:
        """Write a service account key whose token exchange happens here."""
        self.account.write(path, url=self.url)
        return path
