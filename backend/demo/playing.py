"""Whether a clip really plays: fetch its playlists and one segment as a player would, and decode a picture."""

from __future__ import annotations

import io
import re
from collections.abc import Iterator
from dataclasses import dataclass

import av
import httpx

from backend.demo.step_failed import StepFailed

_MAP = re.compile(r'#EXT-X-MAP:URI="([^"]+)"')
_LENGTH = re.compile(r"#EXTINF:([0-9.]+)")


@dataclass(frozen=True)
class Picture:
    """One decoded picture of one rendition."""

    width_px: int
    height_px: int
    rendition_count: int


@dataclass(frozen=True)
class _Segment:
    start_ms: int
    end_ms: int
    address: httpx.URL


def decode_picture(http: httpx.Client, hls_url: str, *, at_ms: int = 0) -> Picture:
    """
    Return the first picture of the segment that shows `at_ms`.

    :raises StepFailed: something a player needs is missing, or cannot be decoded.
    """
    master = httpx.URL(hls_url)
    renditions = [master.join(line) for line in _addresses(_fetch(http, master).decode())]
    if not renditions:
        raise StepFailed(f"The master playlist names no rendition: {master.copy_with(query=None)}.")
    playlist = _fetch(http, renditions[0]).decode()
    head = _MAP.search(playlist)
    segment = next((s for s in _segments(playlist, renditions[0]) if s.start_ms <= at_ms < s.end_ms), None)
    if head is None or segment is None:
        raise StepFailed(f"The playlist has no segment that shows {at_ms} ms.")
    data = _fetch(http, renditions[0].join(head[1])) + _fetch(http, segment.address)
    width_px, height_px = _first_picture(data)
    return Picture(width_px, height_px, len(renditions))


def _fetch(http: httpx.Client, address: httpx.URL) -> bytes:
    # Without a session: the link itself is the right. It may lead on into the object store, as players follow.
    answer = http.get(address, follow_redirects=True)
    if not answer.is_success:
        raise StepFailed(f"A player gets {answer.status_code} for {address.path}.")
    return answer.content


def _addresses(playlist: str) -> list[str]:
    return [line for line in playlist.splitlines() if line and not line.startswith("#")]


def _segments(playlist: str, address: httpx.URL) -> Iterator[_Segment]:
    start_ms = 0
    lengths = [round(float(found) * 1000) for found in _LENGTH.findall(playlist)]
    for length_ms, name in zip(lengths, _addresses(playlist), strict=True):
        yield _Segment(start_ms, start_ms + length_ms, address.join(name))
        start_ms += length_ms


def _first_picture(data: bytes) -> tuple[int, int]:
    try:
        with av.open(io.BytesIO(data), mode="r") as container:
            frame = next(container.decode(video=0))
            return frame.width, frame.height
    except (av.FFmpegError, StopIteration) as error:
        raise StepFailed(f"A segment of {len(data)} bytes cannot be decoded ({error!r}).") from error
