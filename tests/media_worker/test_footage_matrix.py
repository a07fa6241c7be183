"""Every row of the footage matrix, rendered once by the real worker, and everything that must be true of it."""

from __future__ import annotations

from functools import partial
from pathlib import Path

import pytest
from _pytest.mark import ParameterSet

from api_schema.media_jobs import JobKind, Rendition, is_allowed_name
from tests.made_once import MadeOnce
from tests.media_worker.conftest import new_worker
from tests.media_worker.fake_backend import FakeBackend, Job
from tests.media_worker.footage_matrix import MATRIX, Footage
from tests.media_worker.footage_reading import (
    click_at_s,
    colour,
    file_of,
    first_frame,
    red_corner,
    result_of,
    steps_s,
    stream_of,
    watch,
)

LIGHT_GREY = (192, 192, 192)
SECRETS = (b"51.5334", b"loci", b"ISO6709", b"secret-title", b"SecretFone")
VIDEO = (Rendition.V240, Rendition.V480, Rendition.V720)


# One of each kind that takes a way of its own through the worker; the others follow in `make test-slow`.
QUICK = {
    "plain", "fragmented with B-frames", "turned by 90", "mirrored and turned", "HLG", "BT.601 untagged",
    "varying frame rate", "odd sides", "one frame", "edit list", "no audio", "audio that nobody decodes first",
    "audio longer", "WebM from a browser",
}  # fmt: skip


def _row(row: Footage) -> ParameterSet:
    return pytest.param(row, id=row.name, marks=[] if row.name in QUICK else [pytest.mark.slow])


ROWS = [_row(row) for row in MATRIX]
MARKED = [_row(row) for row in MATRIX if row.name != "eight seconds of black"]
IN_STEP = [_row(row) for row in MATRIX if row.flash_ms is not None and row.has_sound]


@pytest.fixture
def job(row: Footage, made_once: MadeOnce) -> Job:
    """The job of this row, done: by this test, or by whichever came first."""
    return made_once(f"footage-matrix/{row.name.replace(' ', '-')}", partial(_render, row))


def _render(row: Footage, directory: Path) -> Job:
    with FakeBackend() as backend, new_worker(backend, directory / "work", is_stopping=lambda: False) as worker:
        job = backend.add(Job(kind=JobKind.RENDER, source=row.make(directory).read_bytes()))
        worker.run_job(job.job_id)
    assert job.failures == []
    return job


def pictures(job: Job) -> list[Rendition]:
    return [size.rendition for size in result_of(job).renditions if size.rendition in VIDEO]


@pytest.mark.parametrize("row", ROWS)
class TestRenderAnyFootage:
    def test_has_the_size_it_was_filmed_in_or_less(self, row: Footage, job: Job, tmp_path: Path) -> None:
        result = result_of(job)

        assert (result.probe.width_px, result.probe.height_px) == row.shown
        assert (result.renditions[0].width_px, result.renditions[0].height_px) == row.largest
        for size in result.renditions:
            if size.rendition in VIDEO:
                frame = first_frame(stream_of(job, size.rendition, tmp_path))
                assert (frame.width, frame.height, frame.rotation) == (size.width_px, size.height_px, 0)

    def test_lasts_as_long_as_it_was_filmed(self, row: Footage, job: Job) -> None:
        result = result_of(job)

        totals_ms = {size.rendition: 0 for size in result.renditions}
        for segment in result.segments:
            totals_ms[segment.rendition] += segment.duration_ms
        assert result.probe.duration_ms == pytest.approx(row.duration_ms, abs=100)
        assert max(totals_ms.values()) == pytest.approx(row.duration_ms, abs=100)
        assert (Rendition.AUDIO in totals_ms) is result.probe.has_audio is row.has_sound
        assert ("speech.wav" in job.objects) is row.has_sound

    def test_keeps_nothing_of_who_and_where(self, row: Footage, job: Job) -> None:
        everything = b"".join(job.objects.values())

        assert [secret for secret in SECRETS if secret in job.source]
        assert not [secret for secret in SECRETS if secret in everything]
        assert all(is_allowed_name(name) for name in job.objects)

    def test_plays_at_a_steady_rate(self, row: Footage, job: Job, tmp_path: Path) -> None:
        for rendition in pictures(job):
            steps = steps_s(watch(stream_of(job, rendition, tmp_path)))

            assert len(steps) <= 1
            assert all(1 / step == pytest.approx(30, abs=0.05) for step in steps)

    def test_is_tagged_as_what_every_screen_takes(self, row: Footage, job: Job, tmp_path: Path) -> None:
        largest, *lower = pictures(job)

        for rendition, tags in [(largest, row.colours), *((rendition, (1, 1, 1)) for rendition in lower)]:
            frame = first_frame(stream_of(job, rendition, tmp_path))
            assert frame.format.name == "yuv420p"
            assert (int(frame.color_primaries), int(frame.color_trc), int(frame.colorspace)) == tags

    def test_is_copied_when_it_is_good_already(self, row: Footage, job: Job) -> None:
        largest = result_of(job).renditions[0].rendition

        # The encoder signs its first frame; a copy is made without whatever lies between the frames.
        assert (b"x264 - core" not in job.objects[f"{largest}/00000.m4s"]) is row.is_copied


