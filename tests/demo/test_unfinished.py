"""What is not over in the demo organisation, on the real database."""

from __future__ import annotations

from collections import Counter
from datetime import datetime, timedelta

import pytest

from backend.demo.finding import NoDemoOrganisation
from backend.demo.organisation import load_demo_organisation
from backend.demo.sign_ins import address_of
from backend.demo.unfinished import load_unfinished
from backend.domain import tenancy
from backend.domain.accounts.models import Person
from backend.domain.insights.gaps import Missing, list_gaps
from backend.domain.insights.models import SearchNote
from backend.domain.threads.measures import DEFLECTED, REPEAT_VISIT
from backend.domain.threads.models import Thread, ThreadMove

pytestmark = pytest.mark.django_db


@pytest.fixture
def sam(now: datetime) -> Person:
    """The demo's supervisor."""
    load_demo_organisation(now=now)
    return tenancy.across_organisations(Person, why="test").get(email=address_of("Sam Whitlock"))


def test_lists_gaps_and_insights_are_alive_and_a_second_run_adds_nothing(sam: Person, now: datetime) -> None:
    threads, notes = tenancy.within(sam.actor, Thread), tenancy.within(sam.actor, SearchNote)
    past_count = threads.count()

    assert load_unfinished(now=now) == 10
    assert load_unfinished(now=now + timedelta(days=2)) == 0

    new = threads.filter(created_at__gte=now - timedelta(hours=401)).exclude(title__contains="starving")
    assert threads.count() == past_count + 10
    assert Counter(new.values_list("status", flat=True)) == {
        "asked": 4, "answered": 1, "trying": 1, "parked": 1, "unsolved": 1, "fixed": 1, "duplicate": 1,
    }  # fmt: skip
    assert new.filter(REPEAT_VISIT).get().title.startswith("Pack RP-6 OL2 again")
    assert new.filter(DEFLECTED).get().title.startswith("AC-350 E4")
    moves = tenancy.within(sam.actor, ThreadMove)
    assert moves.filter(from_status="fixed", to_status="asked").exists()
    dearest = list_gaps(actor=sam.actor, now=now).items[0]
    assert (str(dearest.asset_model), dearest.fault_code, dearest.missing) == (
        "Zephrane CU-40",
        "H31",
        (Missing.ANSWER, Missing.HOWTO),
    )
    assert (dearest.threads_count, dearest.cost.searches_count, dearest.people_count) == (2, 3, 3)
    assert notes.count() == 7


def test_says_so_when_there_is_no_demo_organisation(db: None, now: datetime) -> None:
    with pytest.raises(NoDemoOrganisation, match="`make run` makes it"):
        load_unfinished(now=now)
