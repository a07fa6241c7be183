"""The demo organisation as `make run` loads it."""

from __future__ import annotations

from datetime import datetime

import pytest

from backend.demo.organisation import load_demo_organisation
from backend.demo.sign_ins import address_of
from backend.demo.unfinished import load_unfinished
from backend.domain import tenancy
from backend.domain.accounts.models import Person
from backend.domain.threads.models import Thread
from backend.live.lag import measure_lag

pytestmark = pytest.mark.django_db


class TestLoadDemoOrganisation:
    def test_is_loaded_once(self, now: datetime) -> None:
        assert [load_demo_organisation(now=now) for _ in range(2)] == [True, False]

    def test_lets_its_supervisor_read_what_is_asked(self, now: datetime) -> None:
        load_demo_organisation(now=now)
        load_unfinished(now=now)
        sam = Person.objects.get(email=address_of("Sam Whitlock"))

        assert tenancy.within(sam.actor, Thread).count() == Thread.objects.count()

    def test_leaves_nothing_of_its_past_for_the_doctor_to_find(self, now: datetime) -> None:
        load_demo_organisation(now=now)

        assert measure_lag(now=now).unpurged_count == 0
