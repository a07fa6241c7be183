"""
How well a peer fits a fault: every feature is a small number with a stated range; all weights are here.

Score = sum of weight * feature, unit-free. Features are kept with each ask, so that the weights can be judged later.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from backend.domain.asking.models import VerifiedFix

FIX_HALF_LIFE = timedelta(days=180)
_SATURATION = 1.0  # one fresh fix counts as half of "knows it thoroughly", and as more than a declared skill
_PRIOR_SHARE = 0.5  # of asks answered, of somebody who was never asked
_PRIOR_WEIGHT = 4.0  # in asks: two answers of two move it to 0.67, twenty of twenty to 0.92


@dataclass(frozen=True)
class Features:
    """What is known about one peer for one fault. All 0..1."""

    fixed_same_code: float  # verified fixes on this model and code, decayed, saturating
    fixed_same_model: float  # … on this model, any code
    fixed_same_family: float  # … on this family of machines
    advice_confirmed: float  # … on this family, by others who tried what they advised
    referred_to: float  # colleagues who said "ask …" about this family, saturating
    was_last_on_asset: float
    has_skill: float
    is_certified: float
    responsiveness: float  # share of past asks at about this hour that they answered, smoothed
    shares_site: float
    shares_language: float
    load: float  # asks this week as a share of the weekly budget
    not_my_kit: float  # how often they said so about this family, saturating

    def as_dict(self) -> dict[str, float]:
        return dict(vars(self))


WEIGHTS = Features(
    fixed_same_code=10.0,
    fixed_same_model=4.0,
    fixed_same_family=2.0,
    # On top of the fix itself. Own hands prove knowledge; advice that worked proves that it can be told, too.
    advice_confirmed=1.0,
    referred_to=1.5,
    was_last_on_asset=2.5,
    has_skill=1.5,
    is_certified=1.0,
    responsiveness=6.0,  # from never to always: as much as a fresh fix of the same model
    shares_site=0.5,
    shares_language=0.5,
    load=-4.0,  # a week's whole budget weighs as much as knowing the model thoroughly
    not_my_kit=-4.0,  # one takes back what a declared skill says
)


def score(features: Features) -> float:
    """Return the fit of a peer; higher is better, unit-free."""
    weights = WEIGHTS.as_dict()
    return sum(weights[name] * value for name, value in features.as_dict().items())


def decayed_evidence(fixes: Iterable[VerifiedFix], *, now: datetime) -> float:
    """Return 0..1: fixes that halve in worth every `FIX_HALF_LIFE`, summed and saturating."""
    return saturating(sum(0.5 ** ((now - fix.fixed_at) / FIX_HALF_LIFE) for fix in fixes))


def saturating(count: float) -> float:
    """Return 0..1: x / (x + 1); the first says most. `count`: 0 or more."""
    return count / (count + _SATURATION)


def responsiveness(*, answered_count: int, asked_count: int) -> float:
    """Return 0..1: the share of asks that somebody answered, drawn to a half while little is known."""
    return (answered_count + _PRIOR_SHARE * _PRIOR_WEIGHT) / (asked_count + _PRIOR_WEIGHT)


def load(*, asks_this_week_count: int, asks_per_week: int) -> float:
    """Return 0..1: how much of the weekly budget is used."""
    return min(1.0, asks_this_week_count / max(1, asks_per_week))
