"""The test push: a person presses, looks at their phone, and is told why nothing comes."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from django.conf import settings
from django.db import transaction
from django.utils import translation
from django.utils.translation import gettext

from api_schema.events import PushRequested
from api_schema.push_payloads import PushKind, PushUrgency
from notifications.delivering import deliver
from notifications.models import InboxItem
from notifications.obstacles import Obstacles, find_obstacles
from notifications.policy import Telling, policies_for
from notifications.timeline import DeliveryTimeline, timeline

AGAIN_AFTER = timedelta(minutes=1)
_TTL_S = 600  # nobody looks longer


class TooSoon(Exception):
    """The person pressed less than a minute ago."""

    def __init__(self, wait_s: float) -> None:
        super().__init__(gettext("One test a minute is enough: look at your phone."))
        self.wait_s = wait_s


@dataclass(frozen=True)
class TestPush:
    """`deliveries`: the last test, one story for each device; `sent_at` is None when there was none yet."""

    __test__ = False  # not a test of pytest's

    sent_at: datetime | None
    deliveries: tuple[DeliveryTimeline, ...]
    obstacles: Obstacles


def send_test_push(*, organisation_id: UUID, person_id: UUID, now: datetime) -> TestPush:
    """
    Push a test to every device of the person, at any hour, and say what would keep a real push from arriving.

    Transaction: joins the caller's, or opens its own. One a minute.

    :raises TooSoon: the last one is less than a minute old.
    """
    last = _last(organisation_id, person_id)
    if last is not None and now < last.created_at + AGAIN_AFTER:
        raise TooSoon((last.created_at + AGAIN_AFTER - now).total_seconds())
    with transaction.atomic():
        deliver(push=_push(organisation_id, person_id, now), now=now)
    return find_test_push(organisation_id=organisation_id, person_id=person_id, now=now)


def find_test_push(*, organisation_id: UUID, person_id: UUID, now: datetime) -> TestPush:
    """Return what became of the person's last test, and what would keep a real push from arriving now."""
    last = _last(organisation_id, person_id)
    deliveries = last.deliveries.filter(is_retraction=False).order_by("id") if last else ()
    return TestPush(
        sent_at=last.created_at if last else None,
        deliveries=tuple(timeline(delivery) for delivery in deliveries),
        obstacles=find_obstacles(organisation_id=organisation_id, person_id=person_id, now=now),
    )


def _last(organisation_id: UUID, person_id: UUID) -> InboxItem | None:
    tests = InboxItem.objects.filter(organisation_id=organisation_id, recipient_id=person_id, kind=PushKind.TEST)
    return tests.order_by("-id").first()


def _push(organisation_id: UUID, person_id: UUID, now: datetime) -> PushRequested:
    with translation.override(_language_of(organisation_id, person_id, now)):
        title, body = gettext("Test from Cuppa"), gettext("Pushes reach you here.")
    # Two presses at the same moment make the same key, and so one push.
    minute = int(now.timestamp()) // int(AGAIN_AFTER.total_seconds())
    return PushRequested(
        organisation_id=organisation_id,
        recipient_id=person_id,
        kind=PushKind.TEST,
        subject_id=person_id,
        dedupe_key=f"test:{minute}",
        title=title,
        body=body,
        requested_at=now,
        ttl_s=_TTL_S,
    )


def _language_of(organisation_id: UUID, person_id: UUID, now: datetime) -> str:
    telling = Telling(organisation_id, person_id, PushKind.TEST, PushUrgency.NORMAL)
    policy = policies_for([telling], now).get(telling)
    return policy.language if policy else settings.LANGUAGE_CODE  # gone meanwhile: nothing is sent
