"""A media worker killed with -9, wherever in a job it is: the clip ends as if nothing had happened."""

from __future__ import annotations

import subprocess
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import httpx
import imageio_ffmpeg
import pytest
from django.core.management import call_command
from pytest_django import DjangoDbBlocker

from api_schema.media_jobs import JobKind
from backend.domain.clips.models import Clip
from backend.jobs.app import publish_media_job
from tests.domain.clips.worker import states_of
from tests.integration.clip_story import attempts_played, count_events, stored_wrongly, story, watch
from tests.integration.media_stack import MediaStack, media_stack
from tests.integration.wire import Moment, OnTheWire

ASK = Path(__file__).resolve().parents[2] / "backend" / "demo" / "clips" / "ask.mp4"
LENGTH_MS = 4_000

pytestmark = [pytest.mark.slow, pytest.mark.timeout(180)]

ONCE, RENDERED_TWICE, HEARD_TWICE = (1, 1), (2, 1), (1, 2)


@dataclass(frozen=True)
class Running:
    """While the worker runs a program whose command line has this in it."""

    program: str


POINTS: dict[str, tuple[OnTheWire | Running, tuple[int, int]]] = {
    "before its claim is heard": (OnTheWire("claim", Moment.ASKED), ONCE),
    "after its claim, before it hears so": (OnTheWire("claim", Moment.DONE), RENDERED_TWICE),
    "before the original": (OnTheWire("GET original", Moment.ASKED), RENDERED_TWICE),
    "with half of the original": (OnTheWire("GET original", Moment.HALF_ANSWERED), RENDERED_TWICE),
    "in the probe": (Running("media_worker.probe"), RENDERED_TWICE),
    "before it tells what the probe saw": (OnTheWire("progress .*probe.*", Moment.ASKED), RENDERED_TWICE),
    "after it told what the probe saw": (OnTheWire("progress .*probe.*", Moment.DONE), RENDERED_TWICE),
    "while ffmpeg encodes": (Running("libx264"), RENDERED_TWICE),
    "when it asks where to write": (OnTheWire("upload-urls", Moment.DONE), RENDERED_TWICE),
    "at the first init segment": (OnTheWire("PUT .*/init.mp4", Moment.ASKED), RENDERED_TWICE),
    "with half of the first segment": (OnTheWire(r"PUT .*\.m4s", Moment.HALF_SENT), RENDERED_TWICE),
    "after the third segment": (OnTheWire(r"PUT .*\.m4s", Moment.DONE, nth=3), RENDERED_TWICE),
    "after it told of the first segments": (OnTheWire("progress .*segments.*", Moment.DONE), RENDERED_TWICE),
    "at the poster": (OnTheWire("PUT poster.jpg", Moment.ASKED), RENDERED_TWICE),
    "after it told of the poster": (OnTheWire("progress .*poster.jpg.*", Moment.ANSWERED), RENDERED_TWICE),
    "at the storyboard": (OnTheWire("PUT storyboard.jpg", Moment.DONE), RENDERED_TWICE),
    "at the sound for the captions": (OnTheWire("PUT speech.wav", Moment.HALF_SENT), RENDERED_TWICE),
    "at the offline file": (OnTheWire("PUT offline.mp4", Moment.DONE), RENDERED_TWICE),
    "before its result is heard": (OnTheWire("result render", Moment.ASKED), RENDERED_TWICE),
    "after its result, before it hears so": (OnTheWire("result render", Moment.DONE), ONCE),
    "after its result, before it lets go of the wake-up": (OnTheWire("result render", Moment.ANSWERED), ONCE),
    "before the captions are claimed": (OnTheWire("claim", Moment.ASKED, nth=2), ONCE),
    "after the captions are claimed": (OnTheWire("claim", Moment.DONE, nth=2), HEARD_TWICE),
    "with half of the sound": (OnTheWire("GET .*speech.wav", Moment.HALF_ANSWERED), HEARD_TWICE),
    "as it looks for speech": (OnTheWire("GET .*speech.wav", Moment.ANSWERED), HEARD_TWICE),
    "while it hears": (Running("pocketsphinx_hearing"), HEARD_TWICE),
    "before the captions are heard of": (OnTheWire("result transcript", Moment.ASKED), HEARD_TWICE),
    "after the captions, before it hears so": (OnTheWire("result transcript", Moment.DONE), ONCE),
}


AT_A_SEGMENT = OnTheWire(r"PUT .*\.m4s", Moment.DONE)
GONE_SILENT = "Processing stopped without an answer, each time it was tried."


