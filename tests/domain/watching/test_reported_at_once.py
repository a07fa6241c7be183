"""Two reports of one viewing at the same moment, on real connections: a page that is left sends its last twice."""

from __future__ import annotations

from datetime import datetime

import pytest

from backend.domain.accounts.models import Person
from backend.domain.howtos.models import HowToVersion
from backend.domain.watching.models import Viewing
from tests.domain.threads.test_races import at_once
from tests.domain.watching.conftest import id_of
from tests.domain.watching.test_reporting import counted, report

pytestmark = pytest.mark.django_db(transaction=True)

ROUNDS = 5


def test_two_reports_of_one_viewing_are_counted_once_and_two_viewings_each(
    version: HowToVersion, owner: Person, colleague: Person, now: datetime
) -> None:
    for _ in range(ROUNDS):
        viewing, other = id_of(now), id_of(now)

        failures = at_once(
            lambda: report(owner, version, viewing, [(1, 3_400)], now),  # noqa: B023
            lambda: report(owner, version, viewing, [(1, 9_999), (3, 4_000)], now),  # noqa: B023
            lambda: report(colleague, version, other, [(3, 4_000), (1, 3_400)], now),  # noqa: B023
        )

        assert failures == []

    both, one = 2 * ROUNDS, ROUNDS
    assert counted() == {1: [both] * 4 + [one] * 6, 3: [both] * 10}
    assert Viewing.objects.count() == both
