"""
The ladder of waves as data: who is asked after how long, per urgency. Source: design, section 7.

Rungs 4 and 5 (duty expert, follow the sun) need named duty and communities; they come with those.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum


class Audience(StrEnum):
    """Who may be asked by a rung. Always: on shift, within budget, not asked before in this round."""

    FIXED_BEFORE = "fixed_before"  # fixed this before, or was last on this asset, else same family
    SAME_FAMILY = "same_family"  # fixed this family of machines, or declares the skill
    COMMUNITY = "community"  # everybody else


@dataclass(frozen=True)
class Rung:
    after: timedelta
    size: int
    audience: Audience


_EVERYBODY = 1000

LADDERS: dict[str, tuple[Rung, ...]] = {
    "customer_waiting": (
        Rung(timedelta(0), 3, Audience.FIXED_BEFORE),
        Rung(timedelta(minutes=5), 4, Audience.SAME_FAMILY),
        Rung(timedelta(minutes=15), _EVERYBODY, Audience.COMMUNITY),
    ),
    "machine_down": (
        Rung(timedelta(0), 3, Audience.FIXED_BEFORE),
        Rung(timedelta(minutes=2), 5, Audience.SAME_FAMILY),
        Rung(timedelta(minutes=4), _EVERYBODY, Audience.COMMUNITY),
    ),
    "can_wait": (
        Rung(timedelta(0), 2, Audience.FIXED_BEFORE),
        Rung(timedelta(minutes=60), 4, Audience.SAME_FAMILY),
        Rung(timedelta(hours=12), _EVERYBODY, Audience.COMMUNITY),
    ),
}
LADDERS["safety"] = LADDERS["machine_down"]

CLAIM_HOLDS = timedelta(minutes=10)
AFTER_LAST_RUNG = timedelta(minutes=15)  # then the thread is due: its owner, the asker, decides how to go on