@pytest.fixture(scope="module")
def transactional_db(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[None]:
    """In place of the one that empties the database after each test: here it is emptied after the last one."""
    with django_db_blocker.unblock():
        yield
        call_command("flush", interactive=False, verbosity=0)


@pytest.fixture(scope="module")
def stack(transactional_db: None, tmp_path_factory: pytest.TempPathFactory) -> Iterator[MediaStack]:
    """One stack for every point: each kill leaves the next clip a worker that was started after it."""
    with media_stack(tmp_path_factory.mktemp("stack")) as one:
        one.start_worker()
        yield one


@pytest.fixture(scope="module")
def footage(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Four small seconds of the demo: somebody says that the chiller will not start."""
    target = tmp_path_factory.mktemp("footage") / "short.mp4"
    command = [imageio_ffmpeg.get_ffmpeg_exe(), "-v", "error", "-i", str(ASK), "-t", str(LENGTH_MS / 1000)]
    encode = ["-vf", "scale=360:640", "-c:v", "libx264", "-preset", "ultrafast", "-pix_fmt", "yuv420p", "-c:a", "aac"]
    subprocess.run([*command, *encode, str(target)], check=True)
    return target


@pytest.fixture(scope="module")
def unharmed(stack: MediaStack, footage: Path) -> Clip:
    """The same footage, from a worker that nobody killed."""
    clip = stack.film(footage)
    stack.wait_until(lambda: stack.is_done(clip, JobKind.TRANSCRIBE))
    return clip


def arm(stack: MediaStack, point: OnTheWire | Running | None) -> None:
    """Have the worker killed there; at None nowhere."""
    stack.died.clear()
    stack.wire.arm(point if isinstance(point, OnTheWire) else None)
    if isinstance(point, Running):
        stack.kill_when_running(point.program)


def address_of(clip: Clip, stack: MediaStack) -> str:
    """Return where a player finds the clip, past the wire."""
    with httpx.Client(base_url=stack.web_url) as http:
        playback = stack.phone(http).get(f"/clips/{clip.pk}/playback")
    return str(playback["hls_url"]).replace(stack.wire.url, stack.web_url)


def kill_and_replace(stack: MediaStack) -> None:
    """Wait for the armed point, and start the worker again as its supervisor would."""
    stack.wait_until(stack.died.is_set)
    stack.bury_worker()
    stack.start_worker()


class TestKilledWorker:
    @pytest.mark.parametrize("where", POINTS)
    def test_leaves_a_clip_that_is_ready_with_everything_once(
        self, where: str, stack: MediaStack, unharmed: Clip, footage: Path
    ) -> None:
        point, attempts = POINTS[where]
        arm(stack, point)

        clip = stack.film(footage)
        kill_and_replace(stack)
        stack.wait_until(lambda: stack.is_done(clip, JobKind.TRANSCRIBE))

        assert story(clip) == story(unharmed)
        assert stack.attempts(clip) == attempts
        assert len(attempts_played(clip)) == 1
        assert stored_wrongly(clip, stack.store) == []
        assert list(stack.work_dir.iterdir()) == []
        assert watch(address_of(clip, stack)) == watch(address_of(unharmed, stack))

    def test_changes_nothing_when_its_wake_up_comes_again(
        self, stack: MediaStack, unharmed: Clip, footage: Path
    ) -> None:
        clip = stack.film(footage)
        stack.wait_until(lambda: stack.is_done(clip, JobKind.TRANSCRIBE))
        told = story(clip)
        stack.wire.arm(None)

        for kind in JobKind:
            publish_media_job(str(stack.job_id(clip, kind)))
        stack.wait_until(lambda: len(stack.wire.names) == 2)

        assert stack.wire.names == ["claim", "claim"]
        assert story(clip) == told == story(unharmed)
        assert stack.attempts(clip) == ONCE


class TestWorkerKilledAgainAndAgain:
    def test_twice_costs_only_time(self, stack: MediaStack, unharmed: Clip, footage: Path) -> None:
        arm(stack, AT_A_SEGMENT)

        clip = stack.film(footage)
        kill_and_replace(stack)
        arm(stack, OnTheWire("result render", Moment.ASKED))
        kill_and_replace(stack)
        stack.wait_until(lambda: stack.is_done(clip, JobKind.TRANSCRIBE))

        assert story(clip) == story(unharmed)
        assert stack.attempts(clip) == (3, 1)

    def test_three_times_tells_the_author_who_tries_again_with_one_tap(
        self, stack: MediaStack, unharmed: Clip, footage: Path
    ) -> None:
        arm(stack, AT_A_SEGMENT)
        clip = stack.film(footage)
        for _ in range(3):
            kill_and_replace(stack)
            arm(stack, AT_A_SEGMENT)
        stack.wait_until(lambda: stack.status(clip) == "rejected")
        arm(stack, None)

        with httpx.Client(base_url=stack.web_url) as http:
            phone = stack.phone(http)
            stack.wait_until(lambda: phone.get("/inbox/unread")["unread_count"] == 1)
            (told,) = phone.get("/inbox")["items"]
            phone.post(f"/clips/{clip.pk}/retry", {})
        stack.wait_until(lambda: stack.is_done(clip, JobKind.TRANSCRIBE))

        assert (told["title"], told["body"]) == ("Your clip cannot be used", GONE_SILENT)
        assert count_events("clip.rejected", clip) == 1
        assert story(clip) | {"events": None} == story(unharmed) | {"events": None}
        assert stack.attempts(clip) == ONCE

    def test_three_times_while_it_hears_costs_the_captions_only_until_somebody_taps(
        self, stack: MediaStack, unharmed: Clip, footage: Path
    ) -> None:
        arm(stack, Running("pocketsphinx_hearing"))
        clip = stack.film(footage)
        for _ in range(3):
            kill_and_replace(stack)
            arm(stack, Running("pocketsphinx_hearing"))
        stack.wait_until(lambda: states_of(clip)["captions"] == "failed worker_error")
        status_without_captions = stack.status(clip)
        stack.died.set()  # ends the watch: nobody is killed any more

        with httpx.Client(base_url=stack.web_url) as http:
            stack.phone(http).post(f"/clips/{clip.pk}/retry", {})
        stack.wait_until(lambda: stack.is_done(clip, JobKind.TRANSCRIBE))

        assert status_without_captions == "ready"
        assert story(clip) == story(unharmed)
