"""The outermost boxes of an MP4 or MOV (ISO/IEC 14496-12): enough to tell a cut file from a broken one."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

_FIRST_BOXES = frozenset({b"ftyp", b"moov", b"mdat", b"wide", b"free", b"skip"})  # early QuickTime has no ftyp
_RECORDING = frozenset({b"moov", b"moof", b"mdat"})  # phones hang other things on the end, not all of them boxes
_MOST_BOXES = 200_000  # 20 minutes in fragments of a frame each have a third of it


def is_mp4(path: Path) -> bool:
    """Return whether the file begins as an MP4 or MOV does."""
    with path.open("rb") as file:
        return file.read(8)[4:] in _FIRST_BOXES


def ends_early(path: Path) -> bool:
    """Return whether an MP4 ends before its index, or before the end of what its outermost boxes say they hold."""
    size_bytes = path.stat().st_size
    kinds = set()
    for kind, end in _outermost_boxes(path, size_bytes):
        if end > size_bytes and kind in _RECORDING:
            return True
        kinds.add(kind)
    return b"moov" not in kinds


def _outermost_boxes(path: Path, size_bytes: int) -> Iterator[tuple[bytes, int]]:
    """Yield the type of each box, and where it says that it ends."""
    start = 0
    with path.open("rb") as file:
        for _ in range(_MOST_BOXES):
            file.seek(start)
            header = file.read(16)
            if len(header) < 8:
                return
            end = start + _length(header, size_bytes - start)
            if end < start + 8:  # no box
                return
            yield header[4:8], end
            start = end


def _length(header: bytes, rest_bytes: int) -> int:
    written = int.from_bytes(header[:4])
    if written == 1:  # too large for four bytes
        return int.from_bytes(header[8:16])
    return written or rest_bytes
