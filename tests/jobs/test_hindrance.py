"""What the test push tells a person about their hours."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest

from api_schema.push_payloads import PushKind, PushUrgency
from backend.domain.accounts.models import Person
from backend.jobs.push_policy import policies_for
from notifications.service import Hindrance, PushPolicy, Telling

pytestmark = pytest.mark.django_db


def policy_of(person: Person, now: datetime) -> PushPolicy:
    telling = Telling(person.organisation_id, person.pk, PushKind.ASK, PushUrgency.NORMAL)
    return policies_for([telling], now)[telling]


class TestHindrance:
    def test_is_none_on_shift(self, owner: Person, now: datetime) -> None:
        assert policy_of(owner, now).hindrance is None

    def test_is_the_shift_that_ended(self, owner: Person, now: datetime) -> None:
        policy = policy_of(owner, now + timedelta(hours=12))

        assert (policy.hindrance, policy.time_zone) == (Hindrance.OFF_SHIFT, "Europe/London")
