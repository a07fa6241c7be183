"""The words of a clip, and setting them right, as a phone does it."""

from __future__ import annotations

import json
from datetime import datetime
from typing import Any
from urllib.parse import urljoin, urlsplit

import pytest
from django.test import Client
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries
from rest_framework.test import APIClient

from api_schema.ids import uuid7
from api_schema.media_jobs import JobKind, Progress, TimedCue
from backend.domain.accounts.models import Person
from backend.domain.clips.captions import cues_of
from backend.domain.clips.models import Clip, Cue
from backend.domain.clips.results import record_progress
from backend.domain.clips.transcripts import put_transcript
from backend.integrations.local_store import LocalStore
from backend.integrations.object_store import object_store
from tests.api.calls import V1, assert_problem, get, phone_of, post
from tests.domain.clips.worker import Worker, captioned_clip, received_clip, transcript

FIRST = TimedCue(1_000, 3_500, "This chiller", 0.9)


@pytest.fixture
def store() -> LocalStore:
    opened = object_store()
    assert isinstance(opened, LocalStore)
    return opened


@pytest.fixture
def clip(owner: Person, store: LocalStore) -> Clip:
    """The owner's clip, which says "This chiller will not start." and, doubtfully, "The display shows E4."."""
    return captioned_clip(owner, store, now=timezone.now())


@pytest.fixture
def cue(clip: Clip) -> Cue:
    """The doubtful one."""
    return cues_of(clip).get(position=1)


def path_of(cue: Cue) -> str:
    return f"/clips/{cue.clip_id}/cues/{cue.pk}"


def put(phone: APIClient, cue: Cue, **body: object) -> Any:
    """Correct the cue."""
    return phone.put(f"{V1}{path_of(cue)}", json.dumps(body), content_type="application/json")


class TestGetCues:
    def test_tells_words_times_and_that_nobody_corrected_them(self, phone: APIClient, clip: Clip) -> None:
        first, second = get(phone, f"/clips/{clip.pk}/cues").json()["items"]

        assert (first["start_ms"], first["end_ms"], first["text"]) == (1_000, 3_500, "This chiller will not start.")
        assert first["words"] == [
            {"text": "This", "start_ms": 1_000, "end_ms": 1_200, "confidence": 0.95, "spoken": ""}
        ]
        assert (second["version"], second["corrected_by"], second["corrected_at"]) == (0, None, None)

    def test_tells_the_first_words_before_the_rest(self, phone: APIClient, owner: Person, store: LocalStore) -> None:
        now = timezone.now()
        clip = received_clip(owner, store, now=now)
        Worker.claim(clip, store, now=now).render(now=now)
        worker = Worker.claim(clip, store, now=now, kind=JobKind.TRANSCRIBE)

        hear(worker, (FIRST,), now)

        told = get(phone, f"/clips/{clip.pk}").json()
        assert {made["kind"]: made["status"] for made in told["artefacts"]}["captions"] == "playable"
        assert get(phone, f"/clips/{clip.pk}/captions.vtt").content.decode().endswith("\nThis chiller\n")
        assert get(phone, f"/clips/{clip.pk}/playback").json()["captions_url"].endswith("/captions.vtt")

    @pytest.mark.parametrize("cues_count", [1, 20])
    def test_costs_the_same_for_one_corrected_caption_and_for_twenty(
        self,
        clip: Clip,
        owner: Person,
        cues_count: int,
        django_assert_num_queries: DjangoAssertNumQueries,
    ) -> None:
        phone = phone_of(owner)
        cues = tuple(TimedCue(100 * at, 100 * at + 90, f"Number {at}", 0.9) for at in range(cues_count))
        put_transcript(clip, transcript(cues), now=timezone.now())
        for cue in cues_of(clip):
            put(phone, cue, text="Right.", version=0)

        with django_assert_num_queries(3):  # session, clip, cues with who corrected them
            items = get(phone, f"/clips/{clip.pk}/cues").json()["items"]

        assert [item["corrected_by"]["name"] for item in items] == [owner.name] * cues_count


