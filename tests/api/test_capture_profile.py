"""How a phone learns to film, and how much it may send."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries
from rest_framework.test import APIClient

from api_schema.ids import uuid7
from backend.domain.accounts.models import Organisation, Person
from backend.domain.clips.upload_beginning import begin_upload
from tests.api.calls import assert_problem, get, phone_of

pytestmark = pytest.mark.django_db

GIB = 1024**3


class TestGetCaptureProfile:
    def test_tells_how_to_film(self, phone: APIClient) -> None:
        profile = get(phone, "/capture-profile").json()

        assert profile["normal"]["video"] == {
            "short_side_px": 720,
            "frames_per_second": 30,
            "bits_per_second": 2_500_000,
            "keyframe_interval_s": 2,
            "codecs": ["hevc", "h264"],
        }
        assert profile["normal"]["audio"]["codec"] == "aac"
        assert (profile["normal"]["bytes_per_minute"], profile["normal"]["chunk_bytes"]) == (19_470_000, 10_485_760)

    def test_tells_how_to_film_for_a_third_of_the_data(self, phone: APIClient) -> None:
        profile = get(phone, "/capture-profile").json()

        assert profile["low_data"]["video"]["short_side_px"] == 480
        assert profile["low_data"]["bytes_per_minute"] * 3 < profile["normal"]["bytes_per_minute"]

    def test_tells_the_limits_of_this_installation(self, phone: APIClient) -> None:
        profile = get(phone, "/capture-profile").json()

        assert (profile["max_bytes"], profile["max_duration_s"], profile["upload_life_s"]) == (2 * GIB, 1200, 604_800)
        assert profile["upload_url"].endswith("/api/v1/uploads")

    def test_tells_what_is_left_of_the_day(self, phone: APIClient, owner: Person) -> None:
        begin_upload(actor=owner.actor, clip_id=uuid7(), declared_bytes=GIB, now=timezone.now())

        today = get(phone, "/capture-profile").json()["today"]

        assert (today["per_day_bytes"], today["left_bytes"]) == (20 * GIB, 19 * GIB)

    def test_follows_the_organisations_setting(self, phone: APIClient, organisation: Organisation) -> None:
        organisation.upload_bytes_per_day = 5
        organisation.save()

        assert get(phone, "/capture-profile").json()["today"]["left_bytes"] == 5

    def test_needs_a_session(self) -> None:
        assert_problem(get(phone_of(None), "/capture-profile"), "not_signed_in")

    def test_costs_three_queries(self, phone: APIClient, django_assert_num_queries: DjangoAssertNumQueries) -> None:
        with django_assert_num_queries(3):  # session, person with organisation, today's uploads
            get(phone, "/capture-profile")


class TestRenewal:
    def test_is_at_the_persons_own_midnight(self, phone: APIClient, owner: Person) -> None:
        owner.time_zone = "Asia/Kolkata"
        owner.save()

        renews_at = get(phone, "/capture-profile").json()["today"]["renews_at"]

        assert renews_at.endswith("T18:30:00Z")
        assert timezone.now().isoformat() < renews_at < (timezone.now() + timedelta(days=1, seconds=1)).isoformat()
