from __future__ import annotations

from datetime import datetime, timedelta

import pytest
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext

from api_schema.ids import uuid7
from api_schema.live_events import LiveKind
from backend.live.append import NotInATransaction, live_event, tell, tell_all
from backend.live.models import LiveEvent
from backend.live.purging import purge_old_events
from backend.live.reading import begin


def tell_of_something(*, now: datetime) -> None:
    with transaction.atomic():
        tell(organisation_id=uuid7(), thread_id=uuid7(), kind=LiveKind.SEEN, now=now)


def cursors() -> list[str]:
    """Return where a reader is that has each of the events."""
    return [f"{xid}-{pk}" for xid, pk in LiveEvent.objects.order_by("id").values_list("xid", "id")]


@pytest.mark.django_db(transaction=True)
class TestPurgeOldEvents:
    def test_keeps_a_day_and_the_newest_of_what_is_older(self, now: datetime) -> None:
        for hours in (30, 28, 26, 23, 1):
            tell_of_something(now=now - timedelta(hours=hours))
        newest_old = cursors()[2]

        purged = purge_old_events(now=now)

        assert (purged, len(cursors()), cursors()[0]) == (2, 3, newest_old)
        assert purge_old_events(now=now) == 0

    def test_leaves_nobody_in_the_belief_that_nothing_was_missed(self, now: datetime) -> None:
        for hours in (30, 28, 26, 1):
            tell_of_something(now=now - timedelta(hours=hours))
        before = cursors()

        purge_old_events(now=now)

        is_lost = [begin(last_event_id=cursor, now=now).is_lost for cursor in before]
        assert is_lost == [True, True, False, False]

    def test_of_nothing_old_loses_nobody(self, now: datetime) -> None:
        tell_of_something(now=now)

        purge_old_events(now=now)

        assert begin(last_event_id="3-0", now=now).is_lost is False


class TestTell:
    @pytest.mark.django_db(transaction=True)
    def test_refuses_to_tell_of_a_fact_outside_a_transaction(self, now: datetime) -> None:
        with pytest.raises(NotInATransaction):
            tell(organisation_id=uuid7(), thread_id=uuid7(), kind=LiveKind.SEEN, now=now)

    @pytest.mark.django_db
    def test_tells_any_number_with_one_statement(self, now: datetime) -> None:
        events = [
            live_event(organisation_id=uuid7(), thread_id=uuid7(), kind=LiveKind.SEEN, now=now, seen_count=n)
            for n in range(20)
        ]

        with CaptureQueriesContext(connection) as statements:
            tell_all(events)

        assert len(statements) == 1
        assert LiveEvent.objects.count() == 20
