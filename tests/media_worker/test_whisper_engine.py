"""The real faster-whisper on a tiny model with random weights: what it writes means nothing, how it is used does."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace

import pytest

pytest.importorskip("faster_whisper", reason="media_worker/requirements-whisper.txt is not installed")

from api_schema.media_jobs import JobKind, TranscribeResult
from media_worker.config import TranscriberChoice, UnableToStart
from media_worker.job import Worker
from media_worker.speech import choice
from media_worker.speech.choice import Transcribers
from media_worker.speech.engine import Recording
from media_worker.speech.whisper_engine import FasterWhisperEngine, find_model, hotwords, is_believable
from tests.media_worker import footage
from tests.media_worker.fake_backend import ENGLISH, FakeBackend, Job
from tests.media_worker.tiny_whisper import make_tiny_whisper

ASK = Path(__file__).parents[2] / "backend" / "demo" / "clips" / "ask.mp4"


@pytest.fixture(scope="module")
def tiny(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return make_tiny_whisper(tmp_path_factory.mktemp("models") / "tiny")


@pytest.fixture(scope="module")
def engine(tiny: Path) -> FasterWhisperEngine:
    return FasterWhisperEngine(tiny)


@pytest.fixture(scope="module")
def spoken(tmp_path_factory: pytest.TempPathFactory) -> Recording:
    """Five seconds of somebody who speaks."""
    wav = tmp_path_factory.mktemp("speech") / "spoken.wav"
    footage.run_ffmpeg("-i", ASK, "-t", "5", "-ar", "16000", "-ac", "1", "-c:a", "pcm_s16le", wav)
    return Recording(wav=wav, spans=())


def no_check() -> None:
    """Nobody asks the work to stop."""


class TestHear:
    def test_yields_words_with_times_and_confidence_inside_the_recording(
        self, engine: FasterWhisperEngine, spoken: Recording
    ) -> None:
        stretches = list(engine.hear(spoken, ENGLISH, no_check))

        assert stretches
        words = [word for heard in stretches for word in heard.words]
        assert all(0 <= word.start_ms <= word.end_ms <= 5_100 for word in words)
        assert all(0 <= word.confidence <= 1 for word in words)
        assert [heard.until_ms for heard in stretches] == sorted(heard.until_ms for heard in stretches)

    def test_hears_nothing_where_nobody_speaks(self, engine: FasterWhisperEngine, tmp_path: Path) -> None:
        footage.run_ffmpeg("-f", "lavfi", "-i", "anullsrc=r=16000:cl=mono", "-t", "3", tmp_path / "silent.wav")

        stretches = list(engine.hear(Recording(tmp_path / "silent.wav", ()), ENGLISH, no_check))

        assert stretches == []

    def test_stops_where_it_is_told_to(self, engine: FasterWhisperEngine, spoken: Recording) -> None:
        class Stopped(Exception):
            pass

        def stop() -> None:
            raise Stopped

        with pytest.raises(Stopped):
            list(engine.hear(spoken, ENGLISH, stop))

    def test_knows_its_own_languages_only(self, engine: FasterWhisperEngine, tmp_path: Path) -> None:
        multilingual = FasterWhisperEngine(make_tiny_whisper(tmp_path / "many", languages=("en", "de")))

        assert (engine.supports("en-GB"), engine.supports("de")) == (True, False)
        assert (multilingual.supports("de-AT"), multilingual.supports("tlh")) == (True, False)

    def test_says_which_model_wrote_the_captions(self, engine: FasterWhisperEngine) -> None:
        assert engine.name == "faster-whisper tiny int8"


class TestWorker:
    def test_writes_captions_with_the_model_and_loads_it_once(
        self, worker: Worker, backend: FakeBackend, spoken: Recording, tiny: Path
    ) -> None:
        transcribers = Transcribers(choice=TranscriberChoice.AUTO, whisper_model_dir=tiny.parent)
        worker = replace(worker, transcribers=transcribers)
        jobs = [backend.add(Job(kind=JobKind.TRANSCRIBE, source=spoken.wav.read_bytes())) for _ in range(2)]
        first = transcribers.engine()

        for job in jobs:
            worker.run_job(job.job_id)

        assert [job.failures for job in jobs] == [[], []]
        assert all(isinstance(job.result, TranscribeResult) for job in jobs)
        assert {job.result.engine for job in jobs if isinstance(job.result, TranscribeResult)} == {first.name}
        assert transcribers.engine() is first


class TestHotwords:
    def test_are_as_many_whole_terms_as_fit_the_first_ones_first(self, engine: FasterWhisperEngine) -> None:
        terms = tuple(f"ba be bi {number:03}" for number in range(100))

        chosen = hotwords(terms, engine._count_tokens)

        kept = chosen.split(", ")
        assert kept == list(terms[: len(kept)])
        assert 200 < engine._count_tokens(f" {chosen}") <= 223

    def test_are_none_without_a_vocabulary(self, engine: FasterWhisperEngine) -> None:
        assert hotwords((), engine._count_tokens) == ""


class TestIsBelievable:
    @pytest.mark.parametrize(
        ("no_speech_prob", "avg_logprob", "compression_ratio", "believed"),
        [
            (0.1, -0.3, 1.5, True),
            (0.9, -0.3, 1.5, True),  # sure of its words, whatever it thinks of the sound
            (0.9, -1.2, 1.5, False),
            (0.1, -0.3, 2.5, False),  # "thank you thank you thank you"
        ],
    )
    def test_drops_what_was_invented_for_noise_and_what_goes_round_in_circles(
        self, no_speech_prob: float, avg_logprob: float, compression_ratio: float, believed: bool
    ) -> None:
        segment = SimpleNamespace(
            no_speech_prob=no_speech_prob, avg_logprob=avg_logprob, compression_ratio=compression_ratio
        )

        assert is_believable(segment) is believed


class TestTranscribers:
    def test_take_pocketsphinx_while_there_is_no_model(self, tmp_path: Path) -> None:
        engine = Transcribers(choice=TranscriberChoice.AUTO, whisper_model_dir=tmp_path).engine()

        assert engine.name.startswith("pocketsphinx")

    def test_take_pocketsphinx_where_it_is_asked_for_by_name(self, tiny: Path) -> None:
        engine = Transcribers(choice=TranscriberChoice.POCKETSPHINX, whisper_model_dir=tiny).engine()

        assert engine.name.startswith("pocketsphinx")

    def test_refuse_to_guess_when_the_model_that_was_asked_for_is_missing(self, tmp_path: Path) -> None:
        transcribers = Transcribers(choice=TranscriberChoice.FASTER_WHISPER, whisper_model_dir=tmp_path)

        with pytest.raises(UnableToStart, match="WHISPER_MODEL_DIR holds no model: `make models` fetches both"):
            transcribers.engine()

    def test_take_pocketsphinx_when_a_model_lies_there_without_its_package(
        self, tiny: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(choice, "is_installed", lambda: False)

        engine = Transcribers(choice=TranscriberChoice.AUTO, whisper_model_dir=tiny).engine()

        assert engine.name.startswith("pocketsphinx")


class TestFindModel:
    def test_finds_the_newest_whole_model(self, tmp_path: Path) -> None:
        make_tiny_whisper(tmp_path / "small")
        make_tiny_whisper(tmp_path / "base")
        (tmp_path / ".medium.part").mkdir()
        (tmp_path / "broken").mkdir()
        (tmp_path / "broken" / "model.bin").touch()

        assert find_model(tmp_path) == tmp_path / "base"
        assert find_model(tmp_path / "small") == tmp_path / "small"

    def test_finds_nothing_in_nothing(self, tmp_path: Path) -> None:
        assert find_model(None) is None
        assert find_model(tmp_path / "missing") is None
