"""Impatient phones: the same request many times at the same moment."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor, wait

from django.db import transaction
from django.utils import timezone

from api_schema.ids import uuid7
from backend.domain.accounts.models import Person
from backend.domain.clips.models import Upload
from backend.domain.clips.uploads import terminate_upload
from tests.uploads.conftest import PhoneOf
from tests.uploads.phone import FILM, Phone, upload_id_of
from tests.uploads.records import clip_at, queued_jobs, staged_path, told_events

AT_ONCE = 6


class TestAtOnce:
    def test_creations_of_one_clip_open_one_upload(self, phone_of: PhoneOf, owner: Person) -> None:
        clip_id = uuid7()
        phones = [phone_of(owner) for _ in range(AT_ONCE)]

        with ThreadPoolExecutor(AT_ONCE) as threads:
            paths = list(threads.map(lambda phone: phone.begin(clip_id=clip_id), phones))

        assert len(set(paths)) == 1
        assert Upload.objects.count() == 1

    def test_a_creation_waits_for_the_end_of_the_upload_before_it(self, phone: Phone, owner: Person) -> None:
        path = phone.begin()
        clip_id = clip_at(path).id

        with ThreadPoolExecutor(1) as threads:
            with transaction.atomic():
                terminate_upload(actor=owner.actor, upload_id=upload_id_of(path), now=timezone.now())
                creation = threads.submit(phone.begin, clip_id=clip_id)
                wait([creation], timeout=0.5)
            second = creation.result()

        assert second != path
        assert phone.patch(second, FILM, offset=0).status_code == 204

    def test_questions_about_a_whole_one_finish_it_once(self, phone: Phone, phone_of: PhoneOf, owner: Person) -> None:
        path = phone.begin()
        staged_path(path).write_bytes(FILM)
        phones = [phone_of(owner) for _ in range(AT_ONCE)]

        with ThreadPoolExecutor(AT_ONCE) as threads:
            answers = list(threads.map(lambda phone: phone.head(path), phones))

        assert {answer.status_code for answer in answers} <= {200, 423}
        assert phone.offset(path) == len(FILM)
        assert queued_jobs(clip_at(path).id) == ["render"]
        assert told_events() == ["media.job_queued"]

    def test_writers_at_one_offset_never_mix_their_bytes(self, phone: Phone, phone_of: PhoneOf, owner: Person) -> None:
        path = phone.begin()
        phones = [phone_of(owner) for _ in range(AT_ONCE)]

        with ThreadPoolExecutor(AT_ONCE) as threads:
            answers = list(threads.map(lambda phone: phone.patch(path, FILM, offset=0), phones))

        kept = phone.offset(path)
        if kept < len(FILM):
            phone.patch(path, FILM[kept:], offset=kept)
        assert {answer.status_code for answer in answers} <= {204, 400, 409, 423}
        assert clip_at(path).status == "processing"
