"""The render job on real footage, with real ffmpeg, over real HTTP."""

from __future__ import annotations

import re
from pathlib import Path

import av
import pytest

from api_schema.media_jobs import (
    JobKind,
    MediaKind,
    PublishedFile,
    RenderResult,
    Rendition,
    SoundFacts,
    is_allowed_name,
)
from media_worker.job import Worker
from media_worker.render.codecs import codecs_of
from tests.media_worker import footage
from tests.media_worker.fake_backend import FakeBackend, Job


def render(worker: Worker, backend: FakeBackend, clip: Path) -> tuple[Job, RenderResult]:
    job = backend.add(Job(kind=JobKind.RENDER, source=clip.read_bytes()))
    worker.run_job(job.job_id)
    return job, result_of(job)


def sizes(result: RenderResult) -> dict[Rendition, tuple[int, int]]:
    return {size.rendition: (size.width_px, size.height_px) for size in result.renditions}


def starts_at_s(job: Job, rendition: str, tmp_path: Path) -> float:
    """Return when the rendition's first frame is presented, as a player reads its first segment."""
    path = tmp_path / f"{rendition}.mp4"
    path.write_bytes(job.objects[f"{rendition}/init.mp4"] + job.objects[f"{rendition}/00000.m4s"])
    with av.open(str(path)) as container:
        return min(float(packet.pts * packet.time_base) for packet in container.demux() if packet.pts is not None)


def file_named(result: RenderResult, name: str) -> PublishedFile:
    return next(file for file in result.files if file.name == name)


def decode(job: Job, name: str, tmp_path: Path) -> av.VideoFrame:
    """Return the first frame of a published picture or video."""
    path = tmp_path / name
    path.write_bytes(job.objects[name])
    with av.open(str(path)) as container:
        return next(container.decode(video=0))


def result_of(job: Job) -> RenderResult:
    assert isinstance(job.result, RenderResult), job.failures
    return job.result


class TestRenderAWideClip:
    def test_makes_every_artefact_in_one_go(self, rendered_wide_clip: Job, tmp_path: Path) -> None:
        result = result_of(rendered_wide_clip)

        assert sizes(result) == {
            Rendition.V720: (1280, 720),
            Rendition.V480: (854, 480),
            Rendition.V240: (426, 240),
            Rendition.AUDIO: (0, 0),
        }
        assert {file.name for file in result.files} == {"poster.jpg", "storyboard.jpg", "speech.wav", "offline.mp4"}
        assert all(is_allowed_name(name) for name in rendered_wide_clip.objects)
        poster = decode(rendered_wide_clip, "poster.jpg", tmp_path)
        assert (poster.width, poster.height) == (1280, 720)

    def test_cuts_a_short_first_segment_so_that_the_clip_plays_sooner(self, rendered_wide_clip: Job) -> None:
        segments = result_of(rendered_wide_clip).segments

        for rendition in (Rendition.V240, Rendition.V480, Rendition.V720):
            lengths_ms = [segment.duration_ms for segment in segments if segment.rendition is rendition]
            assert lengths_ms == [2_000, 4_000, 4_000, 2_000]

    def test_publishes_the_first_segments_while_it_still_encodes(self, rendered_wide_clip: Job) -> None:
        probed, *reports = rendered_wide_clip.progress

        reports = [report for report in reports if report.segments]
        percents = [report.percent for report in reports]
        assert probed.probe == result_of(rendered_wide_clip).probe
        assert {segment.sequence for segment in reports[0].segments} == {0}
        assert len(reports) >= 3
        assert percents == sorted(percents)
        assert percents[0] < 50
        assert len(set(percents)) >= 3

    def test_reports_each_segment_once_and_all_of_them_in_the_end(self, rendered_wide_clip: Job) -> None:
        reported = [segment for report in rendered_wide_clip.progress for segment in report.segments]

        assert len(reported) == len(set(reported))
        assert set(reported) == set(result_of(rendered_wide_clip).segments)

    def test_says_what_a_player_must_decode_with_the_first_segments(self, rendered_wide_clip: Job) -> None:
        _, *reports = rendered_wide_clip.progress

        begun = {size.rendition: size.codecs for report in reports for size in report.renditions}
        result = result_of(rendered_wide_clip)
        assert {size.rendition: size.codecs for size in result.renditions} == begun
        assert begun == {
            Rendition.V720: "avc1.64001f",
            Rendition.V480: "avc1.64001f",
            Rendition.V240: "avc1.640015",
            Rendition.AUDIO: "mp4a.40.2",
        }

    def test_lays_out_the_storyboard_in_the_clips_own_shape(self, rendered_wide_clip: Job, tmp_path: Path) -> None:
        board = file_named(result_of(rendered_wide_clip), "storyboard.jpg")

        picture = decode(rendered_wide_clip, "storyboard.jpg", tmp_path)
        assert (board.columns, board.rows, board.tile_interval_ms) == (10, 2, 1_000)
        assert (board.width_px, board.height_px) == (picture.width, picture.height) == (1600, 180)

    def test_keeps_nothing_of_where_it_was_filmed(self, rendered_wide_clip: Job) -> None:
        everything = b"".join(rendered_wide_clip.objects.values())

        assert b"51.5334" in rendered_wide_clip.source
        assert b"51.5334" not in everything
        assert b"secret-title" not in everything

    def test_makes_an_offline_file_that_plays_from_its_first_bytes(
        self, rendered_wide_clip: Job, tmp_path: Path
    ) -> None:
        content = rendered_wide_clip.objects["offline.mp4"]
        path = tmp_path / "offline.mp4"
        path.write_bytes(content)

        with av.open(str(path)) as container:
            assert [stream.codec_context.name for stream in container.streams] == ["h264", "aac"]
            assert container.duration == pytest.approx(12_000_000, abs=100_000)
        assert content.index(b"moov") < content.index(b"mdat")
        assert file_named(result_of(rendered_wide_clip), "offline.mp4").size_bytes == len(content)

    def test_keeps_sound_and_picture_together(self, rendered_wide_clip: Job, tmp_path: Path) -> None:
        starts = [starts_at_s(rendered_wide_clip, rendition, tmp_path) for rendition in ("v240", "v720", "audio")]

        assert starts == pytest.approx([0, 0, 0], abs=0.05)


