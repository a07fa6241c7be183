"""The demo organisation's half year, on the real database, with a few of FaultTalk's threads."""

from __future__ import annotations

from collections import Counter
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command
from django.db.models import QuerySet

from backend.demo.faulttalk import FaultTalkThread, read_faulttalk
from backend.demo.finding import NoDemoOrganisation
from backend.demo.half_year import load_half_year
from backend.demo.organisation import load_demo_organisation
from backend.demo.sign_ins import address_of
from backend.domain import tenancy
from backend.domain.accounts.models import Person
from backend.domain.howtos.models import HowTo, HowToVersion
from backend.domain.search.queries import search
from backend.domain.threads.models import HoldCheck, Suggestion, Thread, Try
from backend.live.lag import measure_lag
from tests import cast

pytestmark = pytest.mark.django_db

DATA = Path(__file__).resolve().parents[2] / "bench" / "data" / "faulttalk-dev.jsonl"


@pytest.fixture(scope="class")
def faults() -> list[FaultTalkThread]:
    return read_faulttalk(DATA)[1:5]


@pytest.fixture(scope="class")
def asha(class_db: None) -> Person:
    """A demo technician."""
    load_demo_organisation(now=cast.NOW)
    return tenancy.across_organisations(Person, why="test").get(email=address_of("Asha Patel"))


@pytest.fixture(scope="class")
def told(asha: Person, faults: list[FaultTalkThread]) -> list[str]:
    """What was said while the half year was loaded, once for all tests that look at it."""
    said: list[str] = []
    assert load_half_year(faults, now=cast.NOW, say=said.append) == 4
    return said


def threads_of(person: Person, faults: list[FaultTalkThread]) -> QuerySet[Thread]:
    """Return the threads of these faults, oldest first."""
    threads = tenancy.within(person.actor, Thread).select_related("asset")
    return threads.filter(description__in=[fault.ask_transcript for fault in faults]).order_by("created_at")


class TestLoadHalfYear:
    def test_spreads_the_threads_over_the_half_year(
        self, asha: Person, faults: list[FaultTalkThread], told: list[str], now: datetime
    ) -> None:
        threads = threads_of(asha, faults)

        assert [now - thread.created_at for thread in threads] == [
            timedelta(days=days, hours=6) for days in (135, 90, 45, 0)
        ]
        assert [thread.status for thread in threads] == ["held", "held", "held", "fixed"]
        assert [thread.asset.tag for thread in threads] == [fault.asset_tag for fault in faults]
        assert told == [f"4 of 4: {faults[-1].title}"]

    def test_is_asked_answered_and_tried_by_different_people(
        self, asha: Person, faults: list[FaultTalkThread], told: list[str]
    ) -> None:
        for fault in faults:
            thread = threads_of(asha, [fault]).get()
            suggestions = tenancy.within(asha.actor, Suggestion).filter(thread=thread)
            assert {one.text for one in suggestions} == {advice.text for advice in fault.suggestions}
            assert thread.asker_id not in {one.author_id for one in suggestions}
            tries = tenancy.within(asha.actor, Try).filter(thread=thread)
            assert Counter(one.outcome for one in tries) == Counter(
                "fixed" if advice.worked else "no" for advice in fault.suggestions
            )
            assert [one.note for one in tries if one.outcome == "fixed"] == [fault.try_transcript]

    def test_drafts_how_tos_and_releases_every_third(
        self, asha: Person, faults: list[FaultTalkThread], told: list[str]
    ) -> None:
        howtos = tenancy.within(asha.actor, HowTo).filter(thread__in=threads_of(asha, faults))
        versions = tenancy.within(asha.actor, HowToVersion).filter(howto__in=howtos)

        # The fourth would be the next, and is hours old.
        assert Counter(versions.values_list("publication", flat=True)) == {"released": 1, "draft": 3}

    def test_is_found_by_what_stands_on_the_machine(
        self, asha: Person, faults: list[FaultTalkThread], told: list[str]
    ) -> None:
        hits = search(actor=asha.actor, words=faults[1].questions["identifier"])

        assert hits[0].title == faults[1].title

    def test_asks_nobody_whether_what_is_long_over_holds(
        self, asha: Person, faults: list[FaultTalkThread], told: list[str], now: datetime
    ) -> None:
        due = tenancy.within(asha.actor, HoldCheck).filter(thread__in=threads_of(asha, faults), due_at__lte=now)

        assert due.count() == 9
        assert not due.filter(has_held=None).exists()
        assert measure_lag(now=now).unpurged_count == 0

    def test_adds_nothing_the_second_time(
        self, asha: Person, faults: list[FaultTalkThread], told: list[str], now: datetime
    ) -> None:
        def counts() -> list[int]:
            return [tenancy.within(asha.actor, model).count() for model in (Thread, Suggestion, Try, HowTo, HoldCheck)]

        before = counts()

        assert load_half_year(faults, now=now + timedelta(days=3), say=lambda _: None) == 0
        assert counts() == before


class TestLoadPartOfIt:
    def test_leaves_out_what_the_demo_has_lived_through_already(self, asha: Person, now: datetime) -> None:
        assert load_half_year(read_faulttalk(DATA)[:1], now=now, say=lambda _: None) == 0

    def test_goes_on_where_it_was_interrupted(self, asha: Person, faults: list[FaultTalkThread], now: datetime) -> None:
        load_half_year(faults[:2], now=now, say=lambda _: None)

        assert load_half_year(faults, now=now, say=lambda _: None) == 2


class TestWithoutTheDemoOrganisation:
    def test_says_so_and_adds_nothing(self, faults: list[FaultTalkThread], now: datetime) -> None:
        with pytest.raises(NoDemoOrganisation, match="There is no organisation Northgate Cooling here"):
            load_half_year(faults, now=now, say=lambda _: None)

        assert not tenancy.across_organisations(Thread, why="test").exists()

    def test_is_one_sentence_on_the_command_line(self) -> None:
        with pytest.raises(CommandError, match="`make run` makes it"):
            call_command("load_demo_data", str(DATA))
