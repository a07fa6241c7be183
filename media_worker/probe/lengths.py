"""How long a recording lasts, whatever its container says about itself, and whether all of it is there."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction

from av.container import InputContainer
from av.stream import Stream

from api_schema.media_jobs import FailureCode, Limits
from media_worker.failures import JobFailed

CUT_SHORT = "The file ends before its recording does: send it again."


@dataclass(frozen=True)
class Lengths:
    """`stream_ms`: by index, of those streams whose length is known."""

    clip_ms: int
    stream_ms: dict[int, int]


def refuse_cut(streams: list[Stream], size_bytes: int) -> None:
    """Refuse a file whose index names bytes that are not there: a decoder would end early and say nothing."""
    for stream in streams:
        last_byte = max((entry.pos + entry.size for entry in stream.index_entries), default=0)
        if last_byte > size_bytes:
            raise JobFailed(FailureCode.CUT_SHORT, CUT_SHORT)


def measure_lengths(container: InputContainer, streams: list[Stream]) -> Lengths:
    """Return how long the clip and each of `streams` last, reading all packets only where no header tells."""
    told_s = {
        stream.index: stream.duration * stream.time_base for stream in streams if stream.duration and stream.time_base
    }
    if not container.duration and not told_s:
        told_s = _scan(container, streams)
    clip_s = Fraction(container.duration or 0, 1_000_000) or max(told_s.values(), default=Fraction(0))
    return Lengths(int(clip_s * 1000), {index: round(length * 1000) for index, length in told_s.items()})


def refuse_long(streams: list[Stream], clip_ms: int, limits: Limits) -> None:
    """Refuse a clip that is over the limit, or has no length at all."""
    # Two frames ten hours apart make a file of 5 KB that fills hours of constant frame rate.
    longest_s = max([Fraction(clip_ms, 1000), *(_indexed_span_s(stream) for stream in streams)])
    if longest_s > limits.max_duration_s:
        minutes = limits.max_duration_s // 60
        raise JobFailed(FailureCode.TOO_LONG, f"The recording is longer than {minutes} minutes.")
    if clip_ms <= 0:
        raise JobFailed(FailureCode.NOT_A_VIDEO, "The recording has no length.")


def _scan(container: InputContainer, streams: list[Stream]) -> dict[int, Fraction]:
    """Return the end of each stream's last packet in seconds: browsers record WebM without a duration."""
    ends: dict[int, Fraction] = {}
    for packet in container.demux(streams):
        if packet.pts is not None and packet.time_base is not None:
            end = (packet.pts + (packet.duration or 0)) * packet.time_base
            ends[packet.stream_index] = max(end, ends.get(packet.stream_index, end))
    container.seek(0)
    return ends


def _indexed_span_s(stream: Stream) -> Fraction:
    entries = stream.index_entries
    if len(entries) < 2 or stream.time_base is None:
        return Fraction(0)
    return (entries[-1].timestamp - entries[0].timestamp) * stream.time_base
