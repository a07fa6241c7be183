"""A small canvas for the demo clips: shapes with soft edges, a seven-segment display and stroked letters, in numpy."""

from __future__ import annotations

from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

Canvas = NDArray[np.float32]
"""Shape (height_px, width_px, rgb), 0..255."""
Colour = tuple[int, int, int]
Point = tuple[float, float]

# Which of the segments a..g (top, right top, right bottom, bottom, left bottom, left top, middle) each sign lights.
SEGMENTS = {
    "0": "abcdef", "1": "bc", "2": "abdeg", "3": "abcdg", "4": "bcfg", "5": "acdfg", "6": "acdefg",
    "7": "abc", "8": "abcdefg", "9": "abcdfg", "E": "adefg", "C": "adef", "-": "g", " ": "",
}  # fmt: skip

# Strokes on a grid 2 wide and 4 high, as "xy" corners; a comma lifts the pen.
STROKES = {
    "A": "04 01 10 21 24,02 22", "B": "00 04 14 23 12 02,00 10 21 12", "C": "21 10 01 03 14 23",
    "D": "00 04 14 23 21 10 00", "E": "20 00 04 24,02 12", "F": "20 00 04,02 12", "G": "21 10 01 03 14 23 22 12",
    "H": "00 04,20 24,02 22", "I": "10 14", "L": "00 04 24", "M": "04 00 12 20 24", "N": "04 00 24 20",
    "O": "10 01 03 14 23 21 10", "P": "04 00 10 21 12 02", "R": "04 00 10 21 12 02,12 24",
    "S": "21 10 01 12 23 14 03", "T": "00 20,10 14", "U": "00 03 14 23 20", "W": "00 04 12 24 20",
    "0": "10 01 03 14 23 21 10", "1": "01 10 14", "2": "01 10 21 04 24", "3": "00 20 12 23 14 03",
    "4": "24 20 03 23", "5": "20 00 02 12 23 14 03", "6": "20 02 03 14 23 12 02", "7": "00 20 14",
    "8": "10 21 12 01 10,12 23 14 03 12", "9": "22 12 01 10 21 22 04", ":": "11 11,13 13", "-": "02 22", " ": "",
}  # fmt: skip


def blank(width_px: int, height_px: int, colour: Colour) -> Canvas:
    """Return a canvas of one colour."""
    return np.full((height_px, width_px, 3), colour, dtype=np.float32)


def box(canvas: Canvas, corner: Point, size: Point, colour: Colour, round_px: float = 0) -> None:
    """Fill a rectangle, given its left top corner and (width, height), whose corners are rounded by `round_px`."""
    (left, top), (width, height) = corner, size
    centre = (left + width / 2, top + height / 2)
    window, across, down = _window(canvas, left, top, left + width, top + height)
    beyond_x = np.abs(across - centre[0]) - width / 2 + round_px
    beyond_y = np.abs(down - centre[1]) - height / 2 + round_px
    outside = np.hypot(np.maximum(beyond_x, 0), np.maximum(beyond_y, 0)) + np.minimum(np.maximum(beyond_x, beyond_y), 0)
    _blend(window, outside - round_px, colour)


def disc(canvas: Canvas, centre: Point, radius: float, colour: Colour) -> None:
    """Fill a circle."""
    window, across, down = _window(
        canvas, centre[0] - radius, centre[1] - radius, centre[0] + radius, centre[1] + radius
    )
    _blend(window, np.hypot(across - centre[0], down - centre[1]) - radius, colour)


def bar(canvas: Canvas, start: Point, end: Point, width: float, colour: Colour) -> None:
    """Draw a straight line with round ends."""
    reach = width / 2
    window, across, down = _window(
        canvas,
        min(start[0], end[0]) - reach,
        min(start[1], end[1]) - reach,
        max(start[0], end[0]) + reach,
        max(start[1], end[1]) + reach,
    )
    run, rise = end[0] - start[0], end[1] - start[1]
    length_squared = run * run + rise * rise or 1.0
    along = np.clip(((across - start[0]) * run + (down - start[1]) * rise) / length_squared, 0, 1)
    _blend(window, np.hypot(across - start[0] - along * run, down - start[1] - along * rise) - reach, colour)


def segments(canvas: Canvas, text: str, corner: Point, height: float, colour: Colour) -> None:
    """Write `text` as a seven-segment display shows it; signs it cannot show are an error."""
    (left, top), width, thick = corner, height * 0.5, height * 0.11
    for index, sign in enumerate(text):
        x, middle, bottom = left + index * width * 1.5, top + height / 2, top + height
        ends = {
            "a": ((x, top), (x + width, top)), "b": ((x + width, top), (x + width, middle)),
            "c": ((x + width, middle), (x + width, bottom)), "d": ((x, bottom), (x + width, bottom)),
            "e": ((x, middle), (x, bottom)), "f": ((x, top), (x, middle)), "g": ((x, middle), (x + width, middle)),
        }  # fmt: skip
        for lit in SEGMENTS[sign]:
            bar(canvas, *ends[lit], thick, colour)


def label(canvas: Canvas, text: str, corner: Point, height: float, colour: Colour) -> None:
    """Write `text` in capital letters of `height` px; letters without strokes are an error."""
    unit = height / 4
    for index, letter in enumerate(text):
        origin = corner[0] + index * unit * 3.2
        for stroke in filter(None, STROKES[letter].split(",")):
            corners = [(origin + int(spot[0]) * unit, corner[1] + int(spot[1]) * unit) for spot in stroke.split()]
            for start, end in pairwise(corners):
                bar(canvas, start, end, unit * 0.7, colour)


def _window(
    canvas: Canvas, left: float, top: float, right: float, bottom: float
) -> tuple[Canvas, NDArray[np.float32], NDArray[np.float32]]:
    rows = slice(max(0, int(top) - 2), max(0, int(bottom) + 3))
    columns = slice(max(0, int(left) - 2), max(0, int(right) + 3))
    window = canvas[rows, columns]
    down, across = np.mgrid[
        rows.start : rows.start + window.shape[0], columns.start : columns.start + window.shape[1]
    ].astype(np.float32)
    return window, across, down


def _blend(window: Canvas, distance_px: NDArray[np.floating], colour: Colour) -> None:
    cover = np.clip(0.5 - distance_px, 0, 1)[..., None]
    window += (np.array(colour, dtype=np.float32) - window) * cover
