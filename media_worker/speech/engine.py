"""What every speech engine promises."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from api_schema.media_jobs import SpeechHints, Word

SAMPLE_RATE_HZ = 16_000
BYTES_PER_SAMPLE = 2

Check = Callable[[], None]  # raises when the work has to stop


def samples_in(duration_ms: int) -> int:
    return duration_ms * SAMPLE_RATE_HZ // 1000


@dataclass(frozen=True)
class SpokenSpan:
    """A stretch of sound in which somebody speaks. `pcm`: 16 kHz mono, signed 16 bit, little endian."""

    start_ms: int
    pcm: bytes

    @property
    def end_ms(self) -> int:
        return self.start_ms + len(self.pcm) * 1000 // (SAMPLE_RATE_HZ * BYTES_PER_SAMPLE)

    def cut(self, start_ms: int, end_ms: int) -> SpokenSpan:
        """Return the part between two moments of the recording, both inside the span."""
        first, after = (samples_in(at_ms - self.start_ms) * BYTES_PER_SAMPLE for at_ms in (start_ms, end_ms))
        return SpokenSpan(start_ms, self.pcm[first:after])


@dataclass(frozen=True)
class Recording:
    """The sound of one clip: the whole file (16 kHz mono WAV, made by our own ffmpeg) and where there is speech."""

    wav: Path
    spans: tuple[SpokenSpan, ...]


@dataclass(frozen=True)
class Heard:
    """The words of one more stretch of a recording; they are final, and no later one begins before `until_ms`."""

    words: tuple[Word, ...]
    until_ms: int


class SpeechEngine(Protocol):
    """Turns speech into words. Loaded once per process, used for one recording at a time."""

    @property
    def name(self) -> str:
        """Return what the captions say about who wrote them: engine and model."""
        ...

    def supports(self, language: str) -> bool:
        """Return whether words in this language (BCP 47) come out as words."""
        ...

    def hear(self, recording: Recording, hints: SpeechHints, check: Check) -> Iterator[Heard]:
        """
        Yield the words in order, stretch by stretch as they are recognised.

        Times count from the start of the recording. `check` is called often, or with each stretch.
        """
        ...
