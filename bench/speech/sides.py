"""Both sides of the comparison: all that Cuppa does with a recording's sound, and PocketSphinx as it comes."""

from __future__ import annotations

import subprocess
import wave
from collections.abc import Callable
from pathlib import Path

from api_schema.media_jobs import FILE_NAMES, Limits, SpeechHints
from media_worker.probe.asking import probe_clip
from media_worker.render.graph import render_command
from media_worker.render.plan import plan_render
from media_worker.speech.engine import Recording
from media_worker.speech.pocketsphinx_engine import PocketSphinxEngine
from media_worker.speech.spoken_codes import write_codes
from media_worker.speech.voice_activity import find_speech

Side = Callable[[Path, tuple[str, ...]], str]
"""Returns the words heard in a WAV, in the form in which they are said; gets the asset's vocabulary."""

_LIMITS = Limits(max_duration_s=1_200, max_pixels=1920 * 1080, max_output_bytes=10**9, wall_clock_s=600)


def cuppa(wav: Path, vocabulary: tuple[str, ...]) -> str:
    """Probe, render (high-pass, loudness), voice activity, the embedded engine, codes: as the worker does."""
    speech = _rendered(wav)
    hints = SpeechHints(language="en", vocabulary=vocabulary)
    heard = PocketSphinxEngine().hear(Recording(speech, find_speech(speech)), hints, lambda: None)
    words = write_codes((word for stretch in heard for word in stretch.words), vocabulary)
    return " ".join(word.spoken or word.text for word in words)


def bare(wav: Path, _vocabulary: tuple[str, ...]) -> str:
    """Return what PocketSphinx's default decoder makes of the whole file."""
    from pocketsphinx import Decoder  # noqa: PLC0415 - loads its model in this process alone

    decoder = Decoder(loglevel="FATAL")
    decoder.start_utt()
    with wave.open(str(wav), "rb") as file:
        decoder.process_raw(file.readframes(file.getnframes()), full_utt=True)
    decoder.end_utt()
    found = decoder.hyp()
    return str(found.hypstr) if found else ""


def _rendered(wav: Path) -> Path:
    """Return the sound for the recogniser, made by the real render of a voice note, in a directory beside the WAV."""
    directory = wav.with_suffix("")
    directory.mkdir()
    source = wav.rename(directory / "source")
    plan = plan_render(probe_clip(source, _LIMITS), _LIMITS)
    for rendition in plan.renditions:
        (directory / rendition).mkdir()
    command = render_command(plan, source_name=source.name, limits=_LIMITS)
    subprocess.run(command, cwd=directory, check=True, stdout=subprocess.DEVNULL)  # it prints its progress
    return directory / FILE_NAMES["speech"]
