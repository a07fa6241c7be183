"""
Traps that look like clips: each ends as a failure with a code, touches no other file and calls nobody.

Run without bubblewrap, on purpose: the doors that ffmpeg is told to keep shut must hold by themselves. What
bubblewrap adds is shown in `test_bubblewrap`, on programs that are already taken over.
"""

from __future__ import annotations

import os
import random
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import psutil
import pytest

from api_schema.media_jobs import FailureCode, JobKind, Limits, final_failures
from media_worker.ffmpeg_options import ffmpeg_program
from media_worker.isolation import this_process_isolation
from media_worker.job import Worker
from media_worker.probe import asking
from tests.media_worker import footage, hostile_files
from tests.media_worker.fake_backend import LIMITS, FakeBackend, Job
from tests.media_worker.hostile_files import Maker, cut, hls, just, made, text, timestamp_bomb
from tests.media_worker.trap import Trap

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="only Linux tells who opened a file")

NOT_A_VIDEO, CUT_SHORT, UNDECODABLE = FailureCode.NOT_A_VIDEO, FailureCode.CUT_SHORT, FailureCode.UNDECODABLE

MPD = """<?xml version="1.0"?><MPD xmlns="urn:mpeg:dash:schema:mpd:2011" type="static" profiles="urn:mpeg:dash:profile:\
isoff-main:2011" mediaPresentationDuration="PT1S"><Period><AdaptationSet mimeType="video/mp4"><Representation id="1" \
bandwidth="1" codecs="avc1.42c00d"><BaseURL>{url}</BaseURL></Representation></AdaptationSet></Period></MPD>"""
SVG = """<svg xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink">\
<image xlink:href="http://{server}/"/><image xlink:href="file://{next_door}/secret-000.png"/></svg>"""
SDP = "v=0\no=- 0 0 IN IP4 127.0.0.1\ns=x\nc=IN IP4 127.0.0.1\nt=0 0\nm=video 5004 RTP/AVP 96\na=rtpmap:96 H264/90000\n"
ASS = "[Script Info]\n[Events]\nDialogue: 0,0:00:00.00,0:00:01.00,Default,,0,0,0,,{{\\p1}}secret.mp4\n"

PLAYLISTS: dict[str, Maker] = {
    "hls to a file next door": hls("#EXTINF:1,", "{next_door}/secret.ts"),
    "hls to a file by address": hls("#EXTINF:1,", "file://{next_door}/secret.ts"),
    "hls to an inner server": hls("#EXTINF:1,", "http://{server}/latest/meta-data/"),
    "hls with a key on an inner server": hls(
        '#EXT-X-KEY:METHOD=AES-128,URI="http://{server}/key"', "#EXTINF:1,", "file://{next_door}/secret.ts"
    ),
    "hls with a header next door": hls(
        '#EXT-X-MAP:URI="{next_door}/secret.mp4"', "#EXTINF:1,", "{next_door}/secret.ts"
    ),
    "hls through other protocols": hls("#EXTINF:1,", "concat:{next_door}/secret.ts|subfile:,,:{next_door}/secret.txt"),
    "hls of hls": hls("#EXT-X-STREAM-INF:BANDWIDTH=1", "http://{server}/inner.m3u8"),
    "hls behind a byte order mark": text("\ufeff#EXTM3U\n#EXTINF:1,\nfile://{next_door}/secret.ts\n"),
    "dash to a file next door": text(MPD.replace("{url}", "file://{next_door}/secret.mp4")),
    "dash to an inner server": text(MPD.replace("{url}", "http://{server}/secret.mp4")),
    "ffconcat": text("ffconcat version 1.0\nfile '{next_door}/secret.mp4'\n"),
    "ffconcat with options": text("ffconcat version 1.0\nfile 'http://{server}/'\noption safe 0\nduration 1\n"),
    "concat script": text("file '{next_door}/secret.mp4'\nfile 'http://{server}/secret.mp4'\n"),
    "concat protocol": text("concat:{next_door}/secret.mp4|http://{server}/"),
    "m3u": text("{next_door}/secret.mp4\nhttp://{server}/secret.mp4\n"),
    "smooth streaming": text('<SmoothStreamingMedia><StreamIndex Url="http://{server}/"/></SmoothStreamingMedia>'),
    "session description": text(SDP),
    "subtitles": text("1\n00:00:00,000 --> 00:00:01,000\nfile://{next_door}/secret.txt\n"),
    "styled subtitles": text(ASS),
    "image list": text("{next_door}/secret-%03d.png\n"),
    "svg": text(SVG),
    "html": text('<html><video src="http://{server}/"></video></html>'),
    "ffmetadata": text(";FFMETADATA1\ntitle=file://{next_door}/secret.txt\n"),
}

