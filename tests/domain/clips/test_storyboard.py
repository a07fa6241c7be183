from __future__ import annotations

from backend.domain.clips.storyboard import Tiles, storyboard_webvtt

PORTRAIT = Tiles(width_px=270, height_px=320, columns=3, rows=2, interval_ms=2_000)


class TestStoryboardWebvtt:
    def test_names_each_tile_in_reading_order_and_ends_with_the_clip(self) -> None:
        webvtt = storyboard_webvtt(PORTRAIT, duration_ms=7_480)

        assert webvtt.splitlines() == [
            "WEBVTT",
            "",
            "00:00:00.000 --> 00:00:02.000",
            "storyboard.jpg#xywh=0,0,90,160",
            "",
            "00:00:02.000 --> 00:00:04.000",
            "storyboard.jpg#xywh=90,0,90,160",
            "",
            "00:00:04.000 --> 00:00:06.000",
            "storyboard.jpg#xywh=180,0,90,160",
            "",
            "00:00:06.000 --> 00:00:07.480",
            "storyboard.jpg#xywh=0,160,90,160",
        ]

    def test_shows_the_last_tile_to_the_end_when_there_are_too_few(self) -> None:
        webvtt = storyboard_webvtt(PORTRAIT, duration_ms=60_000)

        assert webvtt.count("-->") == 6
        assert "00:00:10.000 --> 00:01:00.000\nstoryboard.jpg#xywh=180,160,90,160" in webvtt
