"""What is filmed for the measurements: a hand-held pan over a detailed picture with a sensor's noise, and a voice."""

from __future__ import annotations

import shutil
import subprocess
import wave
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from media_worker.ffmpeg_options import ffmpeg_program

MINUTE_S, TEN_S, TWO_S, THREE_MINUTES_S = 60, 10, 2, 180
_SPEECH_DIRECTORY = Path(__file__).resolve().parents[3] / "shared" / "speech"
_SENTENCE = "The chiller will not start. There is an E four on the display. What should I check?"
_PAUSE_S = 0.7
_PICTURE_S = 20  # shown again and again: filming is not what is measured

_STILL = "mandelbrot=size=2880x1620:start_x=-0.7436438870:start_y=0.1318259042:start_scale=0.004:maxiter=2000"
# A slow hand: the crop wanders. Phones film 1080p30 in H.264 at 12 to 17 Mbit/s, with a keyframe a second.
_PAN = "crop=1920:1080:x='480+460*sin(t/2.7)':y='270+250*sin(t/1.9)'"
_PICTURE = f"loop=-1:1:0,settb=1/30,setpts=N,fps=30,{_PAN},noise=alls=5:allf=t,format=yuv420p"
_AS_A_PHONE = [
    "-c:v", "libx264", "-preset", "superfast", "-b:v", "14M", "-maxrate", "20M", "-bufsize", "28M", "-g", "30",
]  # fmt: skip


@dataclass(frozen=True)
class Footage:
    """The same film, cut to several lengths: H.264 1080p30 with AAC, index in front. `small`: one second of 240p."""

    minute: Path
    ten_s: Path
    two_s: Path
    three_minutes: Path
    small: Path


def film(directory: Path) -> Footage:
    """Film everything into the directory, and say aloud what is heard in it."""
    voice, still, picture = _voice(directory), directory / "still.png", directory / "picture.mp4"
    minute = directory / "minute.mp4"
    _ffmpeg("-f", "lavfi", "-i", _STILL, "-frames:v", 1, still)
    _ffmpeg("-i", still, "-vf", _PICTURE, "-t", _PICTURE_S, *_AS_A_PHONE, picture)
    _ffmpeg(
        "-stream_loop", -1, "-i", picture, "-stream_loop", -1, "-i", voice, "-t", MINUTE_S, "-c:v", "copy",
        "-c:a", "aac", "-b:a", "128k", "-ar", 48_000, "-movflags", "+faststart", minute,
    )  # fmt: skip
    small = directory / "small.mp4"
    _ffmpeg("-i", minute, "-t", 1, "-vf", "scale=426:240", "-c:v", "libx264", "-preset", "superfast", small)
    return Footage(
        minute=minute,
        ten_s=_cut(minute, directory / "ten.mp4", TEN_S),
        two_s=_cut(minute, directory / "two.mp4", TWO_S),
        three_minutes=_cut(minute, directory / "three-minutes.mp4", THREE_MINUTES_S),
        small=small,
    )


def _cut(source: Path, target: Path, seconds: int) -> Path:
    """Write the beginning of a film, over and over when it is too short, without encoding it again."""
    _ffmpeg(
        "-stream_loop", -1, "-i", source, "-t", seconds, "-c", "copy", "-movflags", "+faststart", target
    )  # fmt: skip
    return target


def _voice(directory: Path) -> Path:
    recordings = sorted(_SPEECH_DIRECTORY.glob("*.wav"))
    target = directory / "voice.wav"
    if recordings:
        print(
            f"Heard in the clips: {len(recordings)} recordings of {_SPEECH_DIRECTORY.name}, again and again.",
            flush=True,
        )
        _join(recordings, target)
    elif espeak := shutil.which("espeak-ng"):
        print("Heard in the clips: espeak-ng. The real recordings are not there: captions will be poor.")
        subprocess.run([espeak, "-w", target, _SENTENCE], check=True)
    else:
        print("Heard in the clips: tones. There is no speech here: THE FIGURES OF CAPTIONS SAY NOTHING.")
        _ffmpeg("-f", "lavfi", "-i", "sine=frequency=300:beep_factor=4:duration=5", target)
    return target


def _join(recordings: Sequence[Path], target: Path) -> None:
    """Write recordings of one format (16 kHz, mono, 16 bit) as one, with pauses between them."""
    with wave.open(str(target), "wb") as joined:
        for number, recording in enumerate(recordings):
            with wave.open(str(recording), "rb") as one:
                if number == 0:
                    joined.setparams(one.getparams())
                joined.writeframes(one.readframes(one.getnframes()))
                joined.writeframes(bytes(int(_PAUSE_S * one.getframerate()) * one.getsampwidth()))


def _ffmpeg(*arguments: object) -> None:
    subprocess.run([ffmpeg_program(), "-v", "error", "-nostdin", "-y", *map(str, arguments)], check=True)
