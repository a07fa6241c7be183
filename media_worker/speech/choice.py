"""Which engine hears a clip."""

from __future__ import annotations

import logging
from pathlib import Path

from media_worker.config import TranscriberChoice, UnableToStart
from media_worker.speech.engine import SpeechEngine
from media_worker.speech.pocketsphinx_engine import PocketSphinxEngine
from media_worker.speech.whisper_engine import FasterWhisperEngine, find_model, is_installed

_LOGGER = logging.getLogger(__name__)


class Transcribers:
    """Loads the chosen engine with the first clip that needs it, and keeps it."""

    def __init__(self, *, choice: TranscriberChoice, whisper_model_dir: Path | None) -> None:
        self._choice = choice
        self._model_dir = whisper_model_dir
        self._engine: SpeechEngine | None = None

    def engine(self) -> SpeechEngine:
        """
        Return the engine, loaded.

        :raises UnableToStart: faster-whisper was asked for by name, and its model or its package is missing.
        """
        if self._engine is None:
            self._engine = self._load()
        return self._engine

    def check(self) -> None:
        """
        Accept the choice, without loading anything: a worker that could not transcribe must not start.

        :raises UnableToStart: as `engine`.
        """
        self._whisper_model()

    def _load(self) -> SpeechEngine:
        model = self._whisper_model()
        return PocketSphinxEngine() if model is None else FasterWhisperEngine(model)

    def _whisper_model(self) -> Path | None:
        """Return the model with which faster-whisper is to hear; None: PocketSphinx hears."""
        if self._choice is TranscriberChoice.POCKETSPHINX:
            return None
        model = find_model(self._model_dir)
        if model is not None and is_installed():
            return model
        if self._choice is TranscriberChoice.FASTER_WHISPER:
            missing = "WHISPER_MODEL_DIR holds no model" if model is None else "its package is not installed"
            raise UnableToStart(f"TRANSCRIBER is faster-whisper, but {missing}: `make models` fetches both.")
        if model is not None:
            _LOGGER.warning("there is a model in %s, but faster-whisper is not installed: `make models`", model)
        return None