@pytest.mark.parametrize("row", MARKED)
class TestShowMarkedFootage:
    def test_stands_upright_wherever_it_is_shown(self, row: Footage, job: Job, tmp_path: Path) -> None:
        board = next(file for file in result_of(job).files if file.name == "storyboard.jpg")
        tiles = first_frame(file_of(job, "storyboard.jpg", tmp_path))

        for rendition in pictures(job):
            assert red_corner(first_frame(stream_of(job, rendition, tmp_path))) == row.corner
        assert red_corner(first_frame(file_of(job, "offline.mp4", tmp_path))) == row.corner
        assert red_corner(first_frame(file_of(job, "poster.jpg", tmp_path))) == row.corner
        assert board.columns is not None
        assert board.rows is not None
        assert red_corner(tiles, width=1 / board.columns, height=1 / board.rows) == row.corner
        tile_shape = (tiles.width / board.columns) / (tiles.height / board.rows)
        assert tile_shape == pytest.approx(row.shown[0] / row.shown[1], rel=0.02)

    def test_shows_the_colours_that_were_filmed(self, row: Footage, job: Job, tmp_path: Path) -> None:
        paths = [stream_of(job, rendition, tmp_path) for rendition in pictures(job)]
        across, down = {"upper": 0.12, "lower": 0.88}, {"left": 0.12, "right": 0.88}
        vertical, horizontal = row.corner.split()

        for path in [*paths, file_of(job, "poster.jpg", tmp_path)]:
            frame = first_frame(path)
            red = colour(frame, across=down[horizontal], down=across[vertical])
            grey = colour(frame, across=0.5, down=0.5)
            if row.is_high_dynamic_range:
                assert red[0] > 2 * max(red[1:])
                assert max(grey) - min(grey) <= 12
            else:
                assert red == pytest.approx((255, 0, 0), abs=14)
                assert grey == pytest.approx(LIGHT_GREY, abs=6)


@pytest.mark.parametrize("row", IN_STEP)
class TestHearWhatIsSeen:
    def test_flash_and_click_stay_together(self, row: Footage, job: Job, tmp_path: Path) -> None:
        clicked_at_s = click_at_s(stream_of(job, Rendition.AUDIO, tmp_path))
        offline = file_of(job, "offline.mp4", tmp_path)

        assert row.flash_ms is not None
        assert clicked_at_s == pytest.approx(row.flash_ms / 1000, abs=0.04)
        assert abs(watch(offline).flash_at_s - click_at_s(offline)) <= 0.04
        for rendition in pictures(job):
            flashed_at_s = watch(stream_of(job, rendition, tmp_path)).flash_at_s
            assert abs(flashed_at_s - clicked_at_s) <= 0.04
