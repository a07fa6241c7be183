"""What the probe says of odd but honest recordings: the right streams, and what the phone knew."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path

import pytest

from api_schema.media_jobs import MediaKind
from media_worker.probe.asking import probe_clip
from media_worker.probe.capture import read_filmed_at, read_place
from tests.media_worker import footage
from tests.media_worker.fake_backend import LIMITS

_H264 = ("-c:v", "libx264", "-preset", "ultrafast", "-pix_fmt", "yuv420p")
_PICTURE = ("-f", "lavfi", "-i", "testsrc2=size=320x240:rate=30")
_TONE = ("-f", "lavfi", "-i", "sine=frequency=440:sample_rate=48000")
_APPLE_TIME, _APPLE_PLACE = "com.apple.quicktime.creationdate", "com.apple.quicktime.location.ISO6709"


class TestProbeStreams:
    def test_tells_of_a_front_cameras_mirroring(self, tmp_path: Path, small_clip: Path) -> None:
        mirrored = tmp_path / "mirrored.mp4"
        footage.run_ffmpeg("-display_hflip:v:0", "-i", small_clip, "-c", "copy", mirrored)

        assert probe_clip(mirrored, LIMITS).facts.is_mirrored
        assert not probe_clip(small_clip, LIMITS).facts.is_mirrored

    def test_tells_how_long_picture_and_sound_last(self, tmp_path: Path) -> None:
        short_sound = tmp_path / "short-sound.mp4"
        footage.run_ffmpeg(*_PICTURE, "-t", "2", *_TONE, "-filter:a", "atrim=end=1", "-t", "2", *_H264, short_sound)

        facts = probe_clip(short_sound, LIMITS).facts

        assert facts.duration_ms == 2_000
        assert facts.video_duration_ms == 2_000
        assert facts.audio_duration_ms == pytest.approx(1_000, abs=30)

    def test_tells_the_average_and_the_base_of_a_varying_frame_rate(self, tmp_path: Path) -> None:
        varying = tmp_path / "varying.mp4"
        every_third_missing = "select='mod(n,3)'"
        footage.run_ffmpeg(*_PICTURE, "-t", "2", "-vf", every_third_missing, "-fps_mode", "vfr", *_H264, varying)

        facts = probe_clip(varying, LIMITS).facts

        assert facts.frame_rate == pytest.approx(20, rel=0.03)
        assert facts.base_frame_rate == pytest.approx(30, rel=0.01)

    def test_takes_the_sound_that_can_be_decoded_when_another_comes_first(
        self, tmp_path: Path, small_clip: Path
    ) -> None:
        spatial = footage.add_spatial_audio_first(small_clip, tmp_path / "spatial.mp4")
        spatial.write_bytes(spatial.read_bytes().replace(b"esds", b"dapa", 1))  # else ffmpeg still knows it for AAC

        probe = probe_clip(spatial, LIMITS)

        assert probe.audio is not None
        assert probe.audio.index == 2
        assert probe.facts.audio_codec == "aac"

    def test_takes_the_picture_behind_a_data_track(self, tmp_path: Path) -> None:
        stamped, data_first = tmp_path / "stamped.mov", tmp_path / "data-first.mov"
        footage.run_ffmpeg(*_PICTURE, "-t", "1", *_H264, "-timecode", "01:00:00:00", stamped)
        footage.run_ffmpeg("-i", stamped, "-map", "0:d", "-map", "0:v", "-c", "copy", data_first)

        probe = probe_clip(data_first, LIMITS)

        assert probe.video is not None
        assert probe.video.index == 1

    def test_takes_the_picture_behind_an_empty_track(self, tmp_path: Path) -> None:
        two = tmp_path / "two.mp4"
        footage.run_ffmpeg(*_PICTURE, "-t", "1", "-map", "0:v", "-map", "0:v", *_H264, two)
        two.write_bytes(empty_first_track(two.read_bytes()))

        probe = probe_clip(two, LIMITS)

        assert probe.video is not None
        assert probe.video.index == 1

    def test_goes_on_past_a_damaged_beginning_as_ffmpeg_does(self, tmp_path: Path) -> None:
        damaged = tmp_path / "damaged.mp4"
        footage.run_ffmpeg(*_PICTURE, "-t", "2", *_H264, "-g", "15", damaged)
        content = damaged.read_bytes()
        first_frame = content.index(b"mdat") + 4
        damaged.write_bytes(content[:first_frame] + b"\xff" * 1_000 + content[first_frame + 1_000 :])

        assert probe_clip(damaged, LIMITS).facts.width_px == 320

    def test_reads_a_browsers_recording_to_its_end_when_no_header_tells_it(self, tmp_path: Path) -> None:
        live = tmp_path / "live.webm"
        footage.run_ffmpeg(*_PICTURE, *_TONE, "-t", "2", "-c:v", "libvpx", "-live", "1", live)

        facts = probe_clip(live, LIMITS).facts

        assert facts.media_kind is MediaKind.VIDEO
        assert facts.duration_ms == pytest.approx(2_000, abs=40)
        assert facts.video_duration_ms == pytest.approx(2_000, abs=40)


class TestProbeStoredPicture:
    def test_tells_what_decides_about_a_copy(self, tmp_path: Path) -> None:
        filmed = tmp_path / "filmed.mp4"
        footage.run_ffmpeg(
            *_PICTURE, "-t", "3", "-c:v", "libx264", "-profile:v", "main", "-level", "3.1", "-pix_fmt", "yuv420p",
            "-force_key_frames", "expr:gte(t,n_forced)", "-bf", "2", filmed,
        )  # fmt: skip

        probe = probe_clip(filmed, LIMITS)

        assert probe.video is not None
        stored = probe.video.stored
        assert (stored.codec, stored.tag, stored.profile, stored.level) == ("h264", "avc1", "Main", 31)
        assert (stored.pixel_format, stored.width_px, stored.height_px) == ("yuv420p", 320, 240)
        assert (stored.has_b_frames, stored.is_progressive, stored.has_square_pixels) == (True, True, True)
        assert (stored.has_hidden_frames, stored.starts_at_ms) == (False, 0)
        assert stored.keyframes_ms == (0, 1_000, 2_000)
        assert stored.longest_keyframe_gap_ms == 1_000
        assert stored.bits_per_second == pytest.approx(filmed.stat().st_size * 8 / 3, rel=0.1)

    def test_tells_of_frames_that_an_edit_list_hides(self, tmp_path: Path, small_clip: Path) -> None:
        trimmed = tmp_path / "trimmed.mp4"
        footage.run_ffmpeg("-ss", "1.5", "-i", small_clip, "-c", "copy", trimmed)

        probe = probe_clip(trimmed, LIMITS)

        assert probe.video is not None
        assert probe.video.stored.has_hidden_frames

    def test_names_no_keyframes_where_the_index_knows_only_a_part(self, tmp_path: Path, wide_clip: Path) -> None:
        fragmented = tmp_path / "fragmented.mp4"
        flags = "frag_keyframe+empty_moov+default_base_moof+global_sidx"
        footage.run_ffmpeg("-i", wide_clip, "-c", "copy", "-movflags", flags, fragmented)

        probe = probe_clip(fragmented, LIMITS)

        assert probe.video is not None
        assert probe.video.stored.keyframes_ms == ()
        assert probe.video.stored.longest_keyframe_gap_ms is None


class TestProbeCapture:
    def test_tells_when_and_where_the_phone_says_it_was(self, tmp_path: Path) -> None:
        filmed = tmp_path / "filmed.mp4"
        footage.run_ffmpeg(
            *_PICTURE, "-t", "1", *_H264, "-metadata", f"{_APPLE_TIME}=2026-03-09T12:41:46+0100",
            "-metadata", f"{_APPLE_PLACE}=+51.5334-000.1255+026.756/", "-movflags", "use_metadata_tags", filmed,
        )  # fmt: skip

        facts = probe_clip(filmed, LIMITS).facts

        assert facts.filmed_at == datetime(2026, 3, 9, 12, 41, 46, tzinfo=timezone(timedelta(hours=1)))
        assert (facts.latitude, facts.longitude) == (51.5334, -0.1255)

    @pytest.mark.parametrize(
        ("tags", "moment"),
        [
            (
                {"creation_time": "2026-03-09T12:00:00Z", _APPLE_TIME: "2026-03-09T09:00:00-0200"},
                datetime(2026, 3, 9, 11, tzinfo=UTC),
            ),
            (
                {"creation_time": "2026-03-09T12:00:00.000000Z", _APPLE_TIME: "2026-03-09T09:00:00"},
                datetime(2026, 3, 9, 12, tzinfo=UTC),
            ),
            ({"creation_time": "1904-01-01T00:00:00.000000Z"}, None),
            ({"creation_time": "1970-01-01T00:00:00.000000Z"}, None),
            ({"creation_time": "9999-12-31T23:59:59Z"}, None),
            ({"creation_time": "yesterday"}, None),
            ({"creation_time": ""}, None),
            ({}, None),
        ],
    )
    def test_believes_only_a_time_with_a_zone_that_makes_sense(
        self, tags: dict[str, str], moment: datetime | None
    ) -> None:
        assert read_filmed_at(tags) == moment

    @pytest.mark.parametrize(
        ("written", "place"),
        [
            ("+51.5334-000.1255/", (51.5334, -0.1255)),
            ("+40.6800-74.4999/", (40.68, -74.4999)),  # as Android writes it
            ("-33.8688+151.2093+058.0CRSWGS_84/", (-33.8688, 151.2093)),
            ("+00.0000+000.0000/", None),
            ("+91.0000+000.1000/", None),
            ("+10.0000+181.0000/", None),
            ("+4042.61-07400.21/", None),  # degrees and minutes: no phone writes them
            ("51.5,-0.1", None),
            ("", None),
            ("+" + "9" * 10_000, None),
        ],
    )
    def test_believes_only_a_place_on_earth(self, written: str, place: tuple[float, float] | None) -> None:
        assert read_place({"location": written}) == place


def empty_first_track(content: bytes) -> bytes:
    """Return an MP4 whose first track lost its list of frames, as phones write a track that they never used."""
    changed = bytearray(content)
    for table, count_at in ((b"stts", 8), (b"stss", 8), (b"stsc", 8), (b"stsz", 12), (b"stco", 8), (b"ctts", 8)):
        found = content.find(table, content.index(b"stbl"), content.index(b"trak", content.index(b"stbl")))
        if found >= 0:
            changed[found + count_at : found + count_at + 4] = bytes(4)
    return bytes(changed)
