"""
faster-whisper, int8 on the CPU. Its package is optional: only a worker that has a model imports it.

It runs in the worker's own process, where the model stays warm from clip to clip (loading takes seconds, and a clip of
4 s costs a whole window anyway). That is safe for what it is given: samples that our own ffmpeg wrote, never a file.
"""

from __future__ import annotations

import os
import wave
from collections.abc import Callable, Iterable, Iterator
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from api_schema.media_jobs import SpeechHints, Word
from media_worker.speech.engine import BYTES_PER_SAMPLE, SAMPLE_RATE_HZ, Check, Heard, Recording

_PACKAGE = "faster_whisper"
_MODEL_FILES = ("model.bin", "config.json", "tokenizer.json")
_MOST_HOTWORD_TOKENS = 223  # half of what the decoder remembers, less one
_HALLUCINATED_AFTER_SILENCE_S = 2.0
_MOST_REPETITIVE = 2.4  # compression ratio: a text that repeats itself was not said
_NO_SPEECH, _UNLIKELY = 0.6, -1.0


def find_model(directory: Path | None) -> Path | None:
    """Return the converted (CTranslate2) Whisper model in the directory, or else the newest in those right below."""
    if directory is None or not directory.is_dir():
        return None
    places = [directory, *(place for place in directory.iterdir() if place.is_dir() and not place.name.startswith("."))]
    models = [place for place in places if all((place / name).is_file() for name in _MODEL_FILES)]
    return max(models, key=lambda place: (place / _MODEL_FILES[0]).stat().st_mtime, default=None)


def is_installed() -> bool:
    """Return whether the optional package is there (media_worker/requirements-whisper.txt)."""
    return find_spec(_PACKAGE) is not None


class FasterWhisperEngine:
    """The model is loaded once per process, from the local directory: nothing is ever downloaded."""

    def __init__(self, model_dir: Path) -> None:
        from faster_whisper import WhisperModel  # noqa: PLC0415 - optional package, seconds to import

        self._model_name = model_dir.name
        self._model = WhisperModel(
            str(model_dir),
            device="cpu",
            compute_type="int8",
            cpu_threads=os.cpu_count() or 1,
            local_files_only=True,
        )

    @property
    def name(self) -> str:
        return f"faster-whisper {self._model_name} int8"[:40]

    def supports(self, language: str) -> bool:
        return _base(language) in self._model.supported_languages

    def hear(self, recording: Recording, hints: SpeechHints, check: Check) -> Iterator[Heard]:
        segments, _ = self._model.transcribe(
            _samples(recording.wav),
            language=_base(hints.language),
            vad_filter=True,
            word_timestamps=True,
            condition_on_previous_text=False,  # one invented sentence would invent the next
            hallucination_silence_threshold=_HALLUCINATED_AFTER_SILENCE_S,
            hotwords=hotwords(hints.vocabulary, self._count_tokens) or None,
        )
        for segment in segments:
            check()
            words = (segment.words or ()) if is_believable(segment) else ()
            yield Heard(tuple(_word(word) for word in words if word.word.strip()), until_ms=round(segment.end * 1000))

    def _count_tokens(self, text: str) -> int:
        return len(self._model.hf_tokenizer.encode(text, add_special_tokens=False).ids)


def is_believable(segment: Any) -> bool:
    """Return whether a segment was probably said: not invented for noise, not a loop of one phrase."""
    sounds_empty = segment.no_speech_prob > _NO_SPEECH and segment.avg_logprob < _UNLIKELY
    return not sounds_empty and segment.compression_ratio <= _MOST_REPETITIVE


def hotwords(vocabulary: Iterable[str], count_tokens: Callable[[str], int]) -> str:
    """Return as much of the vocabulary as every window's prompt has room for, the first words first, none cut."""
    chosen = ""
    for term in vocabulary:
        longer = f"{chosen}, {term}" if chosen else term
        if count_tokens(f" {longer}") > _MOST_HOTWORD_TOKENS:
            break
        chosen = longer
    return chosen


def _samples(wav: Path) -> NDArray[np.float32]:
    with wave.open(str(wav), "rb") as sound:
        assert (sound.getframerate(), sound.getnchannels(), sound.getsampwidth()) == (
            SAMPLE_RATE_HZ,
            1,
            BYTES_PER_SAMPLE,
        )
        return np.frombuffer(sound.readframes(sound.getnframes()), dtype="<i2").astype(np.float32) / np.float32(32_768)


def _word(heard: Any) -> Word:
    return Word(
        text=heard.word.strip(),
        start_ms=round(heard.start * 1000),
        end_ms=round(heard.end * 1000),
        confidence=min(1.0, max(0.0, float(heard.probability))),
    )


def _base(language: str) -> str:
    return language.lower().split("-")[0]
