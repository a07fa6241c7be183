"""The file for taking along: the best rendition and the sound in one MP4, copied from the finished segments."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path

import ffmpeg

from api_schema.media_jobs import FILE_NAMES, Limits, Rendition
from media_worker.ffmpeg_options import OPEN_OPTIONS, ffmpeg_start, local_file
from media_worker.render.encoding import encode


def make_offline_file(
    renditions: tuple[Rendition, ...], *, directory: Path, limits: Limits, check: Callable[[], None]
) -> Path:
    """
    Write the offline MP4 of these renditions (at most one picture and one sound) and return where it lies.

    Nothing is encoded again; the index comes first, so that it plays while it is still being copied.
    """
    inputs = [
        ffmpeg.input(local_file(_join_segments(directory, rendition)), **OPEN_OPTIONS) for rendition in renditions
    ]
    target = FILE_NAMES["offline"]
    output = ffmpeg.output(*inputs, target, c="copy", movflags="+faststart", map_metadata=-1, map_chapters=-1)
    encode(output.compile(cmd=ffmpeg_start()), directory=directory, limits=limits, on_look=lambda _: check())
    return directory / target


def _join_segments(directory: Path, rendition: Rendition) -> str:
    """Write the rendition as one fragmented MP4, which is what its segments are in a row, and return its name."""
    name = f"{rendition}.mp4"
    parts = [directory / rendition / "init.mp4", *sorted((directory / rendition).glob("*.m4s"))]
    with (directory / name).open("wb") as joined:
        for part in parts:
            with part.open("rb") as source:
                shutil.copyfileobj(source, joined)
    return name