NO_CLIPS: dict[str, Maker] = {
    "nothing": just(b""),
    "one byte": just(b"\0"),
    "zeros": just(bytes(100_000)),
    "a delivery note": text("This is a delivery note, not a video.\n" * 100),
    "zip": hostile_files.archive,
    "program": just(Path(sys.executable).resolve().read_bytes()[:50_000]),
    "gif": made("-t", "1", name="a.gif"),
    "animated png": made("-t", "1", "-f", "apng", name="a.png"),
    "png": made("-frames:v", "1", name="b.png"),
    "jpg": made("-frames:v", "1", name="c.jpg"),
    "jpgs in a row": made("-t", "1", "-f", "image2pipe", "-c:v", "mjpeg", name="d.mjpeg"),
    "avi": made("-t", "1", name="e.avi"),
    "mpeg-ts": made("-t", "1", name="f.ts"),
    "flv": made("-t", "1", name="g.flv"),
}

BOMBS: dict[str, tuple[Maker, FailureCode]] = {
    "timestamp bomb": (timestamp_bomb(".mp4"), FailureCode.TOO_LONG),
    "timestamp bomb in fragments": (
        timestamp_bomb("-f.mp4", "-movflags", "frag_keyframe+empty_moov"),
        FailureCode.TOO_LONG,
    ),
    "timestamp bomb in matroska": (timestamp_bomb(".mkv"), FailureCode.TOO_LONG),
    "pixel bomb": (hostile_files.pixel_bomb, FailureCode.TOO_LARGE),
    "pixel bomb under a small header": (hostile_files.pixel_bomb_under_a_small_header, UNDECODABLE),
    "pixel bomb behind a small picture": (hostile_files.pixel_bomb_behind_a_small_picture, CUT_SHORT),
    "ten thousand nested boxes": (hostile_files.nested(10_000), UNDECODABLE),
    "boxes of every length": (hostile_files.endless_boxes, NOT_A_VIDEO),
    "index of a file next door": (hostile_files.index_of_another_file, UNDECODABLE),
    "unknown codec": (hostile_files.undecodable, UNDECODABLE),
}

HANGING = f"sleep 9{os.getpid()}"  # nobody else, in another test process either, sleeps as long

FAST_START = ("-movflags", "+faststart")
CUT: dict[str, Maker] = {
    **{f"index first, cut at {share}": cut(share, *FAST_START) for share in (0.001, 0.1, 0.5, 0.9, 0.999)},
    **{f"index last, cut at {share}": cut(share) for share in (0.1, 0.5, 0.9, 0.99)},
    "fragments": cut(0.6, "-movflags", "frag_keyframe+empty_moov", "-frag_duration", "200000"),
    "matroska": cut(0.6, name="whole.mkv", seconds=12),
    "voice note": cut(0.6, "-vn", name="voice.m4a"),
}


