"""Every real phone file of ../shared/media, where it is present. Its README says what is hard about each."""

from __future__ import annotations

from pathlib import Path

import av
import pytest
from _pytest.mark import ParameterSet

from api_schema.media_jobs import JobKind, RenderResult, Rendition
from media_worker.job import Worker
from tests.media_worker.fake_backend import FakeBackend, Job
from tests.media_worker.footage_reading import file_of, first_frame, lies_like

FOOTAGE = Path(__file__).parents[3] / "shared" / "media"

pytestmark = [
    pytest.mark.shared_media,
    pytest.mark.skipif(not FOOTAGE.is_dir(), reason="../shared/media is not on this machine"),
]

# name: size as displayed, the largest rendition, whether there is sound
EXPECTED = {
    "dolbyVision-hdr.MOV": ((720, 1280), (720, 1280), True),
    "h265_with_metadata_track.mp4": ((1080, 1920), (720, 1280), True),
    "hdr10-video-with-sdr-container.mp4": ((1920, 1080), (1280, 720), True),
    "hlg10-color-test.mp4": ((1920, 1080), (1280, 720), True),
    "pixel7_videoOnly_cleaned.mp4": ((1920, 1080), (1280, 720), False),
    "portrait_4k60.mp4": ((2160, 3840), (720, 1280), True),
    "sample_edit_list.mp4": ((1080, 1920), (720, 1280), True),
    "sample_empty_track.mp4": ((1080, 720), (1080, 720), True),
    "sample_rotate_and_reflect.mp4": ((720, 1080), (720, 1080), True),
    "sample_sef_slow_motion.mp4": ((320, 240), (320, 240), True),
    "sample_shorter_audio.mp4": ((320, 240), (320, 240), True),
}

BLACK = {"pixel7_videoOnly_cleaned.mp4"}  # the lens was covered: nobody can tell how it lies


QUICK = {"dolbyVision-hdr.MOV", "sample_empty_track.mp4", "sample_rotate_and_reflect.mp4"}


def _in_its_time(name: str) -> ParameterSet:
    return pytest.param(name, marks=[] if name in QUICK else [pytest.mark.slow])


def render(worker: Worker, backend: FakeBackend, name: str) -> tuple[Job, RenderResult]:
    job = backend.add(Job(kind=JobKind.RENDER, source=(FOOTAGE / name).read_bytes()))
    worker.run_job(job.job_id)
    assert isinstance(job.result, RenderResult), job.failures
    return job, job.result


class TestRenderRealFootage:
    @pytest.mark.parametrize("name", [_in_its_time(name) for name in sorted(EXPECTED)])
    def test_makes_it_playable_upright_in_ordinary_colours_and_without_its_place(
        self, worker: Worker, backend: FakeBackend, tmp_path: Path, name: str
    ) -> None:
        displayed, largest, has_audio = EXPECTED[name]

        job, result = render(worker, backend, name)

        assert (result.probe.width_px, result.probe.height_px) == displayed
        assert (result.renditions[0].width_px, result.renditions[0].height_px) == largest
        assert result.probe.has_audio is has_audio
        offline = file_of(job, "offline.mp4", tmp_path)
        with av.open(str(offline)) as container:
            frame = next(container.decode(video=0))
            assert (frame.width, frame.height, frame.rotation) == (*largest, 0)
            assert frame.format.name == "yuv420p"
            assert (int(frame.color_trc), int(frame.colorspace), int(frame.color_primaries)) == (1, 1, 1)
            assert container.duration == pytest.approx(result.probe.duration_ms * 1000, abs=100_000)
        if name not in BLACK:
            filmed = first_frame(FOOTAGE / name)
            assert lies_like(frame, filmed)
            assert lies_like(first_frame(file_of(job, "poster.jpg", tmp_path)), filmed)
        everything = b"".join(job.objects.values())
        assert b"ISO6709" not in everything
        assert b"51.5334" not in everything

    @pytest.mark.slow
    @pytest.mark.timeout(600)
    def test_renders_six_minutes_of_which_the_first_play_at_once(self, worker: Worker, backend: FakeBackend) -> None:
        job, result = render(worker, backend, "long_1080p_lowbitrate.mp4")

        first_report = next(report for report in job.progress if report.segments)
        assert first_report.percent <= 5
        lengths_ms = [part.duration_ms for part in result.segments if part.rendition is Rendition.V720]
        assert sum(lengths_ms) == pytest.approx(362_766, abs=100)
