"""Write down what came back for each push, many at once, and do what the table of answers demands."""

from __future__ import annotations

import logging
from collections import defaultdict
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from django.db import connection, transaction
from django.db.models import F

from notifications.among import among
from notifications.answers import RULES, Accepted, Answer, Fault, Logged, NotOffered, Refused, Verdict, jitter, wait_s
from notifications.claiming import Claim
from notifications.devices import prune_registration
from notifications.models import Delivery, SendingPause
from notifications.retracting import retract_late
from notifications.states import DELIVERY_MOVES, DeliveryState
from notifications.waking import wake_sender_on_commit

logger = logging.getLogger(__name__)
alerts = logging.getLogger("notifications.alerts")  # an operator must do something

MANY = 5  # pruned for the same fault within the hour
_LONGEST_DETAIL = 500

_STATE_OF_VERDICT = {
    Verdict.PRUNE: DeliveryState.FAILED,
    Verdict.REQUEUE: DeliveryState.REQUEUED,
    Verdict.DEAD_LETTER: DeliveryState.DEAD,
    Verdict.ALERT: DeliveryState.REQUEUED,
}

Answered = tuple[Claim, Answer]


def record(*, claim: Claim, answer: Answer, now: datetime) -> None:
    """As `record_all`, for one."""
    record_all([(claim, answer)], now=now)


def record_all(answered: Sequence[Answered], *, now: datetime) -> None:
    """
    Store the answers to claimed sends, with their consequences for devices and for other sends.

    Transaction: opens its own. Where the lease has lapsed and a newer attempt has the delivery, nothing changes.
    """
    with transaction.atomic(durable=True):
        held = _held(answered)
        _record_accepted([(claim, answer) for claim, answer in held if isinstance(answer, Accepted)], now)
        _record_logged([claim for claim, answer in held if isinstance(answer, Logged)], now)
        _take_back([claim for claim, answer in held if isinstance(answer, NotOffered)], now)
        _record_refusals([(claim, answer) for claim, answer in held if isinstance(answer, Refused)], now)


def is_paused(*, channel: str, now: datetime) -> bool:
    """Return whether the push service asked us to be quiet, whichever process it told."""
    return SendingPause.objects.filter(channel=channel, until__gt=now).exists()


def _held(answered: Sequence[Answered]) -> list[Answered]:
    """Lock, in one order for all, and return those whose attempt is still the latest."""
    ids = [claim.delivery_id for claim, _ in answered]
    rows = Delivery.objects.filter(among(ids), state=DeliveryState.SENDING).order_by("pk").select_for_update()
    attempts = dict(rows.values_list("pk", "attempts"))
    held = [each for each in answered if attempts.get(each[0].delivery_id) == each[0].attempt]
    if len(held) < len(answered):
        logger.warning("%d answers came after the lease had lapsed", len(answered) - len(held))
    return held


def _record_accepted(accepted: Sequence[tuple[Claim, Accepted]], now: datetime) -> None:
    if not accepted:
        return
    ids = [claim.delivery_id for claim, _ in accepted]
    names = [answer.message_id for _, answer in accepted]
    with connection.cursor() as cursor:  # the ORM's bulk update writes a CASE with a branch per row
        cursor.execute(
            "UPDATE notifications_delivery SET state = %s, message_id = answer.name, ended_at = %s, reason = '',"
            " detail = '' FROM unnest(%s::uuid[], %s::text[]) AS answer(id, name)"
            " WHERE notifications_delivery.id = answer.id AND notifications_delivery.id = ANY(%s::uuid[])",
            [DeliveryState.ACCEPTED.value, now, ids, names, ids],
        )
    retract_late(delivery_ids=ids, now=now)


def _record_logged(claims: Sequence[Claim], now: datetime) -> None:
    if claims:
        ids = [claim.delivery_id for claim in claims]
        Delivery.objects.filter(pk__in=ids).update(state=DeliveryState.LOGGED, ended_at=now)


def _take_back(claims: Sequence[Claim], now: datetime) -> None:
    # It was never offered, so the attempt does not count; its number is free again, for its holder speaks here last.
    ids = [claim.delivery_id for claim in claims]
    if ids:
        Delivery.objects.filter(pk__in=ids).update(
            state=DeliveryState.REQUEUED, attempts=F("attempts") - 1, available_at=now, woken_at=now
        )
        wake_sender_on_commit(ids)


def _record_refusals(refusals: Sequence[tuple[Claim, Refused]], now: datetime) -> None:
    by_fault: dict[Fault, list[tuple[Claim, Refused]]] = defaultdict(list)
    # Devices that are gone are held in the order in which `reply_tokens` holds those that are sent to.
    for claim, refused in sorted(refusals, key=lambda one: str(one[0].device_id)):
        _record_refusal(claim, refused, now)
        by_fault[refused.fault].append((claim, refused))
    if refusals:
        retract_late(delivery_ids=[claim.delivery_id for claim, _ in refusals], now=now)
    for fault, some in by_fault.items():
        _alert_if_needed(fault, some, now)


def _record_refusal(claim: Claim, refused: Refused, now: datetime) -> None:
    rule = RULES[refused.fault]
    facts: dict[str, Any] = {"reason": refused.fault, "detail": _detail(claim, refused)}
    again_at = now + timedelta(seconds=wait_s(refused, attempts=claim.attempt, jitter=jitter(claim.delivery_id)))
    to = _STATE_OF_VERDICT[rule.verdict]
    assert to in DELIVERY_MOVES[DeliveryState.SENDING]
    if to is DeliveryState.REQUEUED:
        facts |= {"available_at": again_at, "woken_at": None}
    else:
        facts |= {"ended_at": now}
    if rule.may_have_arrived:
        facts |= {"may_have_arrived": True}
    Delivery.objects.filter(pk=claim.delivery_id).update(state=to, **facts)
    if rule.pauses_all:
        _pause(claim.channel, until=again_at)
    if rule.verdict is Verdict.PRUNE and claim.device_id and claim.registration_id:
        prune_registration(device_id=claim.device_id, registration_id=claim.registration_id, now=now)


def _detail(claim: Claim, refused: Refused) -> str:
    """Return what the push service said, without the secrets that it may quote."""
    detail = refused.detail
    for secret in (claim.push.address.value, claim.push.reply_token):
        detail = detail.replace(secret, "…") if secret else detail
    return detail[:_LONGEST_DETAIL]


def _pause(channel: str, *, until: datetime) -> None:
    pause, is_new = SendingPause.objects.get_or_create(channel=channel, defaults={"until": until})
    if not is_new:
        SendingPause.objects.filter(pk=pause.pk, until__lt=until).update(until=until)


def _alert_if_needed(fault: Fault, refusals: Sequence[tuple[Claim, Refused]], now: datetime) -> None:
    rule = RULES[fault]
    if rule.verdict in {Verdict.ALERT, Verdict.DEAD_LETTER}:
        claim, refused = refusals[0]
        more = f" and {len(refusals) - 1} more" if len(refusals) > 1 else ""
        alerts.error("push refused (%s), delivery %s%s: %s", fault, claim.delivery_id, more, _detail(claim, refused))
    if rule.alerts_when_many and (count := _count_recent(fault, now)) >= MANY:
        alerts.error("%d devices lost to %s within an hour: does the key match the app?", count, fault)


def _count_recent(fault: Fault, now: datetime) -> int:
    hour_ago = now - timedelta(hours=1)
    return Delivery.objects.filter(state=DeliveryState.FAILED, reason=fault, ended_at__gt=hour_ago).count()
