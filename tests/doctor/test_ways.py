from __future__ import annotations

from datetime import datetime, timedelta
from pathlib import Path

import pytest
from django.db import transaction
from pytest_django import Settings

from api_schema.events import PushCancelled, PushRequested
from api_schema.ids import uuid7
from api_schema.push_payloads import PushKind
from backend.doctor.ways import examine_ways
from backend.domain.accounts.models import Person
from notifications import service as notifications
from notifications.models import Delivery
from tests import cast
from tests.fakes.fcm import FakeFcm

pytestmark = pytest.mark.django_db


@pytest.fixture
def delivery(owner: Person, now: datetime) -> Delivery:
    """The owner has an iPhone and is told something."""
    notifications.register_device(
        organisation_id=owner.organisation_id,
        person_id=owner.pk,
        session_id="a session",
        kind="fid",
        value="an installation",
        platform="ios",
        now=now,
    )
    push = PushRequested(
        organisation_id=owner.organisation_id,
        recipient_id=owner.pk,
        kind=PushKind.ANSWER,
        subject_id=uuid7(),
        dedupe_key="answer",
        title="There is an answer",
        body="",
        requested_at=now,
    )
    with transaction.atomic():
        notifications.deliver(push=push, now=now)
    return Delivery.objects.get()


def said(level: str) -> list[str]:
    return [finding.says for finding in examine_ways(now=cast.NOW) if finding.level == level]


class TestExamineWays:
    def test_is_content_when_no_key_is_refused(self, settings: Settings, tmp_path: Path) -> None:
        with FakeFcm() as firebase:
            settings.FIREBASE_CREDENTIALS = str(firebase.write_key(tmp_path / "key.json"))

            assert (said("wrong"), said("fine")) == ([], ["No key is refused."])

    def test_names_a_key_file_that_cannot_be_used(self, settings: Settings, tmp_path: Path) -> None:
        settings.FIREBASE_CREDENTIALS = str(tmp_path / "missing.json")

        [sentence] = said("wrong")

        assert sentence.startswith(f"FIREBASE_CREDENTIALS ({tmp_path / 'missing.json'}) cannot be used")
        assert "only the inbox serves" in sentence

    def test_names_a_key_that_the_service_refuses_and_what_waits_for_it(self, delivery: Delivery) -> None:
        Delivery.objects.filter(pk=delivery.pk).update(
            state="requeued", reason="third_party_auth", detail="Auth error from APNS"
        )

        [sentence] = said("wrong")
        assert sentence.startswith("Firebase refuses us for ios (third_party_auth: Auth error from APNS)")
        assert sentence.endswith("1 message waiting until that is repaired.")

    def test_names_it_until_a_push_arrives_also_when_nothing_waits_any_more(
        self, delivery: Delivery, now: datetime
    ) -> None:
        tried = Delivery.objects.filter(pk=delivery.pk)
        tried.update(state="requeued", reason="third_party_auth", detail="Auth error from APNS")
        item = delivery.item
        answered = PushCancelled(item.organisation_id, PushKind.ANSWER, item.subject_id, now + timedelta(minutes=1))

        with transaction.atomic():
            notifications.cancel(event=answered)
        refused = said("wrong")
        tried.update(state="accepted", reason="", detail="", message_id="a message")

        assert len(refused) == 1
        assert refused[0].endswith("nothing gets through until that is repaired.")
        assert said("wrong") == []

    def test_notes_that_pushes_go_to_the_log(self, delivery: Delivery, now: datetime) -> None:
        Delivery.objects.filter(pk=delivery.pk).update(state="logged", sent_at=now, ended_at=now)

        assert said("note")[0].startswith("No Firebase key is set up")

    def test_notes_which_further_ways_are_closed(self, settings: Settings) -> None:
        settings.EMAIL_FROM = "cuppa@works.example"

        assert said("note") == ["No text messages are set up, and none is sent: set SMS_REGION where they are wanted."]
