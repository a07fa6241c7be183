"""
Film the two clips that ship with the project: `python -m backend.demo.make_clips`.

Needs numpy, the Debian package flite and the ffmpeg of imageio-ffmpeg; not part of `make run`, which finds
the clips ready. What is said was chosen by measuring: see clips/README.md.
"""

from __future__ import annotations

import subprocess
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

import imageio_ffmpeg
import numpy as np

from backend.demo.filming import scenes
from backend.demo.filming.scenes import Scene
from backend.demo.filming.voice import Track, Voice, say

CLIPS = Path(__file__).parent / "clips"
FRAME_RATE = 30
VOICE = Voice("rms", stretch=1.1)
FILMED_AT = datetime(2026, 11, 2, 10, 14, 3)  # noqa: DTZ001 - a wall clock in the picture
COLOURS = "scale=out_color_matrix=bt709:out_range=tv,format=yuv420p,setparams=color_primaries=bt709:color_trc=bt709"
PLACE = "+51.4779-000.0015/"  # a public observatory: nobody's site


@dataclass(frozen=True)
class Script:
    """One clip: what is said, sentence by sentence, and what is seen meanwhile."""

    name: str
    lines: tuple[tuple[str, Scene], ...]
    starts_after: timedelta
    lead_ms: int = 800
    pause_ms: int = 800

    def sentences(self) -> tuple[str, ...]:
        return tuple(text for text, _ in self.lines)


ASK = Script(
    "ask.mp4",
    (
        ("The chiller will not start.", scenes.stopped),
        ("There is an | E | four on the display.", scenes.fault_shown),
        ("The water pump is running.", scenes.pump_runs),
        ("I have turned the power off and on.", scenes.stopped),
        ("What should I check?", scenes.fault_shown),
    ),
    timedelta(0),
)
TRY = Script(
    "try.mp4",
    (
        ("Turn the power off and lock it.", scenes.isolator_off),
        ("Now open the panel | and find the flow switch.", scenes.flow_switch_found),
        ("Clean the flow switch | and put it back.", scenes.flow_switch_cleaned),
        ("Close the panel and turn the power back on.", scenes.isolator_on),
        ("Press the reset button for five seconds.", scenes.reset_pressed),
        ("The chiller is running and the display is clear.", scenes.running),
    ),
    timedelta(minutes=21),
    pause_ms=1000,
)


def film(script: Script, target: Path) -> None:
    """Write `script` to `target` as a phone would: coded landscape with a rotation, faststart, with a place."""
    track = say(VOICE, script.sentences(), lead_ms=script.lead_ms, pause_ms=script.pause_ms)
    with tempfile.TemporaryDirectory() as directory:
        sound, upright = Path(directory, "voice.wav"), Path(directory, "coded.mp4")
        track.write(sound)
        _encode(_frames(script, track), sound, upright)
        _finish_as_a_phone_does(upright, target, filmed_at=FILMED_AT + script.starts_after)


def _frames(script: Script, track: Track) -> Iterator[bytes]:
    for number in range(int(track.duration_s * FRAME_RATE)):
        at_s = number / FRAME_RATE
        line = max((index for index, span in enumerate(track.spans_s) if span[0] - 0.4 <= at_s), default=0)
        start, end = track.spans_s[line]
        clock = (FILMED_AT + script.starts_after + timedelta(seconds=at_s)).strftime("%H:%M:%S")
        progress = min(1.0, max(0.0, (at_s - start) / (end - start)))
        picture = scenes.frame(script.lines[line][1], progress=progress, at_s=at_s, clock=clock)
        yield np.rot90(picture).astype(np.uint8).tobytes()  # the sensor of a phone lies on its side


def _encode(frames: Iterator[bytes], sound: Path, target: Path) -> None:
    size = f"{scenes.HEIGHT_PX}x{scenes.WIDTH_PX}"
    command = [
        *_ffmpeg(), "-f", "rawvideo", "-pix_fmt", "rgb24", "-s", size, "-r", str(FRAME_RATE), "-i", "pipe:0",
        "-i", str(sound),
        "-vf", COLOURS,
        "-c:v", "libx264", "-preset", "slow", "-crf", "27", "-g", str(FRAME_RATE),
        "-af", "loudnorm=I=-18:TP=-1.5", "-c:a", "aac", "-b:a", "64k", "-ar", "44100", str(target),
    ]  # fmt: skip
    with subprocess.Popen(command, stdin=subprocess.PIPE) as encoder:  # noqa: S603 - our own words, no shell
        assert encoder.stdin is not None
        for picture in frames:
            encoder.stdin.write(picture)
    if encoder.returncode:
        raise subprocess.CalledProcessError(encoder.returncode, command)


def _finish_as_a_phone_does(source: Path, target: Path, *, filmed_at: datetime) -> None:
    command = [
        *_ffmpeg(), "-display_rotation:v:0", "-90", "-i", str(source), "-c", "copy", "-f", "mov", "-brand", "mp42",
        "-metadata", f"location={PLACE}", "-metadata", f"creation_time={filmed_at.isoformat()}Z",
        "-movflags", "+faststart", str(target),
    ]  # fmt: skip
    subprocess.run(command, check=True)  # noqa: S603 - our own words, no shell


def _ffmpeg() -> list[str]:
    return [imageio_ffmpeg.get_ffmpeg_exe(), "-y", "-v", "error"]


if __name__ == "__main__":
    CLIPS.mkdir(exist_ok=True)
    for script in (ASK, TRY):
        film(script, CLIPS / script.name)
