"""Clips as a phone and its player meet them."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from urllib.parse import urljoin, urlsplit
from uuid import UUID

import pytest
from django.conf import settings
from django.test import Client
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries
from rest_framework.test import APIClient

from api_schema.ids import uuid7
from api_schema.media_jobs import Failure, FailureCode
from backend.domain.accounts.models import Person
from backend.domain.clips.models import Clip
from backend.domain.clips.operations import expect_clip
from backend.domain.clips.playback_links import new_link, sign_link
from backend.domain.clips.results import record_failure, record_progress
from backend.integrations.local_links import verify
from backend.integrations.local_objects import PREFIX
from backend.integrations.local_store import LocalStore
from backend.integrations.object_store import object_store
from tests.api.calls import post
from tests.domain.clips.worker import SEGMENT_BYTES, Worker, captioned_clip, events, received_clip

BESIDE_THE_PICTURE = ["captions.vtt", "storyboard.vtt", "storyboard.jpg"]

ClientOf = Callable[[Person | None], APIClient]


@pytest.fixture
def store() -> LocalStore:
    opened = object_store()
    assert isinstance(opened, LocalStore)
    return opened


@pytest.fixture
def ready(owner: Person, store: LocalStore) -> Clip:
    """The owner's clip, rendered and captioned."""
    return captioned_clip(owner, store, now=timezone.now())


@pytest.fixture
def api(owner: Person, client_of: ClientOf) -> APIClient:
    return client_of(owner)


def player_get(url: str) -> tuple[int, str]:
    """Return status and text of what a player, which sends no header of ours, gets from this link."""
    answer = Client().get(urlsplit(url).path)
    return answer.status_code, answer.content.decode()


def hls_url(api: APIClient, clip_id: UUID) -> str:
    return str(api.get(f"/api/v1/clips/{clip_id}/playback").json()["hls_url"])


class TestGetClip:
    def test_tells_how_a_clip_stands(self, api: APIClient, owner: Person, ready: Clip) -> None:
        answer = api.get(f"/api/v1/clips/{ready.id}")

        told = answer.json()
        assert answer.status_code == 200
        assert (told["status"], told["verified"], told["percent"], told["media_kind"]) == ("ready", True, 100, "video")
        assert (told["duration_ms"], told["width_px"], told["height_px"]) == (12_000, 1280, 720)
        assert (told["author"]["name"], told["rejection"], told["upload"]) == (owner.name, None, None)
        assert {made["kind"]: made["status"] for made in told["artefacts"]}["captions"] == "ready"

    def test_tells_of_a_clip_before_its_first_byte(self, api: APIClient, owner: Person) -> None:
        clip = expect_clip(actor=owner.actor, clip_id=uuid7(), now=timezone.now())

        told = api.get(f"/api/v1/clips/{clip.id}").json()

        assert (told["status"], told["verified"], told["artefacts"]) == ("expected", False, [])

    def test_tells_why_a_clip_was_rejected(self, api: APIClient, owner: Person, store: LocalStore) -> None:
        clip = rejected_clip(owner, store)

        told = api.get(f"/api/v1/clips/{clip.id}").json()

        assert told["rejection"] == {"code": "not_a_video", "reason": "This is a zip file."}

    def test_asks_the_database_the_same_few_things_however_much_was_made(
        self, owner: Person, ready: Clip, client_of: ClientOf, django_assert_num_queries: DjangoAssertNumQueries
    ) -> None:
        bare = expect_clip(actor=owner.actor, clip_id=uuid7(), now=timezone.now())
        api = client_of(owner)

        for clip in (bare, ready):
            with django_assert_num_queries(4):  # session, clip, artefacts, upload
                api.get(f"/api/v1/clips/{clip.id}")

    @pytest.mark.parametrize(
        ("keeps_locations", "reader", "place"),
        [
            (True, "owner", {"latitude": 53.8, "longitude": -1.55}),
            (True, "curator", {"latitude": 53.8, "longitude": -1.55}),
            (True, "colleague", None),
            (False, "owner", None),
        ],
    )
    def test_tells_where_it_was_filmed_to_few(
        self,
        keeps_locations: bool,
        reader: str,
        place: object,
        ready: Clip,
        client_of: ClientOf,
        request: pytest.FixtureRequest,
    ) -> None:
        ready.latitude, ready.longitude = 53.8, -1.55
        ready.save(update_fields=["latitude", "longitude"])
        ready.organisation.keeps_locations = keeps_locations
        ready.organisation.save(update_fields=["keeps_locations"])

        told = client_of(request.getfixturevalue(reader)).get(f"/api/v1/clips/{ready.id}").json()

        assert told["place"] == place

    @pytest.mark.parametrize("what", ["", "/playback", "/cues", "/captions.vtt"])
    def test_hides_another_organisations_clip_as_missing(
        self, what: str, ready: Clip, outsider: Person, client_of: ClientOf
    ) -> None:
        answer = client_of(outsider).get(f"/api/v1/clips/{ready.id}{what}")

        assert (answer.status_code, answer.json()["code"]) == (404, "not_found")

    @pytest.mark.parametrize("what", ["", "/playback", "/cues", "/captions.vtt"])
    def test_shows_nothing_to_nobody(self, what: str, ready: Clip, client_of: ClientOf) -> None:
        assert client_of(None).get(f"/api/v1/clips/{ready.id}{what}").status_code == 401


