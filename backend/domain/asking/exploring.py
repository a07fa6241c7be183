"""Asking somebody now and then to learn what they know: else only those are ever known who were known at first."""

from __future__ import annotations

from dataclasses import replace
from random import Random

from django.conf import settings

from backend.domain.asking.candidates import Candidate
from backend.domain.asking.models import Wave
from backend.domain.asking.reasons import exploring_reason

_LEAST_SIZE = 2  # one of one would be all


def explorer_for(wave: Wave, candidates: list[Candidate], chosen: list[Candidate]) -> Candidate | None:
    """
    Return somebody to take one place of this wave, or None: with a chance of `ASK_EXPLORATION_SHARE` a wave.

    They may be pushed now, stand near the machine (community and site, or say that they know the kit), and no fix of
    theirs on this model is known yet. The dice follow from the round and the wave: the same wave, the same person.
    """
    if not chosen or wave.size < _LEAST_SIZE:
        return None
    dice = Random(f"{wave.round_id}:{wave.number}")  # noqa: S311 - reproducible on purpose
    if dice.random() >= settings.ASK_EXPLORATION_SHARE:
        return None
    unknown = [found for found in candidates if found not in chosen and _is_worth_learning_of(found)]
    if not unknown:
        return None
    found = dice.choice(sorted(unknown, key=lambda one: one.person.pk))
    return replace(found, reason=exploring_reason(found.person))


def _is_worth_learning_of(found: Candidate) -> bool:
    features = found.features
    is_near = features.has_skill or features.is_certified or features.shares_site
    return bool(found.may_be_pushed and found.is_in_community and is_near and not features.fixed_same_model)
