"""Our playlists around real segments, read by a real player (ffmpeg)."""

from __future__ import annotations

import re
import subprocess
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

import imageio_ffmpeg
import pytest
from starlette.staticfiles import StaticFiles
from starlette.types import Receive, Scope, Send

from backend.domain.clips.hls import (
    MasterRendition,
    PlaylistSegment,
    captions_playlist,
    master_playlist,
    media_playlist,
)
from backend.domain.clips.webvtt import Caption, render_webvtt
from tests.serving import served

FFMPEG = imageio_ffmpeg.get_ffmpeg_exe()


def ffmpeg(*arguments: str, directory: Path) -> str:
    """Return what ffmpeg says; fails when it fails."""
    command = [FFMPEG, "-hide_banner", "-nostdin", *arguments]
    return subprocess.run(command, cwd=directory, check=True, capture_output=True, text=True, timeout=60).stderr


@pytest.fixture
def footage(tmp_path: Path) -> Path:
    """6 s of two sizes of a picture and of sound as fMP4 segments of 2 s."""
    encode = ["-c:v", "libx264", "-preset", "ultrafast", "-g", "60"]
    sources = {
        "v240": ["-f", "lavfi", "-i", "testsrc2=size=426x240:rate=30", *encode],
        "v480": ["-f", "lavfi", "-i", "testsrc2=size=854x480:rate=30", *encode],
        "audio": ["-f", "lavfi", "-i", "sine=frequency=440", "-c:a", "aac"],
    }
    for kind, source in sources.items():
        (tmp_path / kind).mkdir()
        hls = ["-t", "6", "-f", "hls", "-hls_time", "2", "-hls_segment_type", "fmp4", "-hls_playlist_type", "vod"]
        names = ["-hls_fmp4_init_filename", "init.mp4", "-hls_segment_filename", f"{kind}/%05d.m4s"]
        ffmpeg(*source, *hls, *names, f"{kind}/theirs.m3u8", directory=tmp_path)
    return tmp_path


def write_playlists(footage: Path, *, segments_count: int, is_complete: bool) -> None:
    """Write our playlists beside the segments, as if `segments_count` were published."""
    for kind in ("v240", "v480", "audio"):
        segments = [PlaylistSegment(f"{kind}/{number:05d}.m4s", 2_000) for number in range(segments_count)]
        text = media_playlist(init_url=f"{kind}/init.mp4", segments=segments, is_complete=is_complete)
        (footage / f"{kind}.m3u8").write_text(text)
    (footage / "captions.vtt").write_text(render_webvtt([Caption(500, 2_000, "It will not start.", 0.9)]))
    parts = [PlaylistSegment("captions.vtt", 6_000)]
    (footage / "captions.m3u8").write_text(captions_playlist(parts, is_complete=True))
    videos = [MasterRendition("v240.m3u8", 400_000, 426, 240), MasterRendition("v480.m3u8", 900_000, 854, 480)]
    audio = MasterRendition("audio.m3u8", 70_000, None, None)
    text = master_playlist(videos=videos, audio=audio, captions_uri="captions.m3u8", language="en")
    (footage / "master.m3u8").write_text(text)


def test_a_player_finds_picture_sound_and_captions_to_the_end(footage: Path) -> None:
    write_playlists(footage, segments_count=3, is_complete=True)

    said = ffmpeg("-allowed_extensions", "ALL", "-i", "master.m3u8", "-f", "null", "-", directory=footage)

    assert re.search(r"Stream #0:\d.*: Video: h264 .*426x240", said)
    assert re.search(r"Stream #0:\d.*: Audio: aac", said)
    assert re.search(r"Stream #0:\d.*: Subtitle: webvtt", said)
    assert "Duration: 00:00:06.00" in said
    assert "time=00:00:06.0" in said


@dataclass
class Shop:
    """The footage over HTTP; notes what is asked for."""

    files: StaticFiles
    asked: list[str] = field(default_factory=list)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "http":
            self.asked.append(scope["path"])
            await self.files(scope, receive, send)


def test_a_player_that_read_the_master_playlist_once_plays_every_size_as_the_rest_comes(footage: Path) -> None:
    write_playlists(footage, segments_count=1, is_complete=False)
    shop = Shop(StaticFiles(directory=footage))
    first = {f"/{kind}/00000.m4s" for kind in ("v240", "v480", "audio")}
    options = ["-hide_banner", "-nostdin", "-allowed_extensions", "ALL", "-extension_picky", "0"]

    with served(shop) as address:
        command = [FFMPEG, *options, "-i", f"{address}/master.m3u8", "-map", "0:v", "-map", "0:a:0", "-f", "null", "-"]
        with subprocess.Popen(command, stderr=subprocess.PIPE, text=True) as player:
            wait_until(lambda: first <= set(shop.asked), within_s=20)
            write_playlists(footage, segments_count=3, is_complete=True)
            _, said = player.communicate(timeout=30)

    assert player.returncode == 0, said
    assert shop.asked.count("/master.m3u8") == 1
    assert re.findall(r"Stream #0:\d.*: Video: h264 .*?, (\d+x\d+)", said)[:2] == ["426x240", "854x480"]
    assert {f"/{kind}/00002.m4s" for kind in ("v240", "v480", "audio")} <= set(shop.asked)
    assert "time=00:00:06.0" in said


def wait_until(happened: Callable[[], bool], *, within_s: float) -> None:
    """Return as soon as `happened`; fail when it did not within the time."""
    deadline = time.monotonic() + within_s
    while not happened():
        assert time.monotonic() < deadline, f"it did not happen within {within_s} s"
        time.sleep(0.05)
