"""How asking goes: each figure as `measures` defines it, and nothing of few people."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from rest_framework.test import APIClient

from api_schema.ids import uuid7
from backend.domain.accounts.models import Community, Person
from backend.domain.actor import Role
from backend.domain.equipment.models import Asset
from backend.domain.equipment.operations import add_asset, add_asset_model
from backend.domain.errors import InvalidInput, NotAllowed, NotFound
from backend.domain.howtos.models import HowToVersion
from backend.domain.howtos.operations import draft_from_thread
from backend.domain.insights.summary import Figures, Summary, summarise
from backend.domain.search.models import SubjectKind
from backend.domain.threads.deflecting import deflect
from backend.domain.threads.models import Thread
from backend.domain.threads.states import ThreadStatus, TryOutcome
from backend.domain.watching.models import WatchCount
from tests.api.calls import assert_problem, get, phone_of
from tests.domain.insights.test_gaps import DAY, MINUTE, answer, ask_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def month(peers: list[Person], colleague: Person, asset: Asset, now: datetime) -> None:
    """Five people asked on the chiller: two were fixed, one said "this is it", one came back, one waits."""
    start = now - 20 * DAY
    answer(ask_of(peers[0], asset, start), colleague, start, TryOutcome.FIXED)
    solved = ask_of(peers[1], asset, start + DAY)  # the same fault again
    answer(solved, colleague, start + DAY, TryOutcome.NO, TryOutcome.FIXED)
    known = ask_of(peers[2], asset, start + DAY, title="Chiller trips at once")
    deflect(actor=peers[2].actor, thread_id=known.pk, kind=SubjectKind.THREAD, subject_id=solved.pk, now=start + DAY)
    late = ask_of(peers[3], asset, start + 2 * DAY, title="Fan hums", code="F1")
    answer(late, colleague, start + 2 * DAY + MINUTE, TryOutcome.NO)
    ask_of(peers[4], asset, now - MINUTE, title="Drain smells", code="")


def of_month(curator: Person, now: datetime, community: Community | None = None, **changes: datetime) -> Summary:
    period = {"starts_at": now - 30 * DAY, "ends_at": now, **changes}
    return summarise(actor=curator.actor, community_id=community.pk if community else None, **period)


@pytest.mark.usefixtures("month")
class TestSummarise:
    def test_counts_what_was_asked_in_the_period_as_it_stands(self, curator: Person, now: datetime) -> None:
        with CaptureQueriesContext(connection) as queries:
            told = of_month(curator, now)

        assert len(queries) == 2  # the questions, the films
        assert told.figures == Figures(
            asked_count=5,
            answered_count=3,
            answered_soon_count=2,
            fixed_count=2,
            held_count=0,
            deflected_count=1,
            repeat_visits_count=2,
            median_first_response=timedelta(minutes=10),
            p90_first_response=timedelta(minutes=10.8),
            median_first_useful=timedelta(minutes=10),
            p90_first_useful=timedelta(minutes=10),
            median_time_to_fix=timedelta(minutes=41),
            p90_time_to_fix=timedelta(minutes=41),
        )

    def test_shows_nothing_of_fewer_than_five_people(self, curator: Person, asset: Asset, now: datetime) -> None:
        own = Community.objects.create(
            organisation=asset.organisation, name="Chillers", family=asset.asset_model.family, site=asset.site
        )
        pumps = Community.objects.create(organisation=asset.organisation, name="Pumps", family="pump")
        model = add_asset_model(organisation=asset.organisation, make="M", name="P", family="pump")
        ask_of(curator, add_asset(asset_model=model, site=asset.site, tag="P-1"), now - DAY)

        shown = of_month(curator, now, own).figures
        assert shown is not None
        assert of_month(curator, now).figures == replace(shown, asked_count=shown.asked_count + 1)
        assert of_month(curator, now, pumps).figures is None
        assert of_month(curator, now, starts_at=now - 18 * DAY).figures is None

    def test_is_for_who_may_curate_within_their_organisation(
        self, curator: Person, owner: Person, outsider: Person, asset: Asset, now: datetime
    ) -> None:
        community = Community.objects.create(organisation=asset.organisation, name="All")
        foreign = replace(outsider.actor, role=Role.ADMIN)

        with pytest.raises(NotAllowed):
            of_month(owner, now)
        with pytest.raises(NotFound):
            summarise(actor=foreign, community_id=community.pk, starts_at=now - DAY, ends_at=now)
        assert summarise(actor=foreign, starts_at=now - 30 * DAY, ends_at=now).figures is None
        for starts_at in (now, now - 367 * DAY):
            with pytest.raises(InvalidInput):
                of_month(curator, now, starts_at=starts_at)

    def test_over_the_api(self, curator: Person, owner: Person, now: datetime) -> None:
        desk: APIClient = phone_of(curator)

        of_thread = Thread.objects.filter(status=ThreadStatus.FIXED).first()
        assert of_thread is not None
        howto = draft_from_thread(organisation_id=curator.organisation_id, thread_id=of_thread.pk, now=now)
        version = HowToVersion.objects.get(howto=howto)
        watched = {"organisation_id": curator.organisation_id, "version": version, "week_on": (now - 28 * DAY).date()}
        for tenth, people_count in ((0, 7), (5, 5), (9, 4)):  # the week begins before the period
            count = {"viewings_count": people_count + 1, "people_marks": (1 << people_count) - 1}
            WatchCount.objects.create(**watched, step_position=1, tenth=tenth, **count)

        shown = get(desk, "/insights", ends_at=now.isoformat(), starts_at=(now - 25 * DAY).isoformat()).json()
        later = get(desk, "/insights", ends_at=now.isoformat(), starts_at=(now - 21 * DAY).isoformat()).json()

        seconds = {name: value for name, value in shown["figures"].items() if name.endswith("_s")}
        assert seconds == {
            "median_first_response_s": 600,
            "p90_first_response_s": 648,
            "median_first_useful_s": 600,
            "p90_first_useful_s": 600,
            "median_time_to_fix_s": 2460,
            "p90_time_to_fix_s": 2460,
        }
        step = {"title": version.title, "version_number": 1, "step_position": 1, "howto_id": str(version.howto_id)}
        counts = {"began_count": 8, "half_count": 6, "end_count": None, "stopped_count": 2}
        assert (shown["stops"], later["stops"]) == ([step | counts], [])
        assert (shown["community_id"], shown["figures"]["asked_count"]) == (None, 5)
        assert_problem(get(phone_of(owner), "/insights"), "not_allowed")
        assert_problem(get(desk, "/insights", community_id=uuid7()), "not_found")
