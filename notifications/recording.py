"""Write down what the push service said, and do what the table of answers demands."""

from __future__ import annotations

import logging
from datetime import datetime, timedelta
from typing import Any

from django.db import transaction

from notifications.answers import RULES, Accepted, Answer, Fault, Logged, Refused, Verdict, wait_s
from notifications.claiming import Claim, jitter
from notifications.devices import prune_registration
from notifications.models import Delivery, SendingPause
from notifications.states import DELIVERY_MOVES, DeliveryState

logger = logging.getLogger(__name__)
alerts = logging.getLogger("notifications.alerts")  # an operator must do something

MANY = 5  # pruned for the same fault within the hour

_STATE_OF_VERDICT = {
    Verdict.PRUNE: DeliveryState.FAILED,
    Verdict.REQUEUE: DeliveryState.REQUEUED,
    Verdict.DEAD_LETTER: DeliveryState.DEAD,
    Verdict.ALERT: DeliveryState.REQUEUED,
}


def record(*, claim: Claim, answer: Answer, now: datetime) -> None:
    """
    Store the answer to a claimed send, with its consequences for the device and for other sends.

    Transaction: opens its own. When the lease has lapsed and a newer attempt has the delivery, nothing changes.
    """
    with transaction.atomic(durable=True):
        match answer:
            case Accepted():
                facts = {"message_id": answer.message_id, "ended_at": now, "reason": "", "detail": ""}
                _move(claim, to=DeliveryState.ACCEPTED, **facts)
            case Logged():
                _move(claim, to=DeliveryState.LOGGED, ended_at=now)
            case Refused():
                _record_refusal(claim, answer, now)


def _record_refusal(claim: Claim, refused: Refused, now: datetime) -> None:
    rule = RULES[refused.fault]
    facts: dict[str, Any] = {"reason": refused.fault, "detail": refused.detail}
    again_at = now + timedelta(seconds=wait_s(refused, attempts=claim.attempt, jitter=jitter(claim.delivery_id)))
    to = _STATE_OF_VERDICT[rule.verdict]
    if to is DeliveryState.REQUEUED:
        facts |= {"available_at": again_at, "woken_at": None}
    else:
        facts |= {"ended_at": now}
    _move(claim, to=to, **facts)
    if rule.pauses_all:
        _pause(until=again_at)
    if rule.verdict is Verdict.PRUNE:
        prune_registration(device_id=claim.device_id, registration_id=claim.registration_id)
    _alert_if_needed(claim, refused, now)


def _move(claim: Claim, *, to: DeliveryState, **facts: Any) -> None:
    assert to in DELIVERY_MOVES[DeliveryState.SENDING]
    moved = Delivery.objects.filter(pk=claim.delivery_id, state=DeliveryState.SENDING, attempts=claim.attempt).update(
        state=to, **facts
    )
    if moved != 1:
        logger.warning("delivery %s: attempt %d came too late to say %s", claim.delivery_id, claim.attempt, to)


def _pause(*, until: datetime) -> None:
    pause, is_new = SendingPause.objects.get_or_create(channel="fcm", defaults={"until": until})
    if not is_new:
        SendingPause.objects.filter(pk=pause.pk, until__lt=until).update(until=until)


def _alert_if_needed(claim: Claim, refused: Refused, now: datetime) -> None:
    rule = RULES[refused.fault]
    if rule.verdict in {Verdict.ALERT, Verdict.DEAD_LETTER}:
        alerts.error("push refused (%s), delivery %s: %s", refused.fault, claim.delivery_id, refused.detail)
    if rule.alerts_when_many and (count := _count_recent(refused.fault, now)) >= MANY:
        alerts.error("%d devices lost to %s within an hour: does the key match the app?", count, refused.fault)


def _count_recent(fault: Fault, now: datetime) -> int:
    hour_ago = now - timedelta(hours=1)
    return Delivery.objects.filter(state=DeliveryState.FAILED, reason=fault, ended_at__gt=hour_ago).count()
