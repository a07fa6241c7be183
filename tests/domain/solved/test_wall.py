"""The wall of solved threads: what is on it, how it is narrowed down, and what it costs."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from backend.domain import tenancy
from backend.domain.accounts.models import Community, Person
from backend.domain.equipment.models import Asset
from backend.domain.equipment.operations import add_asset, add_asset_model
from backend.domain.solved.queries import Wall, browse_solved
from backend.domain.solved.wanted import Facet, Wanted
from backend.domain.threads.models import Thread
from backend.domain.threads.states import TryOutcome
from backend.integrations.object_store import object_store
from tests import cast
from tests.domain.briefing.test_briefing import advise, asked, fixed, tried
from tests.plugins.replaying import replayed

pytestmark = pytest.mark.django_db

DAY = timedelta(days=1)


def wall(person: Person, now: datetime, words: str = "", page: int = 1, **wanted: object) -> Wall:
    narrowed = Wanted(**wanted)  # type: ignore[arg-type]
    return browse_solved(actor=person.actor, words=words, wanted=narrowed, page=page, store=object_store(), now=now)


def titles(shown: Wall) -> list[str]:
    return [one.thread.title for one in shown.items]


def counted(shown: Wall, facet: Facet) -> dict[str, int]:
    return {one.label or one.value: one.count for one in shown.facets[facet]}


@pytest.fixture
@replayed
def boiler(asset: Asset) -> Asset:
    model = add_asset_model(organisation=asset.organisation, make="Acme", name="BX-2", family="boiler")
    return add_asset(asset_model=model, site=cast.new_site(asset.organisation, "York depot"), tag="BLR-A")


@pytest.fixture
@replayed
def solved(owner: Person, colleague: Person, asset: Asset, boiler: Asset, now: datetime) -> list[Thread]:
    """A chiller, fixed after a try that made it worse; a boiler that held for 40 days; a question that is open."""
    held = fixed(owner, colleague, boiler, now - 40 * DAY, "Burner locks out")
    Thread.objects.filter(pk=held.pk).update(status="held")
    new = asked(owner, asset, now - DAY, "Strainer is clogged")
    tried(owner, advise(colleague, new, now - DAY, "Bleed it."), TryOutcome.WORSE, now - DAY)
    tried(owner, advise(colleague, new, now - DAY, "Clean the strainer."), TryOutcome.FIXED, now - DAY)
    asked(owner, asset, now, "Still open")
    tenancy.create(Community, organisation_id=asset.organisation_id, name="Boiler people", family="boiler")
    return [new, held]


class TestWall:
    def test_shows_what_was_solved_the_newest_fix_first_and_counts_each_filter_without_itself(
        self, solved: list[Thread], owner: Person, boiler: Asset, now: datetime
    ) -> None:
        everything = wall(owner, now)
        boilers = wall(owner, now, make="acme")

        assert titles(everything) == ["Strainer is clogged", "Burner locks out"]
        assert [(one.thread.is_held, one.clip) for one in everything.items] == [(False, None), (True, None)]  # type: ignore[attr-defined]
        assert titles(boilers) == ["Burner locks out"]
        assert counted(boilers, Facet.MAKE) == {"Acme": 1, "Zephrane": 1}
        assert counted(boilers, Facet.SITE) == {"York depot": 1}
        assert counted(everything, Facet.SITE) == {"Leeds depot": 1, "York depot": 1}
        assert counted(everything, Facet.COMMUNITY) == {"Boiler people": 1}
        assert counted(everything, Facet.OUTCOME) == {"fixed": 2, "worse": 1}
        assert counted(everything, Facet.HELD) == {"true": 1, "false": 1}
        assert counted(everything, Facet.WITHIN_DAYS) == {"7": 1, "30": 1, "90": 2, "365": 2}

    @pytest.mark.parametrize(
        ("narrowed", "left"),
        [
            ({"code": "E4"}, ["Strainer is clogged", "Burner locks out"]),
            ({"model": "bx-2"}, ["Burner locks out"]),
            ({"outcome": TryOutcome.WORSE}, ["Strainer is clogged"]),
            ({"held": True}, ["Burner locks out"]),
            ({"held": False}, ["Strainer is clogged"]),
            ({"within_days": 7}, ["Strainer is clogged"]),
            ({"community": "Boiler people"}, ["Burner locks out"]),
            ({"site": "York depot"}, ["Burner locks out"]),
        ],
    )
    def test_is_narrowed_down(
        self, solved: list[Thread], owner: Person, now: datetime, narrowed: dict[str, object], left: list[str]
    ) -> None:
        everything = wall(owner, now)
        ids = {one.label: one.value for facet in everything.facets.values() for one in facet if one.label}

        chosen: dict[str, Any] = {name: ids.get(str(value), value) for name, value in narrowed.items()}

        shown = wall(owner, now, **chosen)

        assert titles(shown) == left

    def test_finds_by_words_the_best_first_and_nothing_of_others(
        self, solved: list[Thread], owner: Person, outsider: Person, now: datetime
    ) -> None:
        assert titles(wall(owner, now, words="strainer")) == ["Strainer is clogged"]
        assert titles(wall(owner, now, words="strainer", held=True)) == []
        assert titles(wall(owner, now, words="zyzzyva")) == []
        assert wall(outsider, now).total_count == 0
        assert wall(outsider, now, words="strainer").total_count == 0

    def test_costs_the_same_for_one_and_for_many_and_goes_page_by_page(
        self, owner: Person, colleague: Person, asset: Asset, now: datetime
    ) -> None:
        first = fixed(owner, colleague, asset, now - DAY, "Fix 0")
        with CaptureQueriesContext(connection) as for_one:
            wall(owner, now)
        for number in range(1, 26):
            first.pk = None
            first.title, first.fixed_at = f"Fix {number}", now - timedelta(minutes=number)
            first._state.adding = True
            first.save()
        with CaptureQueriesContext(connection) as for_many:
            shown = wall(owner, now)

        assert len(for_many) == len(for_one)
        assert (shown.total_count, shown.pages_count, len(shown.items)) == (26, 2, 24)
        assert titles(wall(owner, now, page=9)) == ["Fix 25", "Fix 0"]
