"""Footage that is good already: its largest rendition is the recording itself, cut into segments."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import av
import pytest

from api_schema.media_jobs import JobKind, MediaKind, ProbeFacts, Rendition
from media_worker.probe.facts import Probe, StoredPicture, VideoStream
from media_worker.render.copying import copied_cuts_ms
from media_worker.render.plan import plan_render
from tests.media_worker import footage
from tests.media_worker.conftest import new_worker
from tests.media_worker.fake_backend import LIMITS, FakeBackend, Job
from tests.media_worker.footage_reading import click_at_s, file_of, result_of, stream_of, watch

SUPPLEMENT = 6  # the type of NAL units that may hold anything
STORED = StoredPicture(
    codec="h264",
    tag="avc1",
    profile="High",
    level=31,
    pixel_format="yuv420p",
    width_px=1280,
    height_px=720,
    rotation_degrees=0,
    is_mirrored=False,
    has_square_pixels=True,
    is_progressive=True,
    has_b_frames=True,
    has_hidden_frames=False,
    bits_per_second=3_000_000,
    starts_at_ms=0,
    keyframes_ms=(0, 2_000),
    longest_keyframe_gap_ms=2_000,
)
VIDEO = VideoStream(
    index=0, width_px=1280, height_px=720, frame_rate=29.97, transfer=None, matrix_is_known=True, stored=STORED
)
FACTS = ProbeFacts(
    media_kind=MediaKind.VIDEO, duration_ms=4_000, has_audio=False, frame_rate=29.97, base_frame_rate=29.97
)


def is_copied(stored: StoredPicture = STORED, video: VideoStream = VIDEO, facts: ProbeFacts = FACTS) -> bool:
    probe = Probe(facts=facts, video=replace(video, stored=stored), audio=None)
    return plan_render(probe, LIMITS).copied_cuts_ms is not None


@pytest.fixture(scope="module")
def copied(tmp_path_factory: pytest.TempPathFactory) -> Job:
    """Six seconds of 854×480 with B-frames, keyframes at 0, 1.5, 3.2 and 5 s, a place and a title."""
    directory = tmp_path_factory.mktemp("copied")
    clip = directory / "clip.mp4"
    footage.run_ffmpeg(
        "-f", "lavfi", "-i", "testsrc2=size=854x480:rate=30", "-f", "lavfi", "-i", "sine=frequency=440", "-t", "6",
        "-c:v", "libx264", "-preset", "veryfast", "-crf", "30", "-bf", "2", "-sc_threshold", "0", "-g", "300",
        "-force_key_frames", "0,1.5,3.2,5", "-pix_fmt", "yuv420p", "-movflags", "use_metadata_tags",
        "-metadata", "com.apple.quicktime.location.ISO6709=+51.5334-000.1255/", "-metadata", "title=secret-title", clip,
    )  # fmt: skip
    with FakeBackend() as backend, new_worker(backend, directory / "work", is_stopping=lambda: False) as worker:
        job = backend.add(Job(kind=JobKind.RENDER, source=clip.read_bytes()))
        worker.run_job(job.job_id)
    assert job.failures == []
    return job


class TestCopyTheLargestRendition:
    def test_keeps_every_byte_of_the_frames_and_drops_what_lies_between(self, copied: Job, tmp_path: Path) -> None:
        source = file_of_bytes(copied.source, tmp_path / "source.mp4")
        copy = stream_of(copied, Rendition.V480, tmp_path)

        filmed = list(nal_units(source))

        assert [unit for unit in filmed if unit[0] & 0x1F != SUPPLEMENT] == list(nal_units(copy))
        assert any(unit[0] & 0x1F == SUPPLEMENT for unit in filmed)

    def test_shows_each_frame_when_it_was_filmed(self, copied: Job, tmp_path: Path) -> None:
        source = file_of_bytes(copied.source, tmp_path / "source.mp4")

        shown_at_s = watch(stream_of(copied, Rendition.V480, tmp_path)).shown_at_s

        assert shown_at_s == pytest.approx(watch(source).shown_at_s, abs=0.001)
        assert len(shown_at_s) == 180

    def test_cuts_every_rendition_at_the_same_keyframes(self, copied: Job) -> None:
        lengths_ms: dict[Rendition, list[int]] = {}
        for segment in result_of(copied).segments:
            lengths_ms.setdefault(segment.rendition, []).append(segment.duration_ms)

        assert lengths_ms[Rendition.V480] == [3_200, 1_800, 1_000]
        assert lengths_ms[Rendition.V240] == [3_200, 1_800, 1_000]

    def test_says_what_a_player_must_decode(self, copied: Job) -> None:
        codecs = {size.rendition: size.codecs for size in result_of(copied).renditions}

        assert codecs == {Rendition.V480: "avc1.64001f", Rendition.V240: "avc1.640015", Rendition.AUDIO: "mp4a.40.2"}

    def test_takes_the_copy_along_in_the_offline_file(self, copied: Job, tmp_path: Path) -> None:
        offline = file_of(copied, "offline.mp4", tmp_path)

        assert list(nal_units(offline)) == list(nal_units(stream_of(copied, Rendition.V480, tmp_path)))
        assert abs(watch(offline).shown_at_s[0] - click_at_s(offline)) <= 0.04

    def test_keeps_nothing_of_where_it_was_filmed(self, copied: Job) -> None:
        everything = b"".join(copied.objects.values())

        assert b"51.5334" in copied.source
        assert b"51.5334" not in everything
        assert b"secret-title" not in everything


class TestDecideWhetherToCopy:
    def test_copies_what_plays_everywhere_as_it_is(self) -> None:
        assert is_copied()

    @pytest.mark.parametrize(
        "difference",
        [
            {"codec": "hevc"},
            {"tag": "avc3"},
            {"profile": "High 10"},
            {"profile": None},
            {"level": 41},
            {"level": None},
            {"pixel_format": "yuv420p10le"},
            {"pixel_format": "yuvj420p"},
            {"width_px": 1920, "height_px": 1080},
            {"rotation_degrees": 90},
            {"is_mirrored": True},
            {"has_square_pixels": False},
            {"is_progressive": False},
            {"has_hidden_frames": True},
            {"bits_per_second": 3_900_001},
            {"bits_per_second": None},
            {"starts_at_ms": 40},
            {"keyframes_ms": (), "longest_keyframe_gap_ms": None},
            {"longest_keyframe_gap_ms": 5_001},
        ],
        ids=str,
    )
    def test_encodes_what_lies_in_the_file_otherwise(self, difference: dict[str, Any]) -> None:
        assert not is_copied(stored=replace(STORED, **difference))

    @pytest.mark.parametrize("transfer", ["arib-std-b67", "smpte2084"])
    def test_encodes_high_dynamic_range(self, transfer: str) -> None:
        assert not is_copied(video=replace(VIDEO, transfer=transfer))

    @pytest.mark.parametrize(
        "rates",
        [
            {"frame_rate": 60.0, "base_frame_rate": 60.0},
            {"frame_rate": 24.3, "base_frame_rate": 30.0},
            {"frame_rate": None},
            {"base_frame_rate": None},
        ],
        ids=str,
    )
    def test_encodes_what_is_fast_or_unsteady(self, rates: dict[str, Any]) -> None:
        assert not is_copied(facts=replace(FACTS, **rates))

    def test_copies_a_size_between_two_rungs_as_the_upper_one(self) -> None:
        probe = Probe(
            facts=FACTS,
            video=replace(VIDEO, width_px=960, height_px=540, stored=replace(STORED, width_px=960, height_px=540)),
            audio=None,
        )

        sizes = [(rung.rendition, rung.width_px, rung.height_px) for rung in plan_render(probe, LIMITS).ladder]

        assert sizes == [(Rendition.V720, 960, 540), (Rendition.V480, 854, 480), (Rendition.V240, 426, 240)]


class TestFindTheCutsOfACopy:
    @pytest.mark.parametrize(
        ("keyframes_ms", "cuts_ms"),
        [
            ((0,), ()),
            ((0, 1_000, 2_000, 3_000, 4_000), (2_000, 4_000)),
            ((0, 5_000, 10_000), (5_000, 10_000)),
            ((0, 1_999, 2_001, 3_900, 4_800), (2_001, 4_800)),
            ((0, 4_500, 4_600, 6_000), (4_500, 4_600, 6_000)),
        ],
    )
    def test_ends_segment_n_with_the_first_keyframe_after_n_lengths(
        self, keyframes_ms: tuple[int, ...], cuts_ms: tuple[int, ...]
    ) -> None:
        assert copied_cuts_ms(keyframes_ms) == cuts_ms


def file_of_bytes(content: bytes, path: Path) -> Path:
    path.write_bytes(content)
    return path


def nal_units(path: Path) -> Iterator[bytes]:
    """Yield the NAL units of the picture in decoding order: each behind its length in four bytes."""
    with av.open(str(path)) as container:
        for packet in container.demux(video=0):
            content = bytes(packet)
            while content:
                end = 4 + int.from_bytes(content[:4], "big")
                yield content[4:end]
                content = content[end:]