class TestCaptionsPlaylist:
    def test_grows_for_a_player_that_came_early(self, phone: APIClient, owner: Person, store: LocalStore) -> None:
        now = timezone.now()
        clip = received_clip(owner, store, now=now)
        Worker.claim(clip, store, now=now).render(now=now)  # 12 s
        worker = Worker.claim(clip, store, now=now, kind=JobKind.TRANSCRIBE)
        so_far = (FIRST, TimedCue(9_000, 10_500, "over the edge", 0.9), TimedCue(10_800, 11_500, "and on", 0.9))

        master = get(phone, f"/clips/{clip.pk}/playback").json()["hls_url"]
        before = player_get(master)
        hear(worker, (FIRST,), now)
        too_early = player_get(master)
        hear(worker, so_far, now)
        early = player_get(urljoin(master, "captions.m3u8"))
        worker.transcribe(so_far, now=now)
        late = player_get(urljoin(master, "captions.m3u8"))

        assert "SUBTITLES" not in before + too_early
        assert "SUBTITLES" in player_get(master)
        assert early.splitlines()[-2:] == ["#EXTINF:10.000,", "captions/00000.vtt"]
        assert late.splitlines()[-3:] == ["#EXTINF:2.000,", "captions/00001.vtt", "#EXT-X-ENDLIST"]
        parts = [player_get(urljoin(master, f"captions/{number:05d}.vtt")) for number in range(2)]
        assert [part.count("over the edge") for part in parts] == [1, 1]
        assert [part.count("and on") for part in parts] == [0, 1]


def player_get(url: str) -> str:
    """Return what a player, which sends no header of ours, gets from this link."""
    answer = Client().get(urlsplit(url).path)
    assert answer.status_code == 200
    return answer.content.decode()


def hear(worker: Worker, cues: tuple[TimedCue, ...], now: datetime) -> None:
    """Report what was heard so far."""
    record_progress(**worker.proof, progress=Progress(10, transcript=transcript(cues)), store=worker.store, now=now)


class TestPutCue:
    def test_corrects_a_caption_under_the_persons_name(self, phone: APIClient, cue: Cue, owner: Person) -> None:
        answer = put(phone, cue, text="The display shows F4.", version=0)

        told = answer.json()
        assert (answer.status_code, told["text"], told["confidence"], told["version"]) == (
            200,
            "The display shows F4.",
            1.0,
            1,
        )
        assert told["corrected_by"]["name"] == owner.name
        assert told["corrected_at"] is not None
        assert "\nThe display shows F4.\n" in get(phone, f"/clips/{cue.clip_id}/captions.vtt").content.decode()

    def test_takes_the_same_correction_again(self, phone: APIClient, cue: Cue) -> None:
        first = put(phone, cue, text="The display shows F4.", version=0)

        assert put(phone, cue, text="The display shows F4.", version=0).json() == first.json()

    def test_refuses_to_overwrite_what_was_not_read(self, phone: APIClient, cue: Cue, colleague: Person) -> None:
        put(phone_of(colleague), cue, text="It shows F4.", version=0)

        document = assert_problem(put(phone, cue, text="It shows H4.", version=0), "cue_changed")

        assert (document["version"], document["text"]) == (1, "It shows F4.")

    @pytest.mark.parametrize(
        "body", [{}, {"text": "x"}, {"text": "x" * 301, "version": 0}, {"text": "x", "version": -1}]
    )
    def test_refuses_half_a_correction(self, phone: APIClient, cue: Cue, body: dict[str, object]) -> None:
        assert_problem(put(phone, cue, **body), "invalid_input")

        assert cues_of(cue.clip).get(pk=cue.pk).version == 0

    def test_knows_no_caption_that_a_later_transcript_replaced(self, phone: APIClient, cue: Cue) -> None:
        put_transcript(cue.clip, transcript((FIRST,)), now=timezone.now())

        assert_problem(put(phone, cue, text="It shows F4.", version=0), "not_found")


