from __future__ import annotations

from datetime import datetime, timedelta

import pytest

from backend.domain.accounts.models import Person, Site
from backend.domain.actor import Role
from backend.domain.howtos.models import HowTo
from backend.domain.howtos.releasing import release
from backend.domain.howtos.review_reminding import remind_of_reviews
from backend.outbox.models import OutboxEvent
from tests import cast

DUE_AFTER = timedelta(days=180)


@pytest.fixture
def released(howto: HowTo, curator: Person, now: datetime) -> HowTo:
    """Out, and looked after by the curator, who let it out."""
    release(actor=curator.actor, howto_id=howto.pk, version_number=1, now=now)
    OutboxEvent.objects.all().delete()
    return howto


def told() -> list[tuple[str, str, bool]]:
    pushes = OutboxEvent.objects.filter(name="push.requested").order_by("id").values_list("payload", flat=True)
    return [(push["recipient_id"], push["title"], push["is_silent"]) for push in pushes]


class TestRemindOfReviews:
    def test_reminds_the_owner_once_for_each_due_time(self, released: HowTo, curator: Person, now: datetime) -> None:
        early = remind_of_reviews(now=now + DUE_AFTER - timedelta(minutes=1))
        due = [remind_of_reviews(now=now + DUE_AFTER + timedelta(hours=hours)) for hours in (0, 1)]
        HowTo.objects.update(review_due_at=now + 2 * DUE_AFTER)
        next_time = remind_of_reviews(now=now + 2 * DUE_AFTER)

        assert (early, due, next_time) == (0, [1, 0], 1)
        assert told() == [(str(curator.pk), "Review due: Chiller will not start", False)] * 2

    def test_hands_on_what_somebody_left_to_who_has_the_least_to_look_after(
        self, released: HowTo, curator: Person, site: Site, now: datetime
    ) -> None:
        busy, free = (cast.new_person(site, name, Role.CURATOR) for name in ("Bea Busy", "Fay Free"))
        values = {"organisation_id": released.organisation_id, "asset_model": released.asset_model}
        HowTo.objects.create(**values, owner=busy, created_at=now)
        Person.objects.filter(pk=curator.pk).update(is_active=False)

        looked_at = [remind_of_reviews(now=now + timedelta(days=1)) for _ in range(2)]

        released.refresh_from_db()
        assert (looked_at, released.owner) == ([1, 0], free)
        assert told() == [(str(free.pk), "Yours to look after: Chiller will not start", True)]

    def test_leaves_what_is_archived_alone(self, released: HowTo, curator: Person, now: datetime) -> None:
        facts = {"archived_at": now, "archived_by": curator, "archive_reason": "Old"}
        HowTo.objects.update(confidence="archived", **facts)
        Person.objects.filter(pk=curator.pk).update(is_active=False)

        assert remind_of_reviews(now=now + DUE_AFTER) == 0
        assert told() == []