@pytest.fixture(autouse=True)
def without_bubblewrap(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setenv("SANDBOX", "rlimits")
    this_process_isolation.cache_clear()
    yield
    this_process_isolation.cache_clear()


@pytest.fixture
def trap(tmp_path: Path, small_clip: Path) -> Iterator[Trap]:
    with Trap(tmp_path / "next-door", small_clip) as one:
        yield one


def reject(worker: Worker, backend: FakeBackend, trap: Trap, source: bytes, limits: Limits = LIMITS) -> FailureCode:
    """Run the whole job and return why it failed, in a sentence for the person who filmed."""
    job = run(worker, backend, trap, source, limits)

    assert job.result is None
    (failure,) = job.failures
    assert failure.detail.endswith(".")
    assert "/" not in failure.detail
    return failure.code


def run(worker: Worker, backend: FakeBackend, trap: Trap, source: bytes, limits: Limits = LIMITS) -> Job:
    """Run the whole job; assert that it touched nothing next door, called nobody and left nothing behind."""
    before = set(psutil.Process().children(recursive=True))
    trap.touched()
    job = backend.add(Job(kind=JobKind.RENDER, source=source, limits=limits))

    worker.run_job(job.job_id)

    assert trap.touched() == set()
    assert not trap.was_called()
    assert left_behind(before) == set()
    assert list(worker.config.work_dir.iterdir()) == []
    return job


def left_behind(before: set[psutil.Process]) -> set[psutil.Process]:
    """Return what this process started since. A browser that other tests share starts processes of its own accord."""
    new = set(psutil.Process().children(recursive=True)) - before
    return {process for process in new if before.isdisjoint(process.parents())}


class TestRejectHostileFiles:
    @pytest.mark.parametrize("name", PLAYLISTS)
    def test_opens_no_door_that_a_text_names(
        self, worker: Worker, backend: FakeBackend, trap: Trap, tmp_path: Path, name: str
    ) -> None:
        source = PLAYLISTS[name](tmp_path, trap)

        assert reject(worker, backend, trap, source) is NOT_A_VIDEO

    @pytest.mark.parametrize("name", NO_CLIPS)
    def test_takes_nothing_that_no_phone_records(
        self, worker: Worker, backend: FakeBackend, trap: Trap, tmp_path: Path, name: str
    ) -> None:
        source = NO_CLIPS[name](tmp_path, trap)

        assert reject(worker, backend, trap, source) is NOT_A_VIDEO

    @pytest.mark.parametrize("name", BOMBS)
    def test_is_not_blown_up(self, worker: Worker, backend: FakeBackend, trap: Trap, tmp_path: Path, name: str) -> None:
        make, code = BOMBS[name]
        source = make(tmp_path, trap)

        assert reject(worker, backend, trap, source) is code

    @pytest.mark.parametrize("name", CUT)
    def test_asks_for_a_cut_file_again(
        self, worker: Worker, backend: FakeBackend, trap: Trap, tmp_path: Path, name: str
    ) -> None:
        source = CUT[name](tmp_path, trap)

        assert reject(worker, backend, trap, source) is CUT_SHORT

    @pytest.mark.parametrize(
        "seed", [*range(4), *(pytest.param(seed, marks=pytest.mark.slow) for seed in range(4, 12))]
    )
    def test_survives_a_fuzzed_header(
        self, worker: Worker, backend: FakeBackend, trap: Trap, tiny_clip: bytes, seed: int
    ) -> None:
        source = fuzzed(tiny_clip, random.Random(seed))

        job = run(worker, backend, trap, source)

        assert job.result is not None or [failure.code in final_failures for failure in job.failures] == [True]


class TestRejectWhatHangs:
    def test_gives_up_on_an_encoder_that_hangs(
        self, worker: Worker, backend: FakeBackend, trap: Trap, small_clip: Path, tmp_path: Path,
        monkeypatch: pytest.MonkeyPatch,
    ) -> None:  # fmt: skip
        monkeypatch.setenv("IMAGEIO_FFMPEG_EXE", str(hanging_program(tmp_path)))

        code = reject(worker, backend, trap, small_clip.read_bytes(), replace(LIMITS, wall_clock_s=1))

        assert code is FailureCode.TIMED_OUT
        assert still_hanging() == []

    def test_gives_up_on_a_probe_that_hangs(
        self, worker: Worker, backend: FakeBackend, trap: Trap, small_clip: Path, tmp_path: Path,
        monkeypatch: pytest.MonkeyPatch,
    ) -> None:  # fmt: skip
        monkeypatch.setattr(asking, "_CONFINEMENT", replace(asking._CONFINEMENT, wall_clock_s=1.0))
        monkeypatch.setattr(sys, "executable", str(hanging_program(tmp_path)))

        assert reject(worker, backend, trap, small_clip.read_bytes()) is UNDECODABLE
        assert still_hanging() == []

    def test_survives_a_probe_that_crashes(
        self, worker: Worker, backend: FakeBackend, trap: Trap, small_clip: Path, tmp_path: Path,
        monkeypatch: pytest.MonkeyPatch,
    ) -> None:  # fmt: skip
        monkeypatch.setattr(sys, "executable", str(program(tmp_path, "kill -SEGV $$")))

        assert reject(worker, backend, trap, small_clip.read_bytes()) is UNDECODABLE


class TestTrap:
    """The trap itself works: careless readers spring it on the very files that the worker refuses."""

    def test_springs_on_a_concat_script(self, trap: Trap, tmp_path: Path) -> None:
        open_carelessly(tmp_path, PLAYLISTS["ffconcat"](tmp_path, trap), "-f", "concat", "-safe", "0")

        assert trap.touched() == {"secret.mp4"}

    def test_springs_on_a_playlist_to_an_inner_server(self, trap: Trap, tmp_path: Path) -> None:
        everything = ("-protocol_whitelist", "file,http,tcp", "-allowed_extensions", "ALL", "-f", "hls")
        open_carelessly(
            tmp_path,
            PLAYLISTS["hls to an inner server"](tmp_path, trap),
            *everything,
            "-allowed_segment_extensions",
            "ALL",
        )

        assert trap.was_called()

    def test_springs_on_an_index_of_another_file(self, trap: Trap, tmp_path: Path) -> None:
        source = hostile_files.index_of_another_file(tmp_path, trap)

        open_carelessly(tmp_path, source, "-enable_drefs", "1", "-use_absolute_path", "1")

        assert trap.touched() == {"secret.mov"}


@pytest.fixture(scope="module")
def tiny_clip(tmp_path_factory: pytest.TempPathFactory) -> bytes:
    return footage.film(tmp_path_factory.mktemp("tiny") / "tiny.mp4", size="128x96", seconds=0.5).read_bytes()


def fuzzed(content: bytes, chance: random.Random) -> bytes:
    """Return `content` with a few bytes of its index changed."""
    changed = bytearray(content)
    end = content.index(b"mdat")
    for _ in range(chance.randint(1, 12)):
        changed[chance.randrange(end)] = chance.randrange(256)
    return bytes(changed)


def hanging_program(directory: Path) -> Path:
    """Return a program that does nothing for long, with a child that does the same."""
    return program(directory, f"{HANGING} & {HANGING}")


def program(directory: Path, script: str) -> Path:
    path = directory / "program"
    path.write_text(f"#!/bin/sh\n{script}\n")
    path.chmod(0o755)
    return path


def still_hanging() -> list[list[str]]:
    commands = [process.info["cmdline"] or [] for process in psutil.process_iter(["cmdline"])]
    return [command for command in commands if " ".join(command) == HANGING]


def open_carelessly(directory: Path, content: bytes, *options: str) -> None:
    source = directory / "source"
    source.write_bytes(content)
    command = [ffmpeg_program(), "-v", "quiet", "-nostdin", "-rw_timeout", "2000000", *options]
    subprocess.run([*command, "-i", str(source), "-t", "0.1", "-f", "null", "-"], check=False, timeout=30)
