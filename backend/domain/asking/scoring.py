"""
How well a peer fits a fault: every feature is a small number with a stated range; all weights are here.

Score = sum of weight * feature. Features are kept with each ask, so that the weights can be judged later.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta

from backend.domain.asking.models import VerifiedFix

FIX_HALF_LIFE = timedelta(days=180)
_SATURATION = 1.0  # one fresh fix counts as half of "knows it thoroughly", and as more than a declared skill


@dataclass(frozen=True)
class Features:
    """What is known about one peer for one fault. All 0..1."""

    fixed_same_code: float  # verified fixes on this model and code, decayed, saturating
    fixed_same_model: float  # … on this model, any code
    fixed_same_family: float  # … on this family of machines
    was_last_on_asset: float
    has_skill: float
    shares_site: float
    shares_language: float
    load: float  # asks this week as a share of the weekly budget

    def as_dict(self) -> dict[str, float]:
        return asdict(self)


WEIGHTS = Features(
    fixed_same_code=10.0,
    fixed_same_model=4.0,
    fixed_same_family=2.0,
    was_last_on_asset=2.5,
    has_skill=1.5,
    shares_site=0.5,
    shares_language=0.5,
    load=-2.0,
)


def score(features: Features) -> float:
    """Return the fit of a peer; higher is better, unit-free."""
    weights = WEIGHTS.as_dict()
    return sum(weights[name] * value for name, value in features.as_dict().items())


def decayed_evidence(fixes: Iterable[VerifiedFix], *, now: datetime) -> float:
    """Return 0..1: fixes that halve in worth every `FIX_HALF_LIFE`, summed and saturating (x / (x + 1))."""
    total: float = sum(0.5 ** ((now - fix.fixed_at) / FIX_HALF_LIFE) for fix in fixes)
    return total / (total + _SATURATION)
