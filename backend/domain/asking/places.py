"""
The places of a wave: whoever declines, or can be reached no more, frees one; the next best takes it while the wave is
the latest.

A button pressed after two minutes says as much as a silence of five. docs/asking.md tells what the month gained
by this, together with the weights that came with it.
"""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime
from uuid import UUID

from django.db.models import Q, QuerySet

from backend.domain import tenancy
from backend.domain.asking.ladder import PEERS, Audience
from backend.domain.asking.models import DECLINED, Ask, AskRound, AskStatus, Wave, WaveStatus
from backend.domain.asking.operations import live_asks
from backend.domain.asking.planning import bring_next_wave_forward, waiting_waves

_MOST_TIMES = 2  # its size: who says "not me" again and again is no reason to go through everybody


def latest_wave(round_: AskRound) -> Wave | None:
    """Return the wave that fired last."""
    waves = tenancy.within_organisation(round_.organisation_id, Wave).filter(round=round_, status=WaveStatus.FIRED)
    return waves.order_by("-number").first()


def has_places(wave: Wave) -> bool:
    """Return whether it asks peers with a push."""
    return wave.audience in PEERS and not wave.is_silent


def vacant_places(wave: Wave, *, lost: Collection[UUID]) -> int:
    """
    Return how many may be asked in the place of those who declined or are `lost`, 0 when nobody did and is.

    `lost`: people whom nothing reaches any more. Whoever was referred to has taken the place of the one who named
    them, if a push reached them. A wave asks twice its size at the most.
    """
    asks = tenancy.within_organisation(wave.organisation_id, Ask).filter(wave=wave, is_silent=False)
    answers = list(asks.values_list("person_id", "status"))
    gone_count = sum(status in DECLINED or person_id in lost for person_id, status in answers)
    if not gone_count:
        return 0
    waiting_count = len(answers) - gone_count
    return max(0, min(wave.size - waiting_count, wave.size * _MOST_TIMES - len(answers)))


def asks_waited_for(round_: AskRound) -> QuerySet[Ask]:
    """Return the live asks that the ladder waits for; not those of whom no push of their wave reached."""
    return live_asks(round_).filter(Q(is_silent=False) | Q(wave__is_silent=True))


def unanswered_pushes(round_: AskRound) -> QuerySet[Ask]:
    """Return the asks that a push told of, and that nobody has said anything to."""
    return live_asks(round_).filter(is_silent=False, status=AskStatus.ASKED)


def let_next_wave_come(round_: AskRound, *, now: datetime) -> bool:
    """
    Make the next wave due now. Return whether it is: whoever was asked keeps their time before the ladder ends.

    Transaction: joins the caller's; appends `wave.due`.
    """
    following = waiting_waves(round_).first()
    if following is None or (following.audience == Audience.GAP_LIST and live_asks(round_).exists()):
        return False
    bring_next_wave_forward(round_, now=now)
    return True
