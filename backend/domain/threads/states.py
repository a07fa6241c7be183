"""The life of a fault thread (docs/states/thread.md) and of a try."""

from __future__ import annotations

from enum import StrEnum


class Urgency(StrEnum):
    CUSTOMER_WAITING = "customer_waiting"
    MACHINE_DOWN = "machine_down"
    SAFETY = "safety"
    CAN_WAIT = "can_wait"


class ThreadStatus(StrEnum):
    DRAFT = "draft"
    ASKED = "asked"
    ANSWERED = "answered"
    TRYING = "trying"
    FIXED = "fixed"
    HELD = "held"
    PARKED = "parked"
    DUPLICATE = "duplicate"
    WITHDRAWN = "withdrawn"
    UNSOLVED = "unsolved"


OPEN_STATUSES = frozenset({ThreadStatus.ASKED, ThreadStatus.ANSWERED, ThreadStatus.TRYING})
SOLVED_STATUSES = frozenset({ThreadStatus.FIXED, ThreadStatus.HELD})
CLOSED_STATUSES = frozenset({ThreadStatus.DUPLICATE, ThreadStatus.WITHDRAWN, ThreadStatus.UNSOLVED})
_PUT_ASIDE = {ThreadStatus.PARKED, ThreadStatus.DUPLICATE, ThreadStatus.WITHDRAWN, ThreadStatus.UNSOLVED}

THREAD_MOVES = {
    ThreadStatus.DRAFT: frozenset({ThreadStatus.ASKED, ThreadStatus.WITHDRAWN}),
    ThreadStatus.ASKED: frozenset({ThreadStatus.ANSWERED} | _PUT_ASIDE),
    ThreadStatus.ANSWERED: frozenset({ThreadStatus.TRYING} | _PUT_ASIDE),
    ThreadStatus.TRYING: frozenset({ThreadStatus.FIXED, ThreadStatus.ANSWERED, ThreadStatus.ASKED} | _PUT_ASIDE),
    ThreadStatus.FIXED: frozenset({ThreadStatus.HELD, ThreadStatus.ASKED, ThreadStatus.ANSWERED}),
    ThreadStatus.HELD: frozenset({ThreadStatus.ASKED}),
    ThreadStatus.PARKED: frozenset({ThreadStatus.ASKED, ThreadStatus.ANSWERED}),
    ThreadStatus.DUPLICATE: frozenset({ThreadStatus.ASKED}),
    ThreadStatus.WITHDRAWN: frozenset(),
    ThreadStatus.UNSOLVED: frozenset(),
}


class TryOutcome(StrEnum):
    FIXED = "fixed"
    PARTLY = "partly"
    NO = "no"
    WORSE = "worse"
