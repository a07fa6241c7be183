"""What of a clip a phone takes along, in each way."""

from __future__ import annotations

from datetime import datetime

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from backend.domain.accounts.models import Person
from backend.domain.clips.models import Clip
from backend.domain.clips.taking_along import Taken, Way, files_to_take
from backend.integrations.local_store import LocalStore
from tests.domain.clips.worker import SEGMENT_BYTES, Worker, artefact_of, captioned_clip, received_clip

STREAM = {
    "low.m3u8",
    "v240.m3u8",
    "v240/init.mp4",
    *(f"v240/0000{number}.m4s" for number in range(3)),
    "audio.m3u8",
    "audio/init.mp4",
    *(f"audio/0000{number}.m4s" for number in range(3)),
}
BESIDE = {"poster.jpg", "captions.vtt"}


@pytest.mark.django_db
class TestFilesToTake:
    def test_are_the_film_or_its_smallest_picture_with_the_sound_or_the_sound(
        self, owner: Person, outsider: Person, store: LocalStore, now: datetime
    ) -> None:
        clip = captioned_clip(owner, store, now=now)

        def taken(way: Way, person: Person = owner) -> dict[str, Taken]:
            files = files_to_take(actor=person.actor, clips=[clip], way=way, store=store, now=now)
            return {one.name: one for one in files}

        small, sound = taken(Way.SMALL), taken(Way.SOUND)

        assert set(taken(Way.FILM)) == {"film.mp4"} | BESIDE
        assert set(small) == STREAM | BESIDE
        assert set(sound) == {"sound.m4a"} | BESIDE
        assert sum(one.size_bytes for name, one in small.items() if name.endswith(".m4s")) == 6 * SEGMENT_BYTES
        assert len(sound["sound.m4a"].urls) == 4
        link, _, name = small["v240.m3u8"].urls[0].rpartition("/")
        assert small["low.m3u8"].urls == (f"{link}/low.m3u8",)  # they name each other as they do there
        assert name == "v240.m3u8"
        assert taken(Way.SMALL, outsider) == {}

    def test_are_the_film_where_there_is_no_smaller_picture_or_no_sound(
        self, owner: Person, store: LocalStore, now: datetime
    ) -> None:
        silent = received_clip(owner, store, now=now)
        Worker.claim(silent, store, now=now).render(has_audio=False, now=now)
        tiny = captioned_clip(owner, store, now=now)
        film, smallest = artefact_of(tiny, "offline"), artefact_of(tiny, "v240")
        film.width_px, film.height_px = smallest.width_px, smallest.height_px
        film.save()

        def played(clip: Clip, way: Way) -> set[str]:
            files = files_to_take(actor=owner.actor, clips=[clip], way=way, store=store, now=now)
            return {one.name for one in files if one.content_type == "video/mp4"}

        assert played(tiny, Way.SMALL) == {"film.mp4"}
        assert played(silent, Way.SOUND) == {"film.mp4"}
        assert played(silent, Way.SMALL) == {name for name in STREAM if name.startswith("v240/")}

    def test_are_found_in_as_many_queries_however_many(self, owner: Person, store: LocalStore, now: datetime) -> None:
        clips = [captioned_clip(owner, store, now=now) for _ in range(3)]

        def queries(count: int, way: Way) -> int:
            with CaptureQueriesContext(connection) as captured:
                files = files_to_take(actor=owner.actor, clips=clips[:count], way=way, store=store, now=now)
            assert len({one.clip_id for one in files}) == count
            return len(captured)

        assert [queries(1, way) for way in Way] == [queries(3, way) for way in Way]