def rejected_clip(person: Person, store: LocalStore) -> Clip:
    """Return a clip that turned out to be a zip file."""
    now = timezone.now()
    clip = received_clip(person, store, now=now)
    proof = Worker.claim(clip, store, now=now).proof
    record_failure(**proof, failure=Failure(FailureCode.NOT_A_VIDEO, "This is a zip file."), now=now)
    return clip


class TestGetPlayback:
    def test_gives_links_that_need_no_session(self, api: APIClient, ready: Clip, colleague: Person) -> None:
        answer = api.get(f"/api/v1/clips/{ready.id}/playback")

        told = answer.json()
        assert (answer.status_code, told["status"]) == (200, "ready")
        assert told["hls_url"].startswith(f"{settings.PUBLIC_URL}/media/")
        assert told["captions_url"].endswith("/captions.vtt")
        assert told["poster_url"].startswith(f"{settings.PUBLIC_URL}/objects/")
        assert told["storyboard"]["columns"] == 5
        assert told["storyboard_vtt_url"] == told["hls_url"].replace("master.m3u8", "storyboard.vtt")
        assert told["waveform_url"] is None
        assert told["offline_url"] is not None

    def test_leaves_players_no_choice_but_the_smallest_picture_with_little_data(
        self, api: APIClient, ready: Clip
    ) -> None:
        url = hls_url(api, ready.id)

        _, every = player_get(url)
        status, smallest = player_get(url.replace("master.m3u8", "low.m3u8"))

        assert every.count("#EXT-X-STREAM-INF") > 1
        assert (status, smallest.count("#EXT-X-STREAM-INF")) == (200, 1)
        assert "\nv240.m3u8\n" in smallest
        assert "audio.m3u8" in smallest

    def test_refuses_a_clip_before_its_first_segments(self, api: APIClient, owner: Person, store: LocalStore) -> None:
        clip = received_clip(owner, store, now=timezone.now())

        answer = api.get(f"/api/v1/clips/{clip.id}/playback")

        assert (answer.status_code, answer.json()["code"]) == (409, "clip_not_ready")
        assert (answer.json()["state"], answer.json()["percent"]) == ("processing", 0)

    def test_says_why_a_rejected_clip_cannot_be_played(self, api: APIClient, owner: Person, store: LocalStore) -> None:
        clip = rejected_clip(owner, store)

        answer = api.get(f"/api/v1/clips/{clip.id}/playback")

        assert (answer.status_code, answer.json()["code"]) == (422, "clip_rejected")
        assert answer.json()["detail"] == "This is a zip file."


