"""Which of the candidates one wave asks, with a push or in silence."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from django.db import connection

from backend.domain.asking.candidates import Candidate, fits
from backend.domain.asking.exploring import explorer_for
from backend.domain.asking.ladder import Audience
from backend.domain.asking.models import Wave

# How much of a weekly budget may be used for one more push to be worth it: the last of it is for whoever fixed this
# very fault. Over five pushes a week every third person switches them off for good, and in a busy month second
# waves would spend what those who fixed it before are asked with first. `make simulate` shows both.
_OF_FIRST_WAVES = 5 / 6
_OF_OTHERS = 1 / 2


def choose_alone(organisation_id: UUID) -> None:
    """
    Let nobody else of the organisation choose people until the caller's transaction ends.

    Two waves at the same moment would both spend the last of somebody's budget. Taken after the thread and its round.
    """
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtextextended(%s, 0))", [f"choosing:{organisation_id}"])


@dataclass(frozen=True)
class Choice:
    """One person whom a wave asks."""

    candidate: Candidate
    is_silent: bool = False
    is_exploration: bool = False


def choose(wave: Wave, candidates: list[Candidate], reachable: set[UUID]) -> list[Choice]:
    """
    Return whom this wave of peers asks, best first; nobody twice.

    Whoever no push would reach is told in the inbox and takes nobody's place: the next one is asked as well.
    `candidates`: of the round, best first, without those asked already.
    """
    fitting = _fitting(wave, candidates)
    if wave.is_silent:
        return [Choice(found, is_silent=True) for found in fitting[: wave.size]]
    pushable = _worth_a_push(wave, fitting)
    asked = [found for found in pushable if found.person.pk in reachable][: wave.size]
    unknown = [found for found in _worth_a_push(wave, candidates) if found.person.pk in reachable]
    explorer = explorer_for(wave, unknown, asked)
    if explorer is not None:
        asked = [*asked[: wave.size - 1], explorer]
    return _in_order(asked, _unreached(pushable, reachable, asked, limit=wave.size), explorer)


def choose_in_place(wave: Wave, candidates: list[Candidate], reachable: set[UUID], *, places: int) -> list[Choice]:
    """Return who takes the places of those who declined, best first: only whom a push reaches."""
    pushable = _worth_a_push(wave, _fitting(wave, candidates))
    return [Choice(found) for found in pushable if found.person.pk in reachable][:places]


def audience_among(wave: Wave, candidates: list[Candidate]) -> Audience:
    """Return whom the wave means. Around the sun that is whoever knows the kit; anybody where nobody does."""
    audience = Audience(wave.audience)
    if audience is Audience.FOLLOW_THE_SUN and any(fits(found, Audience.SAME_FAMILY) for found in candidates):
        return Audience.SAME_FAMILY
    return audience


def _fitting(wave: Wave, candidates: list[Candidate]) -> list[Candidate]:
    """Return who works now and fits, best first."""
    audience = audience_among(wave, candidates)
    return [found for found in candidates if found.is_on_shift and fits(found, audience)]


def _worth_a_push(wave: Wave, candidates: list[Candidate]) -> list[Candidate]:
    return [found for found in candidates if found.may_be_pushed and is_worth_a_push(found, wave)]


def is_worth_a_push(found: Candidate, wave: Wave) -> bool:
    """Return whether this wave may spend the person's budget: the less is left, the better the reason must be."""
    if wave.round.urgency == "safety" or found.features.fixed_same_code > 0:
        return True
    return found.features.load < (_OF_FIRST_WAVES if wave.audience == Audience.FIXED_BEFORE else _OF_OTHERS)


def _unreached(
    pushable: list[Candidate], reachable: set[UUID], asked: list[Candidate], *, limit: int
) -> list[Candidate]:
    """Return those who would have been asked before the last one that is, could a push reach them."""
    worst = min((found.score for found in asked), default=float("-inf")) if len(asked) >= limit else float("-inf")
    unreached = [found for found in pushable if found.person.pk not in reachable and found.score >= worst]
    return unreached[:limit]


def _in_order(asked: list[Candidate], unreached: list[Candidate], explorer: Candidate | None) -> list[Choice]:
    choices = [Choice(found, is_exploration=found is explorer) for found in asked]
    choices += [Choice(found, is_silent=True) for found in unreached]
    return sorted(choices, key=lambda choice: -choice.candidate.score)