class TestReadCodecs:
    @pytest.mark.parametrize("rendition", ["v720", "audio"])
    def test_reads_nothing_from_a_cut_init_segment_and_survives_it(
        self, rendered_wide_clip: Job, rendition: str
    ) -> None:
        init = rendered_wide_clip.objects[f"{rendition}/init.mp4"]

        read = {codecs_of(init[:size]) for size in range(len(init) + 1)}

        assert read == {"", codecs_of(init)}

    @pytest.mark.parametrize("rendition", ["v720", "audio"])
    def test_survives_an_init_segment_with_any_byte_wrong(self, rendered_wide_clip: Job, rendition: str) -> None:
        init = rendered_wide_clip.objects[f"{rendition}/init.mp4"]

        for place in range(len(init)):
            codecs = codecs_of(init[:place] + bytes([init[place] ^ 0xFF]) + init[place + 1 :])

            assert re.fullmatch(r"|avc1\.[0-9a-f]{6}|mp4a\.[0-9a-f]{2}\.\d{1,2}", codecs)


class TestRenderAVoiceNote:
    @pytest.mark.parametrize("name", ["note.m4a", "note.ogg", "note.wav", "note.mp3", "note.webm"])
    def test_takes_a_voice_note_as_a_clip_without_a_picture(
        self, worker: Worker, backend: FakeBackend, tmp_path: Path, name: str
    ) -> None:
        note = footage.record_voice_note(tmp_path / name)

        _, result = render(worker, backend, note)

        assert result.probe.media_kind is MediaKind.VOICE
        assert sizes(result) == {Rendition.AUDIO: (0, 0)}
        assert {file.name for file in result.files} == {"speech.wav", "waveform.png", "offline.mp4"}
        assert result.probe.duration_ms == pytest.approx(3_000, abs=100)

    def test_draws_the_waveform_of_a_voice_note(self, worker: Worker, backend: FakeBackend, tmp_path: Path) -> None:
        note = tmp_path / "note.m4a"
        footage.run_ffmpeg("-f", "lavfi", "-i", "aevalsrc='sin(880*t)*between(t,1,2)':duration=4", note)

        job, result = render(worker, backend, note)

        file = file_named(result, "waveform.png")
        opaque = decode(job, "waveform.png", tmp_path).to_ndarray(format="rgba")[:, :, 3] > 0
        a_little_above_the_middle = opaque[110]
        assert (file.width_px, file.height_px, file.size_bytes) == (1200, 240, len(job.objects["waveform.png"]))
        assert int(a_little_above_the_middle.argmax()) == pytest.approx(300, abs=12)
        assert int(a_little_above_the_middle.sum()) == pytest.approx(300, abs=24)


class TestMeasureTheSound:
    @pytest.mark.parametrize(
        ("sound", "seconds", "measured"),
        [
            ("sine=frequency=1000,volume=-12dB", 3, SoundFacts(is_audible=True, loudness_lufs=-30.0)),
            ("sine=frequency=1000,volume=-50dB", 3, SoundFacts(is_audible=False, loudness_lufs=-68.0)),
            ("anullsrc", 3, SoundFacts(is_audible=False)),
            ("sine=frequency=1000", 0.6, None),
        ],
    )
    def test_tells_how_loud_the_recording_came_in(
        self,
        worker: Worker,
        backend: FakeBackend,
        tmp_path: Path,
        sound: str,
        seconds: float,
        measured: SoundFacts | None,
    ) -> None:
        note = tmp_path / "note.wav"
        footage.run_ffmpeg("-f", "lavfi", "-i", sound, "-t", str(seconds), note)

        _, result = render(worker, backend, note)

        if measured is None or result.sound is None:
            assert result.sound == measured
        else:
            assert result.sound.is_audible is measured.is_audible
            assert result.sound.loudness_lufs == pytest.approx(measured.loudness_lufs, abs=0.5)

    @pytest.mark.parametrize("volume", ["-30dB", "6dB"])
    def test_makes_quiet_and_loud_recordings_equally_loud(
        self, worker: Worker, backend: FakeBackend, tmp_path: Path, volume: str
    ) -> None:
        note = tmp_path / "note.wav"
        footage.run_ffmpeg("-f", "lavfi", "-i", f"sine=frequency=1000,volume={volume}", "-t", "5", note)

        first, _ = render(worker, backend, note)
        (tmp_path / "offline.mp4").write_bytes(first.objects["offline.mp4"])
        _, again = render(worker, backend, tmp_path / "offline.mp4")

        assert again.sound is not None
        assert again.sound.loudness_lufs == pytest.approx(-16, abs=1)


class TestRenderAgain:
    def test_makes_the_same_objects_when_the_job_is_tried_again(
        self, worker: Worker, backend: FakeBackend, small_clip: Path
    ) -> None:
        job, first = render(worker, backend, small_clip)
        objects = dict(job.objects)
        job.is_open = True

        worker.run_job(job.job_id)

        assert job.attempt == 2
        assert job.result == first
        assert job.objects == objects

    def test_leaves_nothing_on_the_workers_disk(self, worker: Worker, backend: FakeBackend, small_clip: Path) -> None:
        render(worker, backend, small_clip)

        assert list(worker.config.work_dir.iterdir()) == []