class TestStoryboard:
    def test_leads_from_its_tiles_to_the_picture(self, api: APIClient, ready: Clip, store: LocalStore) -> None:
        url = hls_url(api, ready.id)

        status, tiles = player_get(url.replace("master.m3u8", "storyboard.vtt"))
        picture = Client().get(urlsplit(url).path.replace("master.m3u8", "storyboard.jpg"))

        assert (status, tiles.count("-->")) == (200, 10)
        assert tiles.endswith("00:00:09.000 --> 00:00:12.000\nstoryboard.jpg#xywh=1280,180,320,180\n")
        assert picture.status_code == 302
        granted = verify(urlsplit(picture["Location"]).path.removeprefix(PREFIX), method="GET")
        assert (store.head(granted.key), granted.content_type) == (300, "image/jpeg")

    def test_is_missing_while_there_is_none(self, api: APIClient, owner: Person, store: LocalStore) -> None:
        url = hls_url(api, playing_clip(owner, store).id)

        for name in ("storyboard.vtt", "storyboard.jpg"):
            assert player_get(url.replace("master.m3u8", name))[0] == 404


def playing_clip(person: Person, store: LocalStore) -> Clip:
    """Return a clip whose first seconds can be played while the rest is being rendered."""
    now = timezone.now()
    clip = received_clip(person, store, now=now)
    worker = Worker.claim(clip, store, now=now)
    record_progress(**worker.proof, progress=worker.first_seconds(), store=store, now=now)
    return clip


class TestPlaylists:
    def test_lead_a_player_to_the_bytes_of_every_segment(self, api: APIClient, ready: Clip, store: LocalStore) -> None:
        url = hls_url(api, ready.id)

        status, master = player_get(url)
        renditions = [line for line in master.splitlines() if line.endswith(".m3u8")]
        _, v480 = player_get(url.replace("master", "v480"))
        segments = [line for line in v480.splitlines() if line.endswith(".m4s")]
        redirects = [Client().get(urlsplit(urljoin(url, segment)).path) for segment in ["v480/init.mp4", *segments]]

        assert (status, renditions) == (200, ["v240.m3u8", "v480.m3u8", "v720.m3u8"])
        assert 'TYPE=AUDIO,GROUP-ID="audio"' in master
        assert 'TYPE=SUBTITLES,GROUP-ID="captions",NAME="Captions",LANGUAGE="en"' in master
        assert [answer.status_code for answer in redirects] == [302] * 4
        granted = [verify(urlsplit(answer["Location"]).path.removeprefix(PREFIX), method="GET") for answer in redirects]
        assert [store.head(grant.key) for grant in granted] == [700, *[SEGMENT_BYTES] * 3]
        assert {grant.content_type for grant in granted} == {"video/mp4"}
        assert v480.splitlines()[-1] == "#EXT-X-ENDLIST"
        assert "#EXT-X-PLAYLIST-TYPE:VOD" in v480

    def test_grow_while_the_clip_is_rendered(self, api: APIClient, owner: Person, store: LocalStore) -> None:
        now = timezone.now()
        clip = received_clip(owner, store, now=now)
        worker = Worker.claim(clip, store, now=now)
        record_progress(**worker.proof, progress=worker.first_seconds(), store=store, now=now)
        url = hls_url(api, clip.id)

        _, master = player_get(url)
        _, early = player_get(url.replace("master", "v240"))
        worker.render(now=now)
        _, whole = player_get(url.replace("master", "v240"))

        assert [line for line in master.splitlines() if line.endswith(".m3u8")] == ["v240.m3u8"]
        assert (early.count("#EXTINF"), whole.count("#EXTINF")) == (1, 3)
        assert "#EXT-X-PLAYLIST-TYPE:EVENT" in early
        assert "#EXT-X-ENDLIST" not in early
        assert "#EXT-X-ENDLIST" in whole

    def test_ask_the_database_the_same_few_things_however_long_the_clip(
        self, ready: Clip, api: APIClient, django_assert_num_queries: DjangoAssertNumQueries
    ) -> None:
        url = hls_url(api, ready.id)

        with django_assert_num_queries(3):  # clip, rendition, segments
            player_get(url.replace("master", "v480"))
        with django_assert_num_queries(2):  # clip, segment
            player_get(urljoin(url, "v480/00002.m4s"))
        with django_assert_num_queries(4):  # clip, renditions, bit rates, language
            player_get(url)

    def test_bring_captions_along(self, api: APIClient, ready: Clip) -> None:
        url = hls_url(api, ready.id)

        _, playlist = player_get(url.replace("master", "captions"))
        parts = [line for line in playlist.splitlines() if not line.startswith("#")]
        _, captions = player_get(urljoin(url, parts[0]))

        assert parts == ["captions/00000.vtt", "captions/00001.vtt"]
        assert captions.startswith("WEBVTT\n\n00:00:01.000 --> 00:00:03.500\nThis chiller will not start.\n")
        assert player_get(urljoin(url, parts[1])) == (200, "WEBVTT\n")

    @pytest.mark.parametrize("name", ["v240/00003.m4s", "v240/99999.m4s", "v1080/init.mp4", "poster/init.mp4"])
    def test_know_no_segment_that_was_not_published(self, name: str, api: APIClient, ready: Clip) -> None:
        status, _ = player_get(urljoin(hls_url(api, ready.id), name))

        assert status == 404

    @pytest.mark.parametrize(
        "name", ["master.m3u8", "v240.m3u8", "v240/init.mp4", "v240/00000.m4s", *BESIDE_THE_PICTURE]
    )
    def test_end_with_their_link(self, name: str, ready: Clip) -> None:
        long_ago = timezone.now() - settings.PLAYBACK_LINK_LIFE - timedelta(seconds=1)
        link = new_link(organisation_id=ready.organisation_id, clip_id=ready.id, now=long_ago)

        answer = Client().get(f"/media/{sign_link(link)}/{name}")

        assert (answer.status_code, answer.json()["code"]) == (403, "link_expired")

    def test_refuse_a_link_that_was_tampered_with(self, api: APIClient, ready: Clip) -> None:
        path = urlsplit(hls_url(api, ready.id)).path

        answer = Client().get(path.replace("/media/", "/media/x"))

        assert (answer.status_code, answer.json()["code"]) == (403, "link_expired")

    @pytest.mark.parametrize("name", ["v1080.m3u8", "original.m3u8", "poster.m3u8"])
    def test_know_no_other_rendition(self, name: str, api: APIClient, ready: Clip) -> None:
        answer = Client().get(urlsplit(hls_url(api, ready.id)).path.replace("master.m3u8", name))

        assert answer.status_code == 404


