"""Footage made on the spot with the worker's own ffmpeg: small, exact, and as odd as a test wants it."""

from __future__ import annotations

import subprocess
from pathlib import Path

from media_worker.ffmpeg_options import ffmpeg_program

_TONE = "sine=frequency=440:sample_rate=48000"
_GPS = "+51.5334-000.1255/"


def run_ffmpeg(*arguments: str | Path) -> None:
    subprocess.run([ffmpeg_program(), "-v", "error", "-y", *map(str, arguments)], check=True)


def film(target: Path, *, size: str = "320x240", seconds: float = 3, rate: int = 30, sound: bool = True) -> Path:
    """Write a moving picture with a tone to `target`; its name decides the container."""
    tone = ["-f", "lavfi", "-i", _TONE, "-c:a", "aac"] if sound else []
    run_ffmpeg(
        "-f", "lavfi", "-i", f"testsrc2=size={size}:rate={rate}", *tone,
        "-t", str(seconds), "-c:v", "libx264", "-preset", "ultrafast", "-pix_fmt", "yuv420p",
        "-metadata", f"com.apple.quicktime.location.ISO6709={_GPS}", "-metadata", "title=secret-title",
        "-movflags", "+faststart+use_metadata_tags", target,
    )  # fmt: skip
    return target


def repeat(source: Path, target: Path, *, times: int) -> Path:
    """Write the packets of `source` so many times over: a long clip in the time of a short one."""
    run_ffmpeg("-stream_loop", str(times - 1), "-i", source, "-c", "copy", target)
    return target


def film_marked(target: Path, *, size: str, turned_degrees: int) -> Path:
    """Write a grey picture with a red upper left corner, stored as a phone held `turned_degrees` would."""
    stored = target.with_name("stored.mp4")
    width, height = (int(side) for side in size.split("x"))
    corner = f"drawbox=x=0:y=0:w={width // 4}:h={height // 4}:color=red:t=fill"
    run_ffmpeg(
        "-f", "lavfi", "-i", f"color=gray:size={size}:rate=30", "-vf", corner, "-t", "1",
        "-c:v", "libx264", "-preset", "ultrafast", "-pix_fmt", "yuv420p", stored,
    )  # fmt: skip
    run_ffmpeg("-display_rotation:v:0", str(turned_degrees), "-i", stored, "-c", "copy", target)
    return target


def record_voice_note(target: Path, *, seconds: float = 3) -> Path:
    run_ffmpeg("-f", "lavfi", "-i", _TONE, "-t", str(seconds), target)
    return target


def add_spatial_audio_first(source: Path, target: Path) -> Path:
    """Write `source` with an audio track before its own that nobody can decode, as an iPhone's APAC track."""
    run_ffmpeg("-i", source, "-map", "0:a", "-map", "0:v", "-map", "0:a", "-c", "copy", target)
    content = target.read_bytes()
    first_audio = content.index(b"mp4a", content.index(b"stsd"))
    target.write_bytes(content[:first_audio] + b"apac" + content[first_audio + 4 :])
    return target


def make_timestamp_bomb(target: Path) -> Path:
    """Write two frames ten hours apart: 5 KB that fill ten hours at a constant frame rate."""
    run_ffmpeg(
        "-f", "lavfi", "-i", "color=size=64x64:rate=1:duration=2", "-vf", "setpts=N*36000/TB",
        "-fps_mode", "passthrough", "-c:v", "libx264", target,
    )  # fmt: skip
    return target
