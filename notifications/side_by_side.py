"""
Several calls of a library at once, for a way whose library knows one message a call, and one deadline for all of them.

A socket's time-out stops neither a name look-up that hangs nor a server that drips bytes. So each call has a thread of
its own, and nobody waits for it longer than its batch may take.
"""

from __future__ import annotations

import logging
import time
from abc import ABC, abstractmethod
from collections import deque
from collections.abc import Callable, Iterator, Mapping
from queue import Empty, SimpleQueue
from threading import Thread
from uuid import UUID

from notifications.answers import Answer, Fault, NotOffered, Refused
from notifications.outgoing import OutgoingPush

logger = logging.getLogger(__name__)

AT_ONCE = 10
STARTS_WITHIN_S = 3.5
LIMIT_S = 9.0  # of a batch, as told to each call: what it answers then is still heard
_GRACE_S = 0.5
_TICK_S = 0.05


class SideBySideChannel(ABC):
    """A `BatchChannel` made of single calls."""

    @abstractmethod
    def offer(self, push: OutgoingPush, *, limit_s: float) -> Answer:
        """
        Offer `push` once, retrying nothing; every refusal is an `Answer`, not an exception.

        Called in a thread of its own. It should be over within `limit_s`: later nobody listens, and the push is
        offered again.
        """

    def send(self, push: OutgoingPush) -> Answer:
        """As `Channel.send`."""
        answers: dict[UUID, Answer] = {}
        for some in self.send_many({push.push_id: push}, goes_on=lambda: True):
            answers |= some
        return answers[push.push_id]

    def send_many(
        self, pushes: Mapping[UUID, OutgoingPush], *, goes_on: Callable[[], bool]
    ) -> Iterator[dict[UUID, Answer]]:
        """As `BatchChannel.send_many`."""
        return _Batch(self.offer, pushes, goes_on).run()


class _Batch:
    """Pushes on their way, and the threads that wait for what becomes of them."""

    def __init__(
        self, offer: Callable[..., Answer], pushes: Mapping[UUID, OutgoingPush], goes_on: Callable[[], bool]
    ) -> None:
        self._offer = offer
        self._pushes = pushes
        self._goes_on = goes_on
        self._waiting = deque(pushes)
        self._on_the_way: set[UUID] = set()
        self._answered: SimpleQueue[tuple[UUID, Answer]] = SimpleQueue()
        self._began = time.monotonic()

    def run(self) -> Iterator[dict[UUID, Answer]]:
        while True:
            self._start_some()
            if not self._on_the_way or self._age_s() >= LIMIT_S + _GRACE_S:
                break
            yield self._heard()
        unheard: Answer = Refused(Fault.AMBIGUOUS, f"no answer within {LIMIT_S:.0f} s")
        yield dict.fromkeys(self._on_the_way, unheard) | dict.fromkeys(self._waiting, NotOffered())

    def _start_some(self) -> None:
        while self._waiting and len(self._on_the_way) < AT_ONCE and self._may_start():
            key = self._waiting.popleft()
            self._on_the_way.add(key)
            Thread(target=self._call, args=(key, LIMIT_S - self._age_s()), daemon=True).start()

    def _may_start(self) -> bool:
        return self._age_s() < STARTS_WITHIN_S and self._goes_on()

    def _call(self, key: UUID, limit_s: float) -> None:
        try:
            answer = self._offer(self._pushes[key], limit_s=limit_s)
        except Exception as error:
            # A bug of ours, or of the library's. Its text may hold an address, so only its name is kept.
            logger.exception("a push could not be offered")
            answer = Refused(Fault.UNKNOWN, type(error).__name__)
        self._answered.put((key, answer))

    def _heard(self) -> dict[UUID, Answer]:
        """Return what came within a tick: nothing keeps the answers of the others from being written down."""
        try:
            key, answer = self._answered.get(timeout=_TICK_S)
        except Empty:
            return {}
        self._on_the_way.discard(key)
        return {key: answer}

    def _age_s(self) -> float:
        return time.monotonic() - self._began
