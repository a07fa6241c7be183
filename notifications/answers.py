"""
What a push service can say to one push, and what follows from it: one table.

Source: FCM v1 ErrorCode reference; docs/states/delivery.md shows the states that each verdict leads to.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from uuid import UUID


class Fault(StrEnum):
    """Why a push was not taken."""

    UNREGISTERED = "unregistered"
    BAD_REGISTRATION = "bad_registration"
    SENDER_ID_MISMATCH = "sender_id_mismatch"
    BAD_PAYLOAD = "bad_payload"
    QUOTA_EXCEEDED = "quota_exceeded"
    UNAVAILABLE = "unavailable"
    AMBIGUOUS = "ambiguous"  # a time-out or a reset: it may have arrived
    THIRD_PARTY_AUTH = "third_party_auth"  # the APNs or web-push key is broken
    CREDENTIALS = "credentials"  # our own key or project is refused
    UNKNOWN = "unknown"


class Verdict(StrEnum):
    PRUNE = "prune"  # the device is gone: forget it, unless it registered again since the send began
    REQUEUE = "requeue"  # try again later
    DEAD_LETTER = "dead_letter"  # the message is wrong: give up and alert, never prune
    ALERT = "alert"  # somebody must repair a key: alert, and try again slowly until the push's time is over


@dataclass(frozen=True)
class Rule:
    verdict: Verdict
    first_wait_s: float = 0.0  # doubles with every attempt; a Retry-After stands in its place
    pauses_all: bool = False  # nobody sends until the wait is over
    alerts_when_many: bool = False
    may_have_arrived: bool = False  # the phone may show it: to withdraw it is to take it back


RULES: dict[Fault, Rule] = {
    Fault.UNREGISTERED: Rule(Verdict.PRUNE),
    Fault.BAD_REGISTRATION: Rule(Verdict.PRUNE),
    Fault.SENDER_ID_MISMATCH: Rule(Verdict.PRUNE, alerts_when_many=True),
    Fault.BAD_PAYLOAD: Rule(Verdict.DEAD_LETTER),
    Fault.QUOTA_EXCEEDED: Rule(Verdict.REQUEUE, first_wait_s=60, pauses_all=True),
    Fault.UNAVAILABLE: Rule(Verdict.REQUEUE, first_wait_s=5),
    Fault.AMBIGUOUS: Rule(Verdict.REQUEUE, first_wait_s=2, may_have_arrived=True),
    Fault.THIRD_PARTY_AUTH: Rule(Verdict.ALERT, first_wait_s=60),
    Fault.CREDENTIALS: Rule(Verdict.ALERT, first_wait_s=60),
    Fault.UNKNOWN: Rule(Verdict.ALERT, first_wait_s=60),
}

# Only a person ends these, by repairing a key: they tell more of a push than that its time was over.
FOR_SOMEBODY_TO_REPAIR = frozenset(fault for fault, rule in RULES.items() if rule.verdict is Verdict.ALERT)

LONGEST_BACKOFF_S = 3600.0
# Doubles, too: a service that is down for an hour and says "in a second" each time would use up every attempt at once.
SHORTEST_WAIT_S = 2.0
LONGEST_RETRY_AFTER_S = 24 * 3600.0  # a push does not live longer


@dataclass(frozen=True)
class Accepted:
    message_id: str


@dataclass(frozen=True)
class Logged:
    """No push service is configured; the inbox alone serves."""


@dataclass(frozen=True)
class Refused:
    fault: Fault
    detail: str
    retry_after_s: float | None = None


@dataclass(frozen=True)
class NotOffered:
    """The push never left: the time of its batch was over, or the push service asked for a pause."""


Answer = Accepted | Logged | Refused | NotOffered


def jitter(delivery_id: UUID) -> float:
    """Return 0..1 from the id's own random bits, so that what waits together does not come back together."""
    return (delivery_id.int & 0xFFFF) / 0xFFFF


def wait_s(refused: Refused, *, attempts: int, jitter: float) -> float:
    """
    Return how long to wait before the next attempt, in seconds.

    `attempts`: those made so far, from 1. `jitter`: 0..1, adds up to a quarter; nothing is ever shortened.
    """
    if refused.retry_after_s is None:
        wait = _backoff_s(RULES[refused.fault].first_wait_s, attempts)
    else:
        wait = max(min(refused.retry_after_s, LONGEST_RETRY_AFTER_S), _backoff_s(SHORTEST_WAIT_S, attempts))
    return wait * (1 + jitter / 4)


def _backoff_s(first_wait_s: float, attempts: int) -> float:
    return min(first_wait_s * 2.0 ** (attempts - 1), LONGEST_BACKOFF_S)
