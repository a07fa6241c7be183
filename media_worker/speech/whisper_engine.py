"""faster-whisper, int8 on the CPU. Its package is optional: only a worker that has a model imports it."""

from __future__ import annotations

import os
from collections.abc import Iterator
from itertools import accumulate, takewhile
from pathlib import Path
from typing import Any

from api_schema.media_jobs import SpeechHints, Word
from media_worker.speech.engine import Check, Heard, Recording

_MODEL_FILE = "model.bin"
_HOTWORD_LETTERS = 600  # the prompt holds 223 tokens, of about three letters each
_HALLUCINATED_AFTER_SILENCE_S = 2.0
_MOST_REPETITIVE = 2.4  # compression ratio: a text that repeats itself was not said
_NO_SPEECH, _UNLIKELY = 0.6, -1.0


def has_model(model_dir: Path | None) -> bool:
    """Return whether there is a converted (CTranslate2) Whisper model in the directory."""
    return model_dir is not None and (model_dir / _MODEL_FILE).is_file()


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
        return bool(self._model.model.is_multilingual) or _base(language) == "en"

    def hear(self, recording: Recording, hints: SpeechHints, check: Check) -> Iterator[Heard]:
        segments, _ = self._model.transcribe(
            str(recording.wav),
            language=_base(hints.language),
            vad_filter=True,
            word_timestamps=True,
            condition_on_previous_text=False,  # one invented sentence would invent the next
            hallucination_silence_threshold=_HALLUCINATED_AFTER_SILENCE_S,
            hotwords=hotwords(hints.vocabulary) or None,
        )
        for segment in segments:
            check()
            words = (segment.words or ()) if is_believable(segment) else ()
            yield Heard(tuple(_word(word) for word in words if word.word.strip()), until_ms=round(segment.end * 1000))


def is_believable(segment: Any) -> bool:
    """Return whether a segment was probably said: not invented for noise, not a loop of one phrase."""
    sounds_empty = segment.no_speech_prob > _NO_SPEECH and segment.avg_logprob < _UNLIKELY
    return not sounds_empty and segment.compression_ratio <= _MOST_REPETITIVE


def hotwords(vocabulary: tuple[str, ...]) -> str:
    """Return as much of the vocabulary as every window's prompt has room for, the first words first."""
    lengths = accumulate(len(term) + 2 for term in vocabulary)
    fitting = takewhile(lambda pair: pair[1] <= _HOTWORD_LETTERS, zip(vocabulary, lengths, strict=True))
    return ", ".join(term for term, _ in fitting)


def _word(heard: Any) -> Word:
    return Word(
        text=heard.word.strip(),
        start_ms=round(heard.start * 1000),
        end_ms=round(heard.end * 1000),
        confidence=min(1.0, max(0.0, float(heard.probability))),
    )


def _base(language: str) -> str:
    return language.lower().split("-")[0]
