"""Reading back what ffmpeg wrote. A hostile file may have taken it over: no more is read than is ever needed."""

from __future__ import annotations

from pathlib import Path

_MOST_BYTES = 1024**2  # the playlist of a long clip; the others have a few hundred bytes


def read_written(path: Path) -> bytes:
    """
    Return the beginning of a file, which is all of any that ffmpeg writes for us beside the media themselves.

    :raises FileNotFoundError: it is not there yet.
    """
    with path.open("rb") as file:
        return file.read(_MOST_BYTES)
