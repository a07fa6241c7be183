"""What somebody would see and hear of a rendered clip, measured: sizes, corners, colours, the flash and the click."""

from __future__ import annotations

import struct
from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction
from itertools import pairwise, product
from pathlib import Path
from typing import cast

import av
import numpy as np
from av.buffer import Buffer
from av.sidedata.sidedata import Type as SideData
from numpy.typing import NDArray

from api_schema.media_jobs import RenderResult, Rendition
from tests.media_worker.fake_backend import Job

Colour = tuple[int, int, int]
_LUMA_WEIGHTS = {1: (0.2126, 0.0722), 5: (0.299, 0.114), 6: (0.299, 0.114)}  # red and blue, by ISO/IEC 23091-2 code
_FULL_RANGE = 2


@dataclass(frozen=True)
class Watched:
    """A video as a player shows it. `shown_at_s`: when each frame is."""

    frames: list[av.VideoFrame]
    shown_at_s: list[float]

    @property
    def flash_at_s(self) -> float:
        """Return when the middle turns white."""
        bright = [luma(frame, across=0.5, down=0.5) for frame in self.frames]
        darkest, brightest = min(bright), max(bright)
        is_white = [value > (darkest + brightest) / 2 for value in bright]
        return self.shown_at_s[is_white.index(True)]


def result_of(job: Job) -> RenderResult:
    assert isinstance(job.result, RenderResult), job.failures
    return job.result


def stream_of(job: Job, rendition: Rendition, directory: Path) -> Path:
    """Write the rendition as a player loads it, its init segment and all that follow, and return where."""
    path = directory / f"{rendition}.mp4"
    if not path.exists():
        names = sorted(name for name in job.objects if name.startswith(f"{rendition}/") and name.endswith(".m4s"))
        path.write_bytes(job.objects[f"{rendition}/init.mp4"] + b"".join(job.objects[name] for name in names))
    return path


def file_of(job: Job, name: str, directory: Path) -> Path:
    path = directory / name
    path.write_bytes(job.objects[name])
    return path


def watch(path: Path) -> Watched:
    with av.open(str(path)) as container:
        frames = list(container.decode(video=0))
    return Watched(frames, [float(frame.time or 0) for frame in frames])


def first_frame(path: Path) -> av.VideoFrame:
    with av.open(str(path)) as container:
        return next(container.decode(video=0))


def click_at_s(path: Path) -> float:
    """Return when the sound gets loud for the first time."""
    with av.open(str(path)) as container:
        blocks = [(float(frame.time or 0), frame.rate, _mono(frame)) for frame in container.decode(audio=0)]
    loudest = max(float(block.max()) for _, _, block in blocks)
    for starts_at_s, rate, block in blocks:
        loud = np.flatnonzero(block > loudest / 2)
        if loud.size:
            return starts_at_s + int(loud[0]) / rate
    raise AssertionError("there is no sound at all")


def luma(frame: av.VideoFrame, *, across: float, down: float) -> float:
    return _patch(frame, 0, across, down)


def colour(frame: av.VideoFrame, *, across: float, down: float) -> Colour:
    """Return red, green and blue, 0..255, as a player shows them that believes the tags and nothing else."""
    y, u, v = (_patch(frame, plane, across, down) for plane in range(3))
    kr, kb = _LUMA_WEIGHTS[int(frame.colorspace)]
    if not is_full_range(frame):
        y, u, v = (y - 16) * 255 / 219, (u - 128) * 255 / 224 + 128, (v - 128) * 255 / 224 + 128
    red, blue = y + 2 * (1 - kr) * (v - 128), y + 2 * (1 - kb) * (u - 128)
    green = (y - kr * red - kb * blue) / (1 - kr - kb)
    return _byte(red), _byte(green), _byte(blue)


def is_full_range(frame: av.VideoFrame) -> bool:
    return frame.format.name.startswith("yuvj") or int(frame.color_range) == _FULL_RANGE


def red_corner(frame: av.VideoFrame, *, width: float = 1, height: float = 1) -> str:
    """Return in which corner the red mark is, of the whole frame or of its upper left part of this share."""
    places = {
        "upper left": (0.1, 0.1), "upper right": (0.9, 0.1), "lower left": (0.1, 0.9), "lower right": (0.9, 0.9),
    }  # fmt: skip
    colours = {name: colour(frame, across=x * width, down=y * height) for name, (x, y) in places.items()}
    return max(colours, key=lambda name: colours[name][0] - colours[name][1])


def lies_like(shown: av.VideoFrame, filmed: av.VideoFrame) -> bool:
    """Return whether a picture lies as the display matrix in the file says, of the eight ways in which it can."""
    side_data = cast(Mapping[SideData, Buffer], filmed.side_data)  # PyAV's stubs know motion vectors only
    turned = SideData.DISPLAYMATRIX in side_data
    a, b, _, c, d, *_ = struct.unpack("=9i", bytes(side_data[SideData.DISPLAYMATRIX])) if turned else (1, 0, 0, 0, 1)
    ways = {
        (is_on_its_side, flips_columns, flips_rows): _laid(_small(filmed), is_on_its_side, flips_columns, flips_rows)
        for is_on_its_side, flips_columns, flips_rows in product((False, True), repeat=3)
    }
    likeness = {way: float(np.corrcoef(_small(shown).ravel(), laid.ravel())[0, 1]) for way, laid in ways.items()}
    return max(likeness, key=lambda way: likeness[way]) == (b != 0, a + c < 0, b + d < 0)


def _laid(
    pixels: NDArray[np.float64], is_on_its_side: bool, flips_columns: bool, flips_rows: bool
) -> NDArray[np.float64]:
    laid = pixels.T if is_on_its_side else pixels
    laid = laid[:, ::-1] if flips_columns else laid
    return laid[::-1] if flips_rows else laid


def _small(frame: av.VideoFrame) -> NDArray[np.float64]:
    """Return the luma of a frame as a square of 32 × 32, whatever its shape."""
    small: NDArray[np.float64] = frame.reformat(32, 32, "gray").to_ndarray().astype(np.float64)
    return small


def steps_s(watched: Watched) -> set[Fraction]:
    """Return the distances between frames that follow each other."""
    times = [frame.pts * frame.time_base for frame in watched.frames if frame.pts is not None and frame.time_base]
    return {later - earlier for earlier, later in pairwise(times)}


def _mono(frame: av.AudioFrame) -> NDArray[np.float64]:
    loudest: NDArray[np.float64] = np.abs(frame.to_ndarray().astype(np.float64)).reshape(-1, frame.samples).max(axis=0)
    return loudest


def _patch(frame: av.VideoFrame, number: int, across: float, down: float) -> float:
    """Return the mean of a few samples of one plane around a place, given as shares of width and height."""
    plane = frame.planes[number]
    samples = np.frombuffer(bytes(plane), np.uint8).reshape(-1, plane.line_size)[: plane.height, : plane.width]
    x, y = int(plane.width * across), int(plane.height * down)
    return float(samples[max(0, y - 1) : y + 2, max(0, x - 1) : x + 2].mean())


def _byte(value: float) -> int:
    return round(min(255.0, max(0.0, value)))
