"""
The ladder of waves as data: who is asked after how long, per urgency. Source: design, section 7.

An organisation may have its own; see `ladder_rules.py`.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum


class Audience(StrEnum):
    """Who is asked by a rung. Peers are on shift, and were not asked on this thread before."""

    FIXED_BEFORE = "fixed_before"  # fixed this model, was last on this asset, or declares the skill
    SAME_FAMILY = "same_family"  # fixed this family of machines, or declares the skill
    COMMUNITY = "community"  # the communities that answer for the machine
    FOLLOW_THE_SUN = "follow_the_sun"  # every community whose working hours are now
    DUTY_EXPERT = "duty_expert"  # named, and owns the thread from then on
    CHAMPION = "champion"  # as the duty expert: the community's
    SUPERVISOR = "supervisor"  # as the duty expert
    GAP_LIST = "gap_list"  # nobody: the ladder ends, and somebody looks after it on the next working day


PEERS = frozenset({Audience.FIXED_BEFORE, Audience.SAME_FAMILY, Audience.COMMUNITY, Audience.FOLLOW_THE_SUN})
NAMED = frozenset({Audience.DUTY_EXPERT, Audience.CHAMPION, Audience.SUPERVISOR})

EVERYBODY = 1000  # the size of a wave that takes all of its audience


@dataclass(frozen=True)
class Rung:
    """
    One wave to come. `after`: since the thread was asked.

    `at_next_shift`: when the community's next shift begins, and `after` at the latest.
    """

    after: timedelta
    size: int
    audience: Audience
    is_silent: bool = False  # told in the inbox, without a push
    at_next_shift: bool = False


def _rung(audience: Audience, size: int = 1, **after: float) -> Rung:
    return Rung(timedelta(**after), size, audience)


def _silent(**after: float) -> Rung:
    return Rung(timedelta(**after), EVERYBODY, Audience.COMMUNITY, is_silent=True)


_CUSTOMER_WAITING = (
    _rung(Audience.FIXED_BEFORE, 3),
    _rung(Audience.SAME_FAMILY, 4, minutes=5),
    _silent(minutes=15),
    _rung(Audience.DUTY_EXPERT, minutes=30),
    _rung(Audience.FOLLOW_THE_SUN, 6, minutes=60),
    _rung(Audience.GAP_LIST, hours=4),
)
_MACHINE_DOWN = (
    _rung(Audience.FIXED_BEFORE, 3),
    _rung(Audience.SAME_FAMILY, 5, minutes=2),
    _silent(minutes=4),
    _rung(Audience.DUTY_EXPERT, minutes=6),
    _rung(Audience.SUPERVISOR, minutes=15),
    _rung(Audience.GAP_LIST, hours=1),
)
_CAN_WAIT = (
    _rung(Audience.FIXED_BEFORE, 2),
    _rung(Audience.SAME_FAMILY, 4, minutes=60),
    Rung(timedelta(hours=23), EVERYBODY, Audience.COMMUNITY, is_silent=True, at_next_shift=True),
    _rung(Audience.CHAMPION, days=1),
    _rung(Audience.GAP_LIST, days=3),
)

LADDERS: dict[str, tuple[Rung, ...]] = {
    "customer_waiting": _CUSTOMER_WAITING,
    "machine_down": _MACHINE_DOWN,
    "safety": _MACHINE_DOWN,
    "can_wait": _CAN_WAIT,
}

CLAIM_HOLDS = timedelta(minutes=10)
BUSY_FOR = timedelta(hours=1)
