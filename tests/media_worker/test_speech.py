"""From sound to captions: real tones and noise, and real speech where it is present."""

from __future__ import annotations

import wave
from pathlib import Path

import pytest

from api_schema.media_jobs import FailureCode, JobKind, SpeechHints, SpeechOutcome, TranscribeResult
from media_worker.job import Worker
from media_worker.speech.voice_activity import find_speech
from tests.media_worker import footage
from tests.media_worker.fake_backend import FakeBackend, Job

REPOSITORY = Path(__file__).parents[2]
DEMO_CLIPS = REPOSITORY / "backend" / "demo" / "clips"
CHILLER = SpeechHints(language="en-GB", vocabulary=("E-04", "LP2", "Zephrane", "AC-350", "CHL-A", "air-cooled chiller"))


def speech_wav(target: Path, *source: str | Path) -> Path:
    footage.run_ffmpeg(*source, "-ar", "16000", "-ac", "1", "-c:a", "pcm_s16le", target)
    return target


def transcribe(worker: Worker, backend: FakeBackend, wav: Path, hints: SpeechHints = CHILLER) -> Job:
    job = backend.add(Job(kind=JobKind.TRANSCRIBE, source=wav.read_bytes(), speech=hints))
    worker.run_job(job.job_id)
    return job


class TestTranscribe:
    @pytest.mark.parametrize(
        "noise",
        ["sine=frequency=440", "anoisesrc=color=pink:amplitude=0.3", "anoisesrc=color=brown:amplitude=0.5", "anullsrc"],
    )
    def test_finds_no_speech_in_what_is_only_noise(
        self, worker: Worker, backend: FakeBackend, tmp_path: Path, noise: str
    ) -> None:
        wav = speech_wav(tmp_path / "noise.wav", "-f", "lavfi", "-i", noise, "-t", "5")

        job = transcribe(worker, backend, wav)

        assert isinstance(job.result, TranscribeResult)
        assert job.result.outcome is SpeechOutcome.NO_SPEECH
        assert job.result.cues == ()

    def test_writes_what_the_technician_says_with_the_code_as_the_display_shows_it(
        self, worker: Worker, backend: FakeBackend, tmp_path: Path
    ) -> None:
        wav = speech_wav(tmp_path / "ask.wav", "-i", DEMO_CLIPS / "ask.mp4")

        job = transcribe(worker, backend, wav)

        assert isinstance(job.result, TranscribeResult)
        assert job.result.outcome is SpeechOutcome.SPEECH
        said = " ".join(cue.text for cue in job.result.cues).replace("\n", " ")
        assert "the chiller will not start" in said
        assert "E4 on the display" in said
        code = next(word for cue in job.result.cues for word in cue.words if word.text == "E4")
        assert 3_000 < code.start_ms < code.end_ms < 6_500
        assert 0 < code.confidence <= 1
        assert code.spoken == "e four"

    @pytest.mark.slow
    def test_renews_the_lease_while_the_recogniser_works(
        self, worker: Worker, backend: FakeBackend, tmp_path: Path
    ) -> None:
        wav = speech_wav(tmp_path / "ask.wav", "-i", DEMO_CLIPS / "ask.mp4")
        job = backend.add(Job(kind=JobKind.TRANSCRIBE, source=wav.read_bytes(), speech=CHILLER, lease_s=1))

        worker.run_job(job.job_id)

        # Four beats a second for more than a second of work; held up by the recogniser there would be none or one.
        assert len(job.progress) >= 3

    def test_leaves_a_language_it_does_not_know_without_captions(
        self, worker: Worker, backend: FakeBackend, tmp_path: Path
    ) -> None:
        wav = speech_wav(tmp_path / "tone.wav", "-f", "lavfi", "-i", "sine", "-t", "1")

        job = transcribe(worker, backend, wav, SpeechHints(language="de"))

        assert [failure.code for failure in job.failures] == [FailureCode.UNKNOWN_LANGUAGE]

    @pytest.mark.shared_media
    def test_hears_expected_codes_only_where_they_are_said(self, worker: Worker, backend: FakeBackend) -> None:
        job = transcribe(worker, backend, shared_speech("librivox-0920.wav"))

        assert isinstance(job.result, TranscribeResult)
        said = " ".join(cue.text for cue in job.result.cues).replace("\n", " ")
        assert said.startswith("had he married a more amiable woman he might have been made still more respectable")
        assert not {"E4", "LP2", "AC350"} & set(said.split())


class TestFindSpeech:
    @pytest.mark.shared_media
    def test_finds_the_stretches_in_which_somebody_speaks(self, tmp_path: Path) -> None:
        wav = speech_wav(
            tmp_path / "two.wav", "-i", shared_speech("librivox-0880.wav"), "-i", shared_speech("librivox-0930.wav"),
            "-filter_complex", "[0]apad=pad_dur=5[a];[a][1]concat=n=2:v=0:a=1",
        )  # fmt: skip

        spans = find_speech(wav)

        assert [(round(span.start_ms, -3), round(span.end_ms, -3)) for span in spans] == [(0, 3_000), (8_000, 11_000)]

    def test_cuts_speech_without_a_pause_where_it_is_quietest(self, tmp_path: Path) -> None:
        # One tone that swells and falls twice a second for 40 s, lowest at 12.5 s: no pause for the detector.
        wav = speech_wav(
            tmp_path / "endless.wav", "-f", "lavfi", "-i",
            "aevalsrc=0.3*sin(2*PI*300*t)*(0.6+0.4*sin(4*PI*t))*(1-0.9*between(t\\,12.4\\,12.6)):s=16000:d=40",
        )  # fmt: skip

        spans = find_speech(wav)

        assert all(span.end_ms - span.start_ms <= 15_600 for span in spans)
        assert spans[0].start_ms == 0
        assert 12_500 <= spans[0].end_ms <= 13_000  # with the little that is kept around each
        assert spans[-1].end_ms >= 39_900

    def test_takes_an_empty_recording(self, tmp_path: Path) -> None:
        with wave.open(str(tmp_path / "empty.wav"), "wb") as file:
            file.setparams((1, 2, 16_000, 0, "NONE", "not compressed"))

        assert find_speech(tmp_path / "empty.wav") == ()


def shared_speech(name: str) -> Path:
    path = REPOSITORY.parent / "shared" / "speech" / name
    if not path.exists():
        pytest.skip("../shared/speech is not on this machine")
    return path