class TestCaptions:
    def test_are_webvtt_for_whoever_is_signed_in(self, colleague: Person, ready: Clip, client_of: ClientOf) -> None:
        answer = client_of(colleague).get(f"/api/v1/clips/{ready.id}/captions.vtt")

        assert answer["Content-Type"] == "text/vtt; charset=utf-8"
        assert "<c.doubtful>The display shows E4.</c>" in answer.content.decode()

    def test_come_as_cues_with_their_words(
        self, api: APIClient, ready: Clip, django_assert_num_queries: DjangoAssertNumQueries
    ) -> None:
        with django_assert_num_queries(3):  # session, clip, cues
            answer = api.get(f"/api/v1/clips/{ready.id}/cues")

        first, second = answer.json()["items"]
        assert (first["text"], first["start_ms"], first["words"][0]["text"]) == (
            "This chiller will not start.", 1_000, "This",
        )  # fmt: skip
        assert (second["confidence"], second["language"], second["engine"]) == (0.4, "en", "pocketsphinx")


class TestRetry:
    def test_processes_a_rejected_clip_again_once(self, api: APIClient, owner: Person, store: LocalStore) -> None:
        clip = rejected_clip(owner, store)

        first, second = (post(api, f"/clips/{clip.id}/retry", key="one-tap-of-olive") for _ in range(2))

        assert (first.status_code, first.json()["status"]) == (200, "processing")
        assert second.json() == first.json()
        assert len(events("media.job_queued")) == 2

    def test_refuses_a_clip_that_is_fine(self, api: APIClient, ready: Clip) -> None:
        answer = post(api, f"/clips/{ready.id}/retry")

        assert (answer.status_code, answer.json()["code"]) == (409, "illegal_move")
