"""Everybody who waits for a clip sees how much of it is here, and how fast the rest comes."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone
from rest_framework.test import APIClient

from api_schema.ids import uuid7
from backend.domain.accounts.models import Person
from backend.domain.clips.models import Clip, Upload
from backend.domain.clips.upload_beginning import begin_upload
from backend.domain.clips.upload_noting import record_stored_bytes
from backend.domain.clips.uploads import take_lease
from backend.domain.equipment.models import Asset
from backend.domain.threads.models import Thread
from backend.domain.threads.suggestions import Proposal, suggest
from tests.api.calls import get, phone_of
from tests.api.world import ask_about

pytestmark = pytest.mark.django_db


@pytest.fixture
def thread(asset: Asset, owner: Person) -> Thread:
    return ask_about(asset, owner)


def send(clip: Clip, *, declared_bytes: int | None, stored_bytes: int, took_s: float = 1) -> Upload:
    """Have `stored_bytes` of the clip arrive within the last `took_s` seconds."""
    actor, now = clip.author.actor, timezone.now()
    begun_at = now - timedelta(seconds=took_s)
    upload = begin_upload(actor=actor, clip_id=clip.pk, declared_bytes=declared_bytes, now=begun_at)
    lease = take_lease(upload=upload, now=begun_at)
    assert record_stored_bytes(upload=upload, lease=lease, stored_bytes=stored_bytes, now=now)
    return upload


def ask_clip_of(thread: Thread) -> Clip:
    assert thread.ask_clip is not None
    return thread.ask_clip


def shown(reader: Person, thread: Thread) -> Any:
    """Return what a thread shows of the arrival of its clip."""
    return get(phone_of(reader), f"/threads/{thread.pk}").json()["clip"]["upload"]


class TestProgress:
    def test_is_seen_by_asker_and_peer_alike(self, thread: Thread, owner: Person, colleague: Person) -> None:
        send(ask_clip_of(thread), declared_bytes=1_000_000, stored_bytes=420_000, took_s=2)

        for reader in (owner, colleague):
            assert shown(reader, thread) == {
                "offset": 420_000,
                "length": 1_000_000,
                "percent": 42,
                "bytes_per_second": 210_000,
            }

    def test_is_seen_in_the_list_of_threads(self, thread: Thread, colleague: Person) -> None:
        send(ask_clip_of(thread), declared_bytes=1_000_000, stored_bytes=420_000)

        (listed,) = get(phone_of(colleague), "/threads").json()["items"]

        assert listed["clip"]["upload"]["percent"] == 42

    def test_of_an_answer_is_seen_with_the_answer(self, thread: Thread, owner: Person, colleague: Person) -> None:
        proposal = Proposal(text="Like this.", clip_id=uuid7())
        answer = suggest(
            actor=colleague.actor, suggestion_id=uuid7(), thread_id=thread.pk, proposal=proposal, now=timezone.now()
        ).row
        assert answer.clip is not None
        send(answer.clip, declared_bytes=1000, stored_bytes=999)

        (suggestion,) = get(phone_of(owner), f"/threads/{thread.pk}").json()["suggestions"]

        assert suggestion["clip"]["upload"]["percent"] == 99

    def test_has_no_percentage_while_the_phone_films_still(self, thread: Thread, owner: Person) -> None:
        send(ask_clip_of(thread), declared_bytes=None, stored_bytes=420_000)

        told = shown(owner, thread)

        assert (told["offset"], told["length"], told["percent"]) == (420_000, None, None)

    def test_has_no_rate_when_nothing_came_for_a_while(self, thread: Thread, owner: Person) -> None:
        upload = send(ask_clip_of(thread), declared_bytes=1_000_000, stored_bytes=420_000)
        Upload.objects.filter(pk=upload.pk).update(noted_at=timezone.now() - timedelta(seconds=16))

        told = shown(owner, thread)

        assert (told["percent"], told["bytes_per_second"]) == (42, 0)

    def test_is_absent_before_the_first_byte_and_for_other_clips(self, thread: Thread, owner: Person) -> None:
        assert shown(owner, thread) is None

    def test_is_seen_at_the_clip_with_the_address_of_the_upload(
        self, thread: Thread, colleague: Person, settings: Any
    ) -> None:
        upload = send(ask_clip_of(thread), declared_bytes=1_000_000, stored_bytes=420_000)

        clip = get(phone_of(colleague), f"/clips/{ask_clip_of(thread).pk}").json()

        assert clip["upload"] == {
            "id": str(upload.pk),
            "url": f"{settings.PUBLIC_URL}/api/v1/uploads/{upload.pk}",
            "offset": 420_000,
            "length": 1_000_000,
            "percent": 42,
            "bytes_per_second": 420_000,
        }


class TestRate:
    def test_follows_the_link_without_jumping(self, thread: Thread, owner: Person, phone: APIClient) -> None:
        upload = send(ask_clip_of(thread), declared_bytes=10_000_000, stored_bytes=1_000_000)
        noted_at = upload.noted_at
        assert noted_at is not None

        for second in range(1, 4):
            record_stored_bytes(
                upload=upload,
                lease=upload.lease,
                stored_bytes=1_000_000 + second * 100_000,
                now=noted_at + timedelta(seconds=second),
            )

        assert 700_000 < upload.bytes_per_second < 1_000_000  # a tenth as fast for three seconds of a ten-second memory

    def test_leaves_out_the_time_without_a_link(self, thread: Thread) -> None:
        upload = send(ask_clip_of(thread), declared_bytes=10_000_000, stored_bytes=1_000_000)
        assert upload.noted_at is not None
        an_hour_later = upload.noted_at + timedelta(hours=1)

        lease = take_lease(upload=upload, now=an_hour_later)
        record_stored_bytes(
            upload=upload, lease=lease, stored_bytes=2_000_000, now=an_hour_later + timedelta(seconds=1)
        )

        assert upload.bytes_per_second == 1_000_000
