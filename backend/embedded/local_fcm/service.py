"""What the local FCM remembers and decides. Knows no HTTP; calls come from one event loop."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime

from backend.embedded.local_fcm import scripted
from backend.embedded.local_fcm.messages import Received, address_of, message_in, problem_of
from backend.embedded.local_fcm.scripted import Scripted
from backend.embedded.local_fcm.tokens import Account

KEPT = 1000


@dataclass(frozen=True)
class Order:
    """Give `answer` to what is sent to `address` (None: to anybody), `left` times (None: until told otherwise)."""

    answer: Scripted
    address: str | None = None
    left: int | None = 1
    name: str = ""


@dataclass
class LocalFcm:
    """
    One FCM. `latency_s`: before every answer. `on_accepted` hears of each message that was taken,
    `on_ordered` whenever an order was given, used or called off.
    """

    account: Account
    latency_s: float = 0.0
    kept: int = KEPT
    token_requests: int = 0
    token_answers: deque[Scripted] = field(default_factory=deque)
    orders: list[Order] = field(default_factory=list)
    on_accepted: Callable[[Received], None] = lambda _: None
    on_ordered: Callable[[], None] = lambda: None
    received: list[Received] = field(default_factory=list)  # the last `kept`
    received_count: int = 0

    def exchange(self, form: dict[str, str]) -> Scripted:
        """Answer one request to the token endpoint."""
        self.token_requests += 1
        return self.token_answers.popleft() if self.token_answers else self.account.exchange(form)

    def send(self, *, authorization: str, body: bytes) -> Scripted:
        """Answer one send request, and remember it when it was signed in."""
        if not self.account.is_signed_in(authorization):
            return scripted.UNAUTHENTICATED
        message = message_in(body)
        self.received_count += 1
        answer = self._answer(message, len(body))
        received = Received(
            message, len(body), 0 if answer.reset else answer.status, self.received_count, datetime.now(UTC)
        )
        self.received.append(received)
        del self.received[: -self.kept]
        if received.answered == 200 or answer.is_taken:
            self.on_accepted(received)
        return answer

    def _answer(self, message: scripted.Json, body_bytes: int) -> Scripted:
        if problem := problem_of(message, body_bytes=body_bytes):
            return scripted.invalid_argument(problem)
        return self._ordered_for(address_of(message)) or scripted.accepted(
            f"projects/{self.account.project}/messages/{self.received_count}"
        )

    def _ordered_for(self, address: str) -> Scripted | None:
        """Return the answer of the first order that fits, and count it."""
        for place, order in enumerate(self.orders):
            if order.address in {None, address}:
                self._count(place, order)
                self.on_ordered()
                return order.answer
        return None

    def _count(self, place: int, order: Order) -> None:
        if order.left is None:
            return
        if order.left > 1:
            self.orders[place] = replace(order, left=order.left - 1)
        else:
            del self.orders[place]
