"""The peers: bare ffmpeg and the bare recogniser, each in a process that does nothing else."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from dataclasses import dataclass
from pathlib import Path

from media_worker.ffmpeg_options import ffmpeg_program
from media_worker.render.ladder import AUDIO_BITS_PER_SECOND, Rung, plan_ladder

_START = [ffmpeg_program(), "-v", "error", "-nostdin", "-y"]
# What the worker tells x264 (`media_worker/render/graph.py`), keyframes at fixed times included.
_X264 = ["-c:v", "libx264", "-preset", "veryfast", "-crf", "23", "-profile:v", "high", "-sc_threshold", "0"]
_KEYFRAMES = ["-g", "240", "-force_key_frames", "expr:gte(t,if(n_forced,2+4*(n_forced-1),0))"]
_SOUND = ["-map", "0:a:0", "-c:a", "aac", "-b:a", str(AUDIO_BITS_PER_SECOND), "-ar", "48000", "audio.m4a"]


@dataclass(frozen=True)
class Spent:
    """CPU seconds, user and system, and seconds on the clock."""

    cpu_s: float
    wall_s: float


def one_pass(film: Path, directory: Path) -> Spent:
    """Make three renditions of 1080p and the sound with one command: one decode, no picture or sound beside."""
    ladder = plan_ladder(1920, 1080)
    labels = "".join(f"[s{rung.rendition}]" for rung in ladder)
    scaled = ";".join(f"[s{rung.rendition}]{_scale(rung)}[{rung.rendition}]" for rung in ladder)
    graph = ["-filter_complex", f"[0:v]split={len(ladder)}{labels};{scaled}"]
    renditions = [part for rung in ladder for part in ("-map", f"[{rung.rendition}]", *_encode(rung))]
    return _run([*_START, "-i", str(film), *graph, *renditions, *_SOUND], directory)


def per_rendition(film: Path, directory: Path) -> Spent:
    """Make the same with one command for each: the film is decoded for every rendition anew, as MediaCMS does."""
    runs = [["-map", "0:v:0", "-vf", _scale(rung), *_encode(rung)] for rung in plan_ladder(1920, 1080)]
    spent = [_run([*_START, "-i", str(film), *run], directory) for run in (*runs, _SOUND)]
    return Spent(sum(one.cpu_s for one in spent), sum(one.wall_s for one in spent))


def recognise(wav: Path) -> Spent:
    """Hear the whole WAV as PocketSphinx's own documentation shows it."""
    return _run([sys.executable, "-m", "bench.media.bare_recogniser", str(wav)], Path.cwd())


def _scale(rung: Rung) -> str:
    return f"scale={rung.width_px}:{rung.height_px}:flags=bicubic"


def _encode(rung: Rung) -> list[str]:
    rate = ["-maxrate", str(rung.most_bits_per_second), "-bufsize", str(2 * rung.most_bits_per_second)]
    return [*_X264, *_KEYFRAMES, *rate, f"{rung.rendition}.mp4"]


def _run(command: list[str], directory: Path) -> Spent:
    began_at = time.monotonic()
    process = subprocess.Popen(command, cwd=directory, stdout=subprocess.DEVNULL)
    _, status, used = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode != 0:
        raise SystemExit(f"{command[0]} ended with {process.returncode}.")
    return Spent(used.ru_utime + used.ru_stime, time.monotonic() - began_at)
