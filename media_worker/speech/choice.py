"""Which engine hears a clip."""

from __future__ import annotations

from pathlib import Path

from media_worker.config import TranscriberChoice, UnableToStart
from media_worker.speech.engine import SpeechEngine
from media_worker.speech.pocketsphinx_engine import PocketSphinxEngine
from media_worker.speech.whisper_engine import FasterWhisperEngine, has_model


class Transcribers:
    """Loads the chosen engine with the first clip that needs it, and keeps it."""

    def __init__(self, *, choice: TranscriberChoice, whisper_model_dir: Path | None) -> None:
        self._choice = choice
        self._model_dir = whisper_model_dir
        self._engine: SpeechEngine | None = None

    def engine(self) -> SpeechEngine:
        """
        Return the engine, loaded.

        :raises UnableToStart: faster-whisper was asked for by name and has no model.
        """
        if self._engine is None:
            self._engine = self._load()
        return self._engine

    def _load(self) -> SpeechEngine:
        if self._choice is not TranscriberChoice.POCKETSPHINX and self._model_dir and has_model(self._model_dir):
            return FasterWhisperEngine(self._model_dir)
        if self._choice is TranscriberChoice.FASTER_WHISPER:
            raise UnableToStart("TRANSCRIBER is faster-whisper, but WHISPER_MODEL_DIR holds no model.")
        return PocketSphinxEngine()
