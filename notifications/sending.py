"""Send deliveries in batches when woken, and sweep up those whose wake-up was lost."""

from __future__ import annotations

import time
from collections import defaultdict
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from datetime import datetime, timedelta
from uuid import UUID

from django.db import transaction
from django.db.models import Q

from notifications.among import among
from notifications.answers import RULES, Answer, NotOffered, Refused
from notifications.channels import channel_for
from notifications.claiming import Claim, claim_all
from notifications.lanes import lane
from notifications.models import ChannelName, Delivery
from notifications.outgoing import BatchChannel, Channel, OutgoingPush
from notifications.recording import is_paused, record_all
from notifications.states import FINAL, UNSENT
from notifications.waking import wake_sender_on_commit

WAKE_AGAIN_AFTER = timedelta(seconds=15)

# Answers are written down together, but none waits for long: what a killed sender has not written is sent again.
_WRITE_AFTER_S = 0.05
_WRITE_AT_ONCE = 200

_LOOKS_FOR_PAUSE_EVERY_S = 0.25  # another process may have been told to be quiet


def send_delivery(*, delivery_id: UUID, now: datetime) -> None:
    """As `send_deliveries`, a batch of one."""
    send_deliveries(delivery_ids=[delivery_id], now=now)


def send_deliveries(*, delivery_ids: Collection[UUID], now: datetime) -> None:
    """
    Send those of the deliveries that are still to be sent and that nobody else is sending.

    Blocks for at most 10 s: it sends what goes one way, push before the others, and wakes a sender for each other way.
    What could not start in time goes back, and a sender is woken for it; the sweep wakes one for what found the lane
    of its way taken (`lanes`). No database transaction is open while the network is used.
    Idempotent: may be called at any time, twice or at once. A sender that dies in between loses nothing: the lease
    lapses and the same push, with the same collapse id, goes out again.
    """
    ids_by_channel: dict[str, list[UUID]] = defaultdict(list)
    for delivery_id, channel in Delivery.objects.filter(among(delivery_ids)).values_list("pk", "channel"):
        ids_by_channel[channel].append(delivery_id)
    channels = [channel for channel in ChannelName if channel in ids_by_channel]
    for channel in channels[1:]:
        wake_sender_on_commit(ids_by_channel[channel])
    for channel in channels[:1]:
        _send(channel, ids_by_channel[channel], now)


def _send(channel: str, delivery_ids: Collection[UUID], now: datetime) -> None:
    began = time.monotonic()

    def clock() -> datetime:
        return now + timedelta(seconds=time.monotonic() - began)

    with lane(channel) as is_free:
        if is_free:
            _Batch(channel, claim_all(delivery_ids=delivery_ids, channel=channel, now=now), clock).send()
        else:
            # As if no sender had been woken: the sweep finds them.
            Delivery.objects.filter(among(delivery_ids), state__in=list(UNSENT)).update(woken_at=None)


def send_due_deliveries(*, now: datetime, limit: int) -> int:
    """
    Wake senders for up to `limit` deliveries that wait longer than they should, the oldest first; return how many.

    Those are: requeued and due, held under a lapsed lease, or created with a wake-up that never arrived.
    Transaction: opens its own. Sweeps that run at once take different deliveries.
    """
    with transaction.atomic(durable=True):
        due = (
            Delivery.objects.exclude(state__in=list(FINAL))
            .filter(Q(woken_at=None) | Q(woken_at__lte=now - WAKE_AGAIN_AFTER), available_at__lte=now)
            .order_by("available_at")
            .select_for_update(skip_locked=True)
        )
        found = list(due.values_list("pk", flat=True)[:limit])
        Delivery.objects.filter(pk__in=found).update(woken_at=now)
        wake_sender_on_commit(found)
    return len(found)


class _Batch:
    """Claimed deliveries of one channel, and the answers to them that are not written down yet."""

    def __init__(self, name: str, claims: Sequence[Claim], clock: Callable[[], datetime]) -> None:
        self._name = name
        self._channel = channel_for(name) if claims else None
        self._claims = {claim.delivery_id: claim for claim in claims}
        self._clock = clock
        self._unwritten: dict[UUID, Answer] = {}
        self._oldest_at = 0.0
        self._looked_at = time.monotonic()  # the claims looked for a pause
        self._may_start = True

    def send(self) -> None:
        if self._channel is None:
            return
        write_after_s = _WRITE_AFTER_S if isinstance(self._channel, BatchChannel) else 0.0
        pushes = {key: claim.push for key, claim in self._claims.items()}
        for answers in _offer(self._channel, pushes, lambda: self._may_start):
            self._hear(answers)
            if self._is_time_to_write(write_after_s):
                self._write()
        if self._unwritten:
            self._write()

    def _hear(self, answers: Mapping[UUID, Answer]) -> None:
        if answers and not self._unwritten:
            self._oldest_at = time.monotonic()
        self._unwritten |= answers
        if any(isinstance(answer, Refused) and RULES[answer.fault].pauses_all for answer in answers.values()):
            self._may_start = False

    def _is_time_to_write(self, after_s: float) -> bool:
        waited_s = time.monotonic() - self._oldest_at
        return bool(self._unwritten) and (waited_s >= after_s or len(self._unwritten) >= _WRITE_AT_ONCE)

    def _write(self) -> None:
        answered = [(self._claims[key], answer) for key, answer in self._unwritten.items()]
        self._unwritten = {}
        record_all(answered, now=self._clock())
        if time.monotonic() - self._looked_at >= _LOOKS_FOR_PAUSE_EVERY_S:
            self._looked_at = time.monotonic()
            self._may_start = self._may_start and not is_paused(channel=self._name, now=self._clock())


def _offer(
    channel: Channel, pushes: Mapping[UUID, OutgoingPush], goes_on: Callable[[], bool]
) -> Iterator[Mapping[UUID, Answer]]:
    if isinstance(channel, BatchChannel):
        return channel.send_many(pushes, goes_on=goes_on)
    return _one_by_one(channel, pushes, goes_on)


def _one_by_one(
    channel: Channel, pushes: Mapping[UUID, OutgoingPush], goes_on: Callable[[], bool]
) -> Iterator[Mapping[UUID, Answer]]:
    for key, push in pushes.items():
        yield {key: channel.send(push) if goes_on() else NotOffered()}
