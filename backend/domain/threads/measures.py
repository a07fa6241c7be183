"""
What is counted about threads, each defined here and nowhere else. Nothing of it is about a single person.

Each is a condition or an expression, for whatever query counts them.
"""

from __future__ import annotations

from datetime import datetime, timedelta

from django.db.models import Q

from backend.domain.threads.models import Thread
from backend.domain.threads.states import SOLVED_STATUSES, ThreadStatus

# A thread that a peer answered, with a suggestion. A claim is no answer, nor is a comment or a similar fault.
ANSWERED = Q(asked_at__isnull=False, first_response_at__isnull=False)

# A thread that a try has fixed, as somebody recorded with their own name; a thread that was opened again is none.
FIXED = Q(status__in=SOLVED_STATUSES, asked_at__isnull=False, fixed_at__isnull=False)

# No recurrence for 30 days: the asker said so when the 30 days were over, and nobody came back for it before.
HELD = Q(status=ThreadStatus.HELD, repeat_visits__isnull=True)

# Somebody had to ask again: see `repeat_visits`.
REPEAT_VISIT = Q(repeat_of__isnull=False)

# The asker said "this is it" of what was known already, and it stands: nobody had to answer. See `deflecting`.
DEFLECTED = Q(status=ThreadStatus.DUPLICATE, deflected_at__isnull=False)


def first_response(thread: Thread) -> timedelta | None:
    """Return how long the asker waited from asking to the first suggestion; None: there is none yet."""
    return _between(thread.asked_at, thread.first_response_at)


def time_to_verified_fix(thread: Thread) -> timedelta | None:
    """
    Return how long it took from first asking until a try had fixed it; None: it is not fixed.

    A thread that was opened again counts from its first asking to its last fix: the fault was there all the time.
    """
    return _between(thread.asked_at, thread.fixed_at)


def _between(start: datetime | None, end: datetime | None) -> timedelta | None:
    return end - start if start and end else None
