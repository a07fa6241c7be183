"""How much a person may upload in a day: asked before the first byte."""

from __future__ import annotations

import threading
from datetime import UTC, datetime, timedelta

import pytest
from django.db import connection
from pytest_django import Settings

from api_schema.ids import uuid7
from backend.domain.accounts.models import Organisation, Person
from backend.domain.clips.models import Clip, Upload
from backend.domain.clips.upload_beginning import begin_joined_upload, begin_piece, begin_upload
from backend.domain.clips.upload_noting import record_stored_bytes
from backend.domain.clips.upload_quota import QuotaExceeded, allowance_of
from backend.domain.clips.uploads import mark_corrupt, take_lease, terminate_upload
from tests import cast
from tests.uploads.conftest import PhoneOf
from tests.uploads.phone import FILM, Phone


@pytest.fixture
def small_day(organisation: Organisation) -> None:
    """Each person of the organisation may upload 1,000 bytes a day."""
    organisation.upload_bytes_per_day = 1000
    organisation.save()


def begin(person: Person, declared_bytes: int | None, *, now: datetime = cast.NOW) -> Upload:
    return begin_upload(actor=person.actor, clip_id=uuid7(), declared_bytes=declared_bytes, now=now)


def left(person: Person, *, now: datetime = cast.NOW) -> int:
    return allowance_of(actor=person.actor, now=now).left_bytes


class TestQuotaOverTheWire:
    def test_refuses_before_a_byte_is_sent(self, phone: Phone, organisation: Organisation) -> None:
        organisation.upload_bytes_per_day = len(FILM) - 1
        organisation.save()

        answer = phone.create()

        assert (answer.status_code, answer.json()["code"], answer.json()["retry"]) == (413, "quota_exceeded", True)
        assert answer.json()["left_bytes"] == len(FILM) - 1
        assert datetime.fromisoformat(answer.json()["renews_at"]) > datetime.now(UTC)
        assert (Upload.objects.count(), Clip.objects.count()) == (0, 0)

    def test_is_each_persons_own(
        self, phone: Phone, phone_of: PhoneOf, colleague: Person, organisation: Organisation
    ) -> None:
        organisation.upload_bytes_per_day = len(FILM)
        organisation.save()

        answers = [phone.create(), phone.create(), phone_of(colleague).create()]

        assert [answer.status_code for answer in answers] == [201, 413, 201]

    def test_lets_an_upload_that_has_begun_go_on(self, phone: Phone, organisation: Organisation) -> None:
        path = phone.begin()
        organisation.upload_bytes_per_day = 1
        organisation.save()

        assert phone.patch(path, FILM, offset=0).status_code == 204


@pytest.mark.django_db
@pytest.mark.usefixtures("small_day")
class TestReserveBytes:
    def test_counts_what_is_announced_before_it_comes(self, owner: Person) -> None:
        begin(owner, 600)

        assert left(owner) == 400
        with pytest.raises(QuotaExceeded):
            begin(owner, 401)

    def test_takes_the_very_last_byte(self, owner: Person) -> None:
        begin(owner, 600)
        begin(owner, 400)

        assert left(owner) == 0

    def test_gives_back_what_ended_without_a_clip(self, owner: Person) -> None:
        given_up, corrupt = begin(owner, 400), begin(owner, 600)

        terminate_upload(actor=owner.actor, upload_id=given_up.pk, now=cast.NOW)
        mark_corrupt(actor=owner.actor, upload_id=corrupt.pk)

        assert left(owner) == 1000

    def test_is_counted_once_when_the_phone_asks_twice(self, owner: Person) -> None:
        clip_id = uuid7()
        for _ in range(2):
            begin_upload(actor=owner.actor, clip_id=clip_id, declared_bytes=600, now=cast.NOW)

        assert left(owner) == 400

    def test_counts_pieces_and_not_their_sum_again(self, owner: Person) -> None:
        pieces = [begin_piece(actor=owner.actor, declared_bytes=500, now=cast.NOW) for _ in range(2)]

        begin_joined_upload(actor=owner.actor, clip_id=uuid7(), piece_ids=[piece.pk for piece in pieces], now=cast.NOW)

        assert left(owner) == 0

    def test_keeps_all_it_could_get_for_an_upload_without_a_length(self, owner: Person, settings: Settings) -> None:
        settings.UPLOAD_MAX_BYTES = 700

        upload = begin(owner, None)

        assert (upload.reserved_bytes, left(owner)) == (700, 300)


@pytest.mark.django_db
@pytest.mark.usefixtures("small_day")
class TestDay:
    def test_begins_anew_at_the_persons_own_midnight(self, owner: Person) -> None:
        owner.time_zone = "America/New_York"
        owner.save()
        before_midnight = datetime(2026, 11, 24, 4, 59, tzinfo=UTC)  # 23:59 in New York
        begin(owner, 1000, now=before_midnight)

        assert left(owner, now=before_midnight) == 0
        assert left(owner, now=before_midnight + timedelta(minutes=1)) == 1000

    def test_has_25_hours_when_the_clock_is_put_back(self, owner: Person) -> None:
        first_hour = datetime(2026, 10, 24, 23, 30, tzinfo=UTC)  # London: 25 October, 00:30, still summer time
        begin(owner, 1000, now=first_hour)

        assert left(owner, now=first_hour + timedelta(hours=24)) == 0
        assert allowance_of(actor=owner.actor, now=first_hour).renews_at == datetime(2026, 10, 26, tzinfo=UTC)

    def test_of_an_upload_is_the_one_it_began_on(self, owner: Person) -> None:
        upload = begin(owner, 1000)
        tomorrow = cast.NOW + timedelta(days=1)

        record_stored_bytes(
            upload=upload, lease=take_lease(upload=upload, now=tomorrow), stored_bytes=900, now=tomorrow
        )

        assert left(owner, now=tomorrow) == 1000


@pytest.mark.django_db(transaction=True)
@pytest.mark.usefixtures("small_day")
class TestTwoAtOnce:
    def test_cannot_share_a_byte(self, owner: Person) -> None:
        results: list[str] = []

        def attempt() -> None:
            try:
                begin(owner, 600)
                results.append("begun")
            except QuotaExceeded:
                results.append("refused")
            finally:
                connection.close()

        phones = [threading.Thread(target=attempt) for _ in range(4)]
        for each in phones:
            each.start()
        for each in phones:
            each.join()

        assert sorted(results) == ["begun", "refused", "refused", "refused"]