class TestCueVersions:
    def test_tell_who_said_what(self, phone: APIClient, cue: Cue, owner: Person) -> None:
        put(phone, cue, text="The display shows F4.", version=0)

        newest, heard = get(phone, f"{path_of(cue)}/versions").json()["items"]

        assert (newest["number"], newest["text"], newest["person"]["name"]) == (1, "The display shows F4.", owner.name)
        assert (heard["number"], heard["text"], heard["person"]) == (0, "The display shows E4.", None)

    def test_are_one_where_nobody_corrected(self, phone: APIClient, cue: Cue) -> None:
        (heard,) = get(phone, f"{path_of(cue)}/versions").json()["items"]

        assert (heard["number"], heard["confidence"], heard["created_at"]) == (0, 0.4, None)

    @pytest.mark.parametrize("corrections_count", [1, 20])
    def test_cost_the_same_for_one_correction_and_for_twenty(
        self,
        cue: Cue,
        owner: Person,
        corrections_count: int,
        django_assert_num_queries: DjangoAssertNumQueries,
    ) -> None:
        phone = phone_of(owner)
        for version in range(corrections_count):
            put(phone, cue, text=f"It shows F{version}.", version=version)

        with django_assert_num_queries(4):  # session, clip, cue, versions with their people
            items = get(phone, f"{path_of(cue)}/versions").json()["items"]

        assert len(items) == corrections_count + 1


class TestRestore:
    def test_undoes_a_correction(self, phone: APIClient, cue: Cue) -> None:
        put(phone, cue, text="It shows nonsense.", version=0)

        answer = post(phone, f"{path_of(cue)}/restore", {"number": 0, "version": 1})

        told = answer.json()
        assert (answer.status_code, told["text"], told["version"]) == (200, "The display shows E4.", 2)
        assert get(phone, f"{path_of(cue)}/versions").json()["items"][0]["restored_from"] == 0

    def test_knows_no_version_that_never_was(self, phone: APIClient, cue: Cue) -> None:
        assert_problem(post(phone, f"{path_of(cue)}/restore", {"number": 3, "version": 0}), "not_found")


class TestVocabulary:
    @pytest.fixture
    def term_id(self, phone: APIClient, cue: Cue, curator: Person) -> str:
        put(phone, cue, text="The Zephrane shows E4.", version=0)
        (term,) = get(phone_of(curator), "/vocabulary").json()["items"]
        assert (term["written"], term["uses_count"]) == ("Zephrane", 1)
        return str(term["id"])

    def test_forgets_a_term_for_good(self, phone: APIClient, term_id: str, curator: Person) -> None:
        desk = phone_of(curator)

        assert desk.delete(f"{V1}/vocabulary/{term_id}").status_code == 204

        assert get(desk, "/vocabulary").json() == {"items": [], "next": None}
        assert_problem(desk.delete(f"{V1}/vocabulary/{term_id}"), "not_found")

    def test_is_for_curators(self, phone: APIClient, term_id: str) -> None:
        assert_problem(get(phone, "/vocabulary"), "not_allowed")
        assert_problem(phone.delete(f"{V1}/vocabulary/{term_id}"), "not_allowed")

    @pytest.mark.parametrize("terms_count", [1, 20])
    def test_costs_the_same_for_one_term_and_for_twenty(
        self,
        cue: Cue,
        curator: Person,
        terms_count: int,
        django_assert_num_queries: DjangoAssertNumQueries,
    ) -> None:
        desk = phone_of(curator)
        put(desk, cue, text=" ".join(f"X{number}" for number in range(terms_count)), version=0)

        with django_assert_num_queries(2):  # session, terms with their uses
            page = get(desk, "/vocabulary", limit=100).json()

        assert len(page["items"]) == terms_count

    def test_is_read_page_by_page(self, cue: Cue, curator: Person) -> None:
        desk = phone_of(curator)
        put(desk, cue, text="X1 X2 X3", version=0)

        first = get(desk, "/vocabulary", limit=2).json()
        second = get(desk, "/vocabulary", limit=2, cursor=first["next"]).json()

        assert [term["written"] for term in first["items"] + second["items"]] == ["X1", "X2", "X3"]


def test_nobody_corrects_without_signing_in(cue: Cue) -> None:
    assert_problem(put(phone_of(None), cue, text="Mine.", version=0), "not_signed_in")
    assert_problem(get(phone_of(None), f"/clips/{uuid7()}/cues"), "not_signed_in")
