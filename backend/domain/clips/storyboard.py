"""
The tiles of a storyboard as WebVTT, for the previews of a player's time line.

Each cue names a part of one picture. Source: W3C Media Fragments, section 4.2.2 (`#xywh=`).
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from backend.domain.clips.webvtt import Caption, render_webvtt

PICTURE = "storyboard.jpg"  # beside the WebVTT file
_CERTAIN = 1.0


@dataclass(frozen=True)
class Tiles:
    """One picture of `columns` × `rows` tiles, left to right and down, one tile each `interval_ms`."""

    width_px: int
    height_px: int
    columns: int
    rows: int
    interval_ms: int


def storyboard_webvtt(tiles: Tiles, *, duration_ms: int) -> str:
    """Return a WebVTT document with one cue a tile; the last ends with the clip."""
    return render_webvtt(_cues(tiles, duration_ms))


def _cues(tiles: Tiles, duration_ms: int) -> Iterator[Caption]:
    # The last row may have empty places: no cue begins after the clip has ended.
    starts_ms = range(0, duration_ms, tiles.interval_ms)[: tiles.columns * tiles.rows]
    for number, start_ms in enumerate(starts_ms):
        is_last = number == len(starts_ms) - 1
        end_ms = duration_ms if is_last else start_ms + tiles.interval_ms
        yield Caption(start_ms, end_ms, f"{PICTURE}#xywh={_place(tiles, number)}", _CERTAIN)


def _place(tiles: Tiles, number: int) -> str:
    row, column = divmod(number, tiles.columns)
    width_px, height_px = tiles.width_px // tiles.columns, tiles.height_px // tiles.rows
    return f"{column * width_px},{row * height_px},{width_px},{height_px}"
