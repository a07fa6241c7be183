"""
The places of a wave: whoever declines frees one, and the next best takes it while the wave is the latest.

A button pressed after two minutes says as much as a silence of five. docs/asking.md tells what the month gained
by this, together with the weights that came with it.
"""

from __future__ import annotations

from backend.domain import tenancy
from backend.domain.asking.ladder import PEERS
from backend.domain.asking.models import DECLINED, Ask, AskRound, AskStatus, Wave, WaveStatus

_MOST_TIMES = 2  # its size: who says "not me" again and again is no reason to go through everybody


def latest_wave_of_peers(round_: AskRound) -> Wave | None:
    """Return the wave that fired last, if it asks peers with a push."""
    waves = tenancy.within_organisation(round_.organisation_id, Wave).filter(round=round_, status=WaveStatus.FIRED)
    latest = waves.order_by("-number").first()
    return latest if latest is not None and latest.audience in PEERS and not latest.is_silent else None


def vacant_places(wave: Wave) -> int:
    """
    Return how many may be asked in the place of those who declined, 0 when nobody did.

    Whoever was referred to has taken the place of the one who named them. A wave asks twice its size at the most.
    """
    asks = tenancy.within_organisation(wave.organisation_id, Ask).filter(wave=wave, is_silent=False)
    statuses = list(asks.values_list("status", flat=True))
    if not DECLINED.intersection(map(AskStatus, statuses)):
        return 0
    waiting = sum(status not in DECLINED for status in statuses)
    return max(0, min(wave.size - waiting, wave.size * _MOST_TIMES - len(statuses)))
