"""Whoever watches a thread hears how its clip arrives and what becomes of it."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import pytest

from api_schema.ids import uuid7
from api_schema.media_jobs import Failure, FailureCode, JobKind, Progress
from backend.domain.accounts.models import Person
from backend.domain.clips.models import Clip, Upload
from backend.domain.clips.operations import expect_clip, retry_clip
from backend.domain.clips.results import record_failure, record_progress
from backend.domain.clips.upload_beginning import begin_upload
from backend.domain.clips.upload_noting import KeptBytes, record_kept_bytes, record_stored_bytes
from backend.domain.clips.uploads import finish_upload, take_lease
from backend.integrations.local_store import LocalStore
from backend.live.models import LiveEvent
from backend.outbox.models import OutboxEvent
from tests.domain.clips.worker import SPOKEN, Worker, received_clip, transcript

pytestmark = pytest.mark.django_db


def heard() -> list[tuple[str, dict[str, Any]]]:
    """Return what was told, without the times."""
    rows = LiveEvent.objects.order_by("id").values_list("kind", "data")
    return [(kind, {name: value for name, value in data.items() if name != "at"}) for kind, data in rows]


@pytest.fixture
def attached(owner: Person, store: LocalStore, now: datetime) -> Clip:
    """A clip of a thread, received, its render queued."""
    return received_clip(owner, store, now=now, thread_id=uuid7())


class Phone:
    """A phone that sends a clip of 1,000 bytes."""

    def __init__(self, owner: Person, clip: Clip, *, now: datetime, declared_bytes: int | None = 1_000) -> None:
        self.clip = clip
        self.upload = begin_upload(actor=owner.actor, clip_id=clip.pk, declared_bytes=declared_bytes, now=now)
        self.lease = take_lease(upload=self.upload, now=now)

    def note(self, stored_bytes: int, *, now: datetime) -> None:
        assert record_stored_bytes(upload=self.upload, lease=self.lease, stored_bytes=stored_bytes, now=now)


@pytest.fixture
def phone(owner: Person, now: datetime) -> Phone:
    return Phone(owner, expect_clip(actor=owner.actor, clip_id=uuid7(), thread_id=uuid7(), now=now), now=now)


class TestAnUpload:
    def test_is_told_by_twentieths(self, phone: Phone, now: datetime) -> None:
        for seconds, stored_bytes in enumerate((49, 50, 99, 100, 700, 749), start=1):
            phone.note(stored_bytes, now=now + timedelta(seconds=10 * seconds))

        assert [(kind, data["stored_bytes"]) for kind, data in heard()] == [
            ("uploading", 50),
            ("uploading", 100),
            ("uploading", 700),
        ]
        assert heard()[0][1] == {"clip_id": str(phone.clip.pk), "stored_bytes": 50, "declared_bytes": 1_000}

    def test_is_told_at_most_every_two_seconds(self, phone: Phone, now: datetime) -> None:
        for tenth in range(50):
            phone.note(100 + 10 * tenth, now=now + timedelta(seconds=0.1 * tenth))

        assert [data["stored_bytes"] for _, data in heard()] == [100, 300, 500]

    def test_of_a_length_that_nobody_knows_yet_is_told_as_it_comes(self, owner: Person, now: datetime) -> None:
        clip = expect_clip(actor=owner.actor, clip_id=uuid7(), thread_id=uuid7(), now=now)
        phone = Phone(owner, clip, now=now, declared_bytes=None)

        phone.note(7, now=now)

        assert heard() == [("uploading", {"clip_id": str(clip.pk), "stored_bytes": 7, "declared_bytes": None})]

    def test_in_no_thread_is_told_to_nobody(self, owner: Person, now: datetime) -> None:
        phone = Phone(owner, expect_clip(actor=owner.actor, clip_id=uuid7(), now=now), now=now)

        phone.note(900, now=now)

        assert heard() == []

    def test_that_has_a_newer_writer_is_told_by_that_one_only(self, phone: Phone, now: datetime) -> None:
        old = KeptBytes(phone.upload, phone.lease, 500)
        take_lease(upload=Upload.objects.get(pk=phone.upload.pk), now=now)

        assert record_kept_bytes([old], now=now) == []
        assert heard() == []

    def test_that_is_whole_is_told_as_received(self, phone: Phone, owner: Person, now: datetime) -> None:
        finish_upload(
            actor=owner.actor, upload_id=phone.upload.pk, stored_bytes=1_000, sha256="0" * 64, object_key="k", now=now
        )

        assert heard() == [("clip", {"clip_id": str(phone.clip.pk), "status": "received"})]


class TestAClip:
    def test_is_told_when_it_is_playable_and_once_more_when_it_is_ready(
        self, attached: Clip, store: LocalStore, now: datetime
    ) -> None:
        worker = Worker.claim(attached, store, now=now)
        for _ in range(2):
            record_progress(**worker.proof, progress=worker.first_seconds(), store=store, now=now)
        worker.render(now=now)

        assert heard() == [
            ("clip", {"clip_id": str(attached.pk), "status": "playable"}),
            ("clip", {"clip_id": str(attached.pk), "status": "ready"}),
        ]

    def test_is_told_when_it_cannot_be_used_and_when_it_is_tried_again(
        self, attached: Clip, owner: Person, store: LocalStore, now: datetime
    ) -> None:
        worker = Worker.claim(attached, store, now=now)
        failure = Failure(FailureCode.NOT_A_VIDEO, "This is a spreadsheet.")
        record_failure(**worker.proof, failure=failure, now=now)
        retry_clip(actor=owner.actor, clip_id=attached.pk, now=now)

        assert [data["status"] for _, data in heard()] == ["rejected", "received"]

    def test_tells_of_its_early_captions_once_and_when_they_are_complete(
        self, attached: Clip, store: LocalStore, now: datetime
    ) -> None:
        Worker.claim(attached, store, now=now).render(now=now)
        LiveEvent.objects.all().delete()
        worker = Worker.claim(attached, store, now=now, kind=JobKind.TRANSCRIBE)
        for count in (1, 2):
            early = Progress(10, transcript=transcript(SPOKEN[:count]))
            record_progress(**worker.proof, progress=early, store=store, now=now)
        worker.transcribe(now=now)

        assert heard() == [
            ("captions", {"clip_id": str(attached.pk), "is_complete": False}),
            ("captions", {"clip_id": str(attached.pk), "is_complete": True}),
        ]
        events = OutboxEvent.objects.filter(name__startswith="captions.").order_by("id")
        assert list(events.values_list("name", flat=True)) == ["captions.begun", "captions.ready"]

    def test_in_which_nothing_is_said_has_its_captions_complete(
        self, attached: Clip, store: LocalStore, now: datetime
    ) -> None:
        Worker.claim(attached, store, now=now).render(now=now)
        LiveEvent.objects.all().delete()

        Worker.claim(attached, store, now=now, kind=JobKind.TRANSCRIBE).transcribe((), now=now)

        assert heard() == [("captions", {"clip_id": str(attached.pk), "is_complete": True})]

    def test_in_no_thread_is_told_to_nobody(self, clip: Clip, store: LocalStore, now: datetime) -> None:
        Worker.claim(clip, store, now=now).render(now=now)

        assert heard() == []
