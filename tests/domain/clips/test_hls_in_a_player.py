"""Our playlists around real segments, read by a real player (ffmpeg)."""

from __future__ import annotations

import re
import subprocess
from pathlib import Path

import imageio_ffmpeg
import pytest

from backend.domain.clips.hls import (
    MasterRendition,
    PlaylistSegment,
    captions_playlist,
    master_playlist,
    media_playlist,
)
from backend.domain.clips.webvtt import Caption, render_webvtt

FFMPEG = imageio_ffmpeg.get_ffmpeg_exe()


def ffmpeg(*arguments: str, directory: Path) -> str:
    """Return what ffmpeg says; fails when it fails."""
    command = [FFMPEG, "-hide_banner", "-nostdin", *arguments]
    return subprocess.run(command, cwd=directory, check=True, capture_output=True, text=True, timeout=60).stderr


@pytest.fixture
def footage(tmp_path: Path) -> Path:
    """6 s of picture and sound as fMP4 segments of 2 s, under `v240` and `audio`."""
    for kind in ("v240", "audio"):
        (tmp_path / kind).mkdir()
    picture = [
        "-f",
        "lavfi",
        "-i",
        "testsrc2=size=426x240:rate=30",
        "-c:v",
        "libx264",
        "-preset",
        "ultrafast",
        "-g",
        "60",
    ]
    sound = ["-f", "lavfi", "-i", "sine=frequency=440", "-c:a", "aac"]
    for kind, source in (("v240", picture), ("audio", sound)):
        hls = ["-t", "6", "-f", "hls", "-hls_time", "2", "-hls_segment_type", "fmp4", "-hls_playlist_type", "vod"]
        names = ["-hls_fmp4_init_filename", "init.mp4", "-hls_segment_filename", f"{kind}/%05d.m4s"]
        ffmpeg(*source, *hls, *names, f"{kind}/theirs.m3u8", directory=tmp_path)
    return tmp_path


def write_playlists(footage: Path, *, segments_count: int, is_complete: bool) -> None:
    """Write our playlists beside the segments, as if `segments_count` were published."""
    for kind in ("v240", "audio"):
        segments = [PlaylistSegment(f"{kind}/{number:05d}.m4s", 2_000) for number in range(segments_count)]
        text = media_playlist(init_url=f"{kind}/init.mp4", segments=segments, is_complete=is_complete)
        (footage / f"{kind}.m3u8").write_text(text)
    (footage / "captions.vtt").write_text(render_webvtt([Caption(500, 2_000, "It will not start.", 0.9)]))
    (footage / "captions.m3u8").write_text(captions_playlist(url="captions.vtt", duration_ms=6_000))
    video = MasterRendition("v240.m3u8", 400_000, 426, 240)
    audio = MasterRendition("audio.m3u8", 70_000, None, None)
    text = master_playlist(videos=[video], audio=audio, captions_uri="captions.m3u8", language="en")
    (footage / "master.m3u8").write_text(text)


def test_a_player_finds_picture_sound_and_captions_to_the_end(footage: Path) -> None:
    write_playlists(footage, segments_count=3, is_complete=True)

    said = ffmpeg("-allowed_extensions", "ALL", "-i", "master.m3u8", "-f", "null", "-", directory=footage)

    assert re.search(r"Stream #0:\d.*: Video: h264 .*426x240", said)
    assert re.search(r"Stream #0:\d.*: Audio: aac", said)
    assert re.search(r"Stream #0:\d.*: Subtitle: webvtt", said)
    assert "Duration: 00:00:06.00" in said
    assert "time=00:00:06.0" in said


def test_a_player_that_began_with_the_first_segment_plays_on_as_the_rest_comes(footage: Path) -> None:
    write_playlists(footage, segments_count=1, is_complete=False)
    command = [FFMPEG, "-hide_banner", "-nostdin", "-allowed_extensions", "ALL", "-i", "v240.m3u8", "-f", "null", "-"]

    with subprocess.Popen(command, cwd=footage, stderr=subprocess.PIPE, text=True) as player:
        assert player.stderr is not None
        begun = next(line for line in player.stderr if "00000.m4s" in line)
        write_playlists(footage, segments_count=3, is_complete=True)
        said = player.stderr.read()

    assert "00001.m4s" not in begun
    assert player.returncode == 0
    assert "time=00:00:06.0" in said
