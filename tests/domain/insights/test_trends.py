"""How asking goes week by week: what is counted, what is withheld, and how evenly it is spread."""

from __future__ import annotations

from datetime import date, datetime, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from backend.domain.accounts.models import Community, Person
from backend.domain.asking.models import Ask, AskRound
from backend.domain.equipment.models import Asset
from backend.domain.errors import InvalidInput, NotAllowed
from backend.domain.howtos.models import HowToUse, HowToVersion
from backend.domain.howtos.operations import draft_from_thread
from backend.domain.insights.trends import Trends, Unanswered, load_of, trends
from backend.domain.threads.states import TryOutcome
from tests.domain.insights.test_gaps import DAY, answer, ask_of

pytestmark = pytest.mark.django_db

WEEK = 7 * DAY


def of_weeks(curator: Person, now: datetime, count: int = 4) -> Trends:
    return trends(actor=curator.actor, weeks_count=count, now=now)


class TestTrends:
    def test_counts_by_the_week_of_asking_and_withholds_what_four_people_asked(
        self, peers: list[Person], colleague: Person, asset: Asset, curator: Person, now: datetime
    ) -> None:
        monday = now - 2 * WEEK  # 9 November
        for peer in peers:
            asked = ask_of(peer, asset, monday)
            if peer is not peers[0]:
                answer(asked, colleague, monday, TryOutcome.FIXED if peer is peers[1] else TryOutcome.NO)
        for peer in peers[:4]:
            ask_of(peer, asset, now - WEEK, title="Fan hums", code="F1")
        with CaptureQueriesContext(connection) as queries:
            told = of_weeks(curator, now)

        figures = [week.figures for week in told.weeks]
        assert [week.starts_on for week in told.weeks] == [date(2026, 10, 26) + place * WEEK for place in range(5)]
        assert [one is None for one in figures] == [True, True, False, True, True]
        assert figures[2] is not None
        assert (figures[2].asked_count, figures[2].answered_count, figures[2].fixed_count) == (5, 4, 1)
        assert figures[2].median_first_response == timedelta(minutes=10)
        assert figures[2].median_first_useful == timedelta(minutes=10)  # of the one that was fixed
        assert figures[2].p90_time_to_fix == timedelta(minutes=41)
        assert told.unanswered == [Unanswered("Zephrane", "AC-350", "E4", 5, 1)]
        assert told.withheld_count == 4
        assert len(queries) <= 7

    def test_is_for_who_may_curate_within_a_year_and_their_own_organisation(
        self, peers: list[Person], asset: Asset, curator: Person, outsider: Person, now: datetime
    ) -> None:
        for peer in peers:
            ask_of(peer, asset, now)
        outsider.role = "curator"

        assert all(week.figures is None for week in of_weeks(outsider, now).weeks)
        with pytest.raises(NotAllowed):
            of_weeks(peers[0], now)
        with pytest.raises(InvalidInput):
            of_weeks(curator, now, count=53)

    def test_tell_a_community_of_its_machines_only_whatever_they_count(
        self, peers: list[Person], colleague: Person, asset: Asset, curator: Person, now: datetime
    ) -> None:
        asked = ask_of(peers[0], asset, now)
        answer(asked, colleague, now, TryOutcome.FIXED)
        howto = draft_from_thread(organisation_id=asset.organisation_id, thread_id=asked.pk, now=now)
        round_ = AskRound.objects.get(thread_id=asked.pk)
        whose = {"organisation_id": asset.organisation_id}
        for peer in peers:
            version = HowToVersion.objects.get(howto=howto)
            worked = {"howto": howto, "version": version, "asset": asset, "outcome": "fixed", "used_at": now}
            HowToUse.objects.create(**whose, person=peer, **worked)
            of_round = {"round": round_, "wave": round_.waves.first(), "asked_at": now}
            Ask.objects.create(**whose, **of_round, person=peer, reason="Fixed one", score=1, features={})
        own = Community.objects.create(**whose, name="Own", family=asset.asset_model.family, site=asset.site)
        other = Community.objects.create(**whose, name="Lifts", family="lift")

        told = {
            community.name: trends(actor=curator.actor, community_id=community.pk, weeks_count=1, now=now).weeks[-1]
            for community in (own, other)
        }

        assert (told["Own"].reused_count, told["Lifts"].reused_count) == (5, None)
        assert (told["Own"].load, told["Lifts"].load) == (load_of([1] * 5), None)


class TestLoad:
    @pytest.mark.parametrize(
        ("counts", "gini", "share"),
        [([2, 2, 2, 2, 2], 0.0, 0.2), ([1, 1, 1, 1, 6], 0.4, 0.6), ([1] * 9 + [11], 0.45, 0.6)],
    )
    def test_is_nought_when_even_and_grows_with_who_bears_most(
        self, counts: list[int], gini: float, share: float
    ) -> None:
        load = load_of(counts)

        assert load.gini == pytest.approx(gini)
        assert load.busiest_fifth_share == pytest.approx(share)
