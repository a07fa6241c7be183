"""Spoken sentences out of flite (Debian package `flite`), with the pauses a person makes."""

from __future__ import annotations

import subprocess
import tempfile
import wave
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

SAMPLE_RATE_HZ = 16_000
Sound = NDArray[np.int16]
"""Shape (sample,), mono, `SAMPLE_RATE_HZ`."""

_SILENT_BELOW = 150  # of 32,768: what flite leaves before and after a word
_ROOM_TONE = 4  # a microphone is never digitally silent


@dataclass(frozen=True)
class Voice:
    """One flite voice; `stretch` above 1 speaks slower. "|" in a text is a short breath of `breath_ms`."""

    name: str
    stretch: float
    breath_ms: int = 60

    def speak(self, text: str) -> Sound:
        """Return `text` as sound, without silence around it."""
        breath = _silence(self.breath_ms)
        pieces = [self._speak_piece(piece.strip()) for piece in text.split("|")]
        return np.concatenate([part for piece in pieces for part in (breath, piece)][1:])

    def _speak_piece(self, text: str) -> Sound:
        with tempfile.TemporaryDirectory() as directory:
            target = Path(directory, "piece.wav")
            subprocess.run(  # noqa: S603 - fixed words, no shell
                ["flite", "-voice", self.name, "--setf", f"duration_stretch={self.stretch}", "-t", text, "-o", target],  # noqa: S607 - Debian's
                check=True,
            )
            with wave.open(str(target)) as spoken:
                return _trimmed(np.frombuffer(spoken.readframes(spoken.getnframes()), dtype=np.int16))


@dataclass(frozen=True)
class Track:
    """Sentences in a row. `spans_s`: start and end of each one, seconds from the start."""

    sound: Sound
    spans_s: tuple[tuple[float, float], ...]

    @property
    def duration_s(self) -> float:
        return len(self.sound) / SAMPLE_RATE_HZ

    def write(self, target: Path) -> None:
        """Write a WAV file."""
        with wave.open(str(target), "wb") as file:
            file.setparams((1, 2, SAMPLE_RATE_HZ, 0, "NONE", "not compressed"))
            file.writeframes(self.sound.tobytes())


def say(voice: Voice, sentences: tuple[str, ...], *, lead_ms: int, pause_ms: int) -> Track:
    """Return the sentences with `lead_ms` of room before the first and `pause_ms` after each one."""
    parts, spans, at = [_silence(lead_ms)], [], lead_ms * SAMPLE_RATE_HZ // 1000
    for sentence in sentences:
        spoken = voice.speak(sentence)
        spans.append((at / SAMPLE_RATE_HZ, (at + len(spoken)) / SAMPLE_RATE_HZ))
        parts += [spoken, _silence(pause_ms)]
        at += len(spoken) + len(parts[-1])
    return Track(_in_a_room(np.concatenate(parts)), tuple(spans))


def _silence(duration_ms: int) -> Sound:
    return np.zeros(duration_ms * SAMPLE_RATE_HZ // 1000, dtype=np.int16)


def _trimmed(sound: Sound) -> Sound:
    loud = np.flatnonzero(np.abs(sound.astype(np.int32)) > _SILENT_BELOW)
    return sound[max(0, loud[0] - 160) : loud[-1] + 320]


def _in_a_room(sound: Sound) -> Sound:
    tone = np.random.default_rng(4).normal(0, _ROOM_TONE, len(sound))  # seeded: the same clip every time
    return np.clip(sound + tone, -32_768, 32_767).astype(np.int16)
