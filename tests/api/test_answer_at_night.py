"""An answer that comes while its asker sleeps waits for them at the start of their shift."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from django.db import transaction
from pytest_django import Settings

from api_schema.ids import uuid7
from api_schema.push_payloads import PushKind
from backend.domain.accounts.models import Person
from backend.domain.equipment.models import Asset
from backend.domain.threads.models import Thread
from backend.domain.threads.suggestions import Proposal, suggest
from notifications import fcm as fcm_door
from notifications import service
from notifications.digest import send_digests
from notifications.models import Delivery, TellingMode
from tests import cast
from tests.api.calls import get, phone_of
from tests.api.world import ask_about, fire_first_wave
from tests.fakes.fcm import FakeFcm
from tests.lock_screen import deliver_pushes, register_phone

pytestmark = pytest.mark.django_db

NIGHT = cast.NOW + timedelta(hours=12)  # 22:00, hours after the question
MORNING = cast.NOW + timedelta(hours=22)  # 8:00 on Tuesday: the shift begins


@pytest.fixture
def firebase(settings: Settings, tmp_path: Path) -> Iterator[FakeFcm]:
    """An installation that reaches an FCM on this machine."""
    with FakeFcm() as server:
        settings.FIREBASE_CREDENTIALS = str(server.write_key(tmp_path / "key.json"))
        settings.FCM_URL = server.url
        yield server
    fcm_door._project.cache_clear()


def send_what_is_due(now_hours: float) -> None:
    """Send as the sweep and its senders would, so long after the question."""
    now = cast.NOW + timedelta(hours=now_hours)
    waiting = Delivery.objects.filter(state__in=["created", "requeued"], available_at__lte=now)
    service.send_deliveries(delivery_ids=list(waiting.values_list("pk", flat=True)), now=now)


def pushes_of(firebase: FakeFcm, kind: PushKind, address: str) -> int:
    received = [each for each in firebase.accepted if each.address == address]
    return sum(each.message["data"]["kind"] == kind for each in received)


@pytest.fixture
def answered(asset: Asset, owner: Person, colleague: Person) -> Thread:
    """The owner asked in the morning; the colleague answers at night, when the owner is off shift."""
    phone = register_phone(owner)
    thread = ask_about(asset, owner)
    fire_first_wave(thread, colleague, asset)
    proposal = Proposal("Bleed the air.")
    suggest(actor=colleague.actor, suggestion_id=uuid7(), thread_id=thread.pk, proposal=proposal, now=NIGHT)
    assert phone.person_id == owner.pk
    return thread


class TestAnAnswerAtNight:
    def test_stands_in_the_inbox_at_once_and_rings_once_when_the_shift_begins(
        self, firebase: FakeFcm, answered: Thread, owner: Person
    ) -> None:
        phone = f"phone of {owner.pk}"

        deliver_pushes(now=NIGHT)
        for hours in (12, 13, 18, 21.9):
            send_what_is_due(hours)

        entries = get(phone_of(owner), "/inbox").json()["items"]
        assert [entry["kind"] for entry in entries] == ["answer"]
        assert get(phone_of(owner), "/inbox/unread").json()["unread_count"] == 1
        assert pushes_of(firebase, PushKind.ANSWER, phone) == 0

        for hours in (22, 22.01, 23):
            send_what_is_due(hours)

        [delivery] = Delivery.objects.filter(item__kind="answer")
        assert pushes_of(firebase, PushKind.ANSWER, phone) == 1
        assert (delivery.state, delivery.sent_at) == ("accepted", MORNING)

    def test_stands_in_one_digest_where_that_was_chosen(
        self, firebase: FakeFcm, answered: Thread, owner: Person
    ) -> None:
        phone = f"phone of {owner.pk}"
        choice = service.Choice(PushKind.ANSWER, TellingMode.DIGEST)
        service.set_choices(organisation_id=owner.organisation_id, person_id=owner.pk, choices=[choice], now=cast.NOW)

        deliver_pushes(now=NIGHT)
        for hours in (12, 21.9, 22, 22.1, 23):
            send_digests(now=cast.NOW + timedelta(hours=hours))
            send_what_is_due(hours)

        assert pushes_of(firebase, PushKind.ANSWER, phone) == 0
        assert pushes_of(firebase, PushKind.DIGEST, phone) == 1
        [delivery] = Delivery.objects.filter(item__kind="digest")
        assert delivery.sent_at is not None
        assert delivery.sent_at >= MORNING

    def test_does_not_ring_in_the_morning_once_it_was_read_at_night(
        self, firebase: FakeFcm, answered: Thread, owner: Person
    ) -> None:
        deliver_pushes(now=NIGHT)
        [entry] = get(phone_of(owner), "/inbox").json()["items"]
        with transaction.atomic():
            service.mark_read(
                organisation_id=owner.organisation_id, person_id=owner.pk, item_ids=[entry["id"]], now=NIGHT
            )

        send_what_is_due(22)

        assert pushes_of(firebase, PushKind.ANSWER, f"phone of {owner.pk}") == 0
