"""Whom one wave asks: the less is left of somebody's budget, the better the reason must be."""

from __future__ import annotations

from dataclasses import replace
from zoneinfo import ZoneInfo

import pytest
from pytest_django import Settings

from backend.domain.accounts.models import Person
from backend.domain.asking.candidates import Candidate
from backend.domain.asking.choosing import choose
from backend.domain.asking.hours import Hours
from backend.domain.asking.ladder import Audience
from backend.domain.asking.models import AskRound, Wave
from backend.domain.asking.scoring import Features

NOTHING_KNOWN = Features(**dict.fromkeys(Features.__dataclass_fields__, 0.0))


def candidate(name: str, **known: float) -> Candidate:
    return Candidate(
        person=Person(name=name),
        hours=Hours(zone=ZoneInfo("UTC")),
        features=replace(NOTHING_KNOWN, **known),
        score=1.0,
        reason="they know it",
        is_in_community=True,
        is_on_shift=True,
        has_budget=True,
        may_be_pushed=True,
    )


def wave(audience: Audience, urgency: str = "customer_waiting") -> Wave:
    return Wave(round=AskRound(urgency=urgency), number=1, audience=audience, size=3)


def asked(wave: Wave, *candidates: Candidate) -> list[str]:
    choices = choose(wave, list(candidates), {one.person.pk for one in candidates})
    return [choice.candidate.person.name for choice in choices]


class TestChoose:
    @pytest.mark.parametrize(
        ("used_of_six", "audience", "expected"),
        [
            (2, Audience.SAME_FAMILY, ["Petra"]),
            (3, Audience.SAME_FAMILY, []),
            (4, Audience.FIXED_BEFORE, ["Petra"]),
            (5, Audience.FIXED_BEFORE, []),
        ],
    )
    def test_leaves_the_last_of_a_week_to_better_reasons(
        self, used_of_six: int, audience: Audience, expected: list[str]
    ) -> None:
        petra = candidate("Petra", has_skill=1.0, load=used_of_six / 6)

        assert asked(wave(audience), petra) == expected

    def test_spends_the_last_push_on_whoever_fixed_this_very_fault(self) -> None:
        petra = candidate("Petra", has_skill=1.0, fixed_same_code=0.5, load=5 / 6)

        assert asked(wave(Audience.SAME_FAMILY), petra) == ["Petra"]

    def test_explores_nobody_whose_last_push_is_for_better_reasons(self, settings: Settings) -> None:
        settings.ASK_EXPLORATION_SHARE = 1.0
        knows, tired, fresh = (
            candidate("Petra", fixed_same_model=1.0),
            candidate("Tess", shares_site=1.0, load=5 / 6),
            candidate("Fred", shares_site=1.0),
        )

        assert asked(wave(Audience.FIXED_BEFORE), knows, tired) == ["Petra"]
        assert asked(wave(Audience.FIXED_BEFORE), knows, fresh) == ["Petra", "Fred"]

    def test_spares_nobody_for_safety(self) -> None:
        petra = candidate("Petra", has_skill=1.0, load=1.0)

        assert asked(wave(Audience.SAME_FAMILY, urgency="safety"), petra) == ["Petra"]

    def test_asks_around_the_sun_who_knows_the_kit(self) -> None:
        petra, outsider = candidate("Petra", has_skill=1.0), candidate("Oscar")

        assert asked(wave(Audience.FOLLOW_THE_SUN), outsider, petra) == ["Petra"]

    def test_asks_anybody_around_the_sun_where_nobody_says_what_they_know(self) -> None:
        assert asked(wave(Audience.FOLLOW_THE_SUN), candidate("Oscar"), candidate("Olive")) == ["Oscar", "Olive"]
