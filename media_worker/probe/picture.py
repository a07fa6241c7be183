"""What the picture is: how it is shown, and how it lies in the file. Only the probing process imports this."""

from __future__ import annotations

import struct
from collections.abc import Mapping
from fractions import Fraction
from itertools import pairwise
from typing import cast

import av
from av.buffer import Buffer
from av.container import InputContainer
from av.sidedata.sidedata import Type as SideData
from av.video.frame import VideoFrame
from av.video.stream import VideoStream as AvVideo

from api_schema.media_jobs import FailureCode, Limits
from media_worker.failures import JobFailed
from media_worker.probe.facts import StoredPicture, VideoStream

_HIGH_DYNAMIC_RANGE = {16: "smpte2084", 18: "arib-std-b67"}  # ISO/IEC 23091-2, transfer characteristics
_UNKNOWN_MATRIX = 2
_FIELD_ORDER_UNKNOWN, _FIELD_ORDER_PROGRESSIVE = 0, 1
_MOST_KEYFRAMES = 5_000  # four a second, for 20 minutes
_MOST_DAMAGED_PACKETS = 60
_INDEX_ENDS_WITHIN_S = Fraction(
    1, 2
)  # an index that ends earlier than this before the picture does knows only a part of it


def read_picture(container: InputContainer, video: AvVideo, limits: Limits) -> VideoStream:
    """
    Return the picture; decoding one frame proves that it can be.

    :raises JobFailed: it is too large, or not one frame can be decoded.
    """
    if video.width * video.height > limits.max_pixels:
        raise JobFailed(FailureCode.TOO_LARGE, "The picture has more pixels than we can process.")
    # The header may promise less than the frames hold.
    video.codec_context.options = {"max_pixels": str(limits.max_pixels)}
    frame = _first_frame(container, video)
    width_px, height_px = _displayed_size(video, frame)
    return VideoStream(
        index=video.index,
        width_px=width_px,
        height_px=height_px,
        # The average: the base rate of footage with a varying rate is many times what was filmed.
        frame_rate=float(video.average_rate) if video.average_rate else None,
        transfer=_HIGH_DYNAMIC_RANGE.get(int(frame.color_trc)),
        matrix_is_known=int(frame.colorspace) != _UNKNOWN_MATRIX,
        stored=_stored(video, frame),
    )


def _first_frame(container: InputContainer, video: AvVideo) -> VideoFrame:
    damaged = 0
    for packet in container.demux(video):
        try:
            if frames := packet.decode():
                return frames[0]
        except av.InvalidDataError:  # ffmpeg goes on past a damaged beginning, too
            damaged += 1
            if damaged > _MOST_DAMAGED_PACKETS:
                break
    raise JobFailed(FailureCode.UNDECODABLE, "The picture cannot be decoded.")


def _displayed_size(video: AvVideo, frame: VideoFrame) -> tuple[int, int]:
    ratio = video.sample_aspect_ratio or Fraction(1)
    width_px, height_px = round(frame.width * ratio), frame.height
    return (height_px, width_px) if frame.rotation % 180 else (width_px, height_px)


def _stored(video: AvVideo, frame: VideoFrame) -> StoredPicture:
    context = video.codec_context
    keyframes_ms = _keyframes_ms(video)
    return StoredPicture(
        codec=context.name,
        tag=context.codec_tag,
        profile=video.profile,
        level=_h264_level(context.name, context.extradata),
        pixel_format=video.pix_fmt,
        width_px=frame.width,
        height_px=frame.height,
        rotation_degrees=int(frame.rotation) % 360,
        is_mirrored=_is_mirrored(frame),
        has_square_pixels=(video.sample_aspect_ratio or 1) == 1,
        is_progressive=not frame.interlaced_frame
        and context.field_order in (_FIELD_ORDER_UNKNOWN, _FIELD_ORDER_PROGRESSIVE),
        has_b_frames=bool(context.has_b_frames),
        has_hidden_frames=any(entry.is_discard for entry in video.index_entries),
        bits_per_second=_bits_per_second(video),
        starts_at_ms=_to_ms(video, video.start_time or 0),
        keyframes_ms=keyframes_ms if len(keyframes_ms) <= _MOST_KEYFRAMES else (),
        longest_keyframe_gap_ms=_longest_gap_ms(video, keyframes_ms),
    )


def _is_mirrored(frame: VideoFrame) -> bool:
    """Return whether the display matrix turns the picture over, as front cameras do; rotation alone never does."""
    side_data = cast(Mapping[SideData, Buffer], frame.side_data)  # PyAV's stubs know motion vectors only
    if SideData.DISPLAYMATRIX not in side_data:
        return False
    a, b, _, c, d, *_ = struct.unpack("=9i", bytes(side_data[SideData.DISPLAYMATRIX]))
    return bool(a * d - b * c < 0)


def _h264_level(codec: str, header: bytes | None) -> int | None:
    """Return the level from the `avcC` header (ISO/IEC 14496-15), whose first byte is its version, 1."""
    if codec != "h264" or not header or len(header) < 4 or header[0] != 1:
        return None
    return header[3]


def _keyframes_ms(video: AvVideo) -> tuple[int, ...]:
    if not _index_is_whole(video):
        return ()
    times = [entry.timestamp for entry in video.index_entries if entry.is_keyframe and not entry.is_discard]
    if not times:
        return ()
    # The index counts in decoding order: the first frame is decoded a little before it is shown, and so are all.
    delay = (video.start_time or 0) - times[0]
    return tuple(_to_ms(video, time + delay) for time in times)


def _index_is_whole(video: AvVideo) -> bool:
    entries = video.index_entries
    if not len(entries) or not video.duration or video.time_base is None:
        return False
    indexed_s = (entries[-1].timestamp - entries[0].timestamp) * video.time_base
    return video.duration * video.time_base - indexed_s <= _INDEX_ENDS_WITHIN_S


def _longest_gap_ms(video: AvVideo, keyframes_ms: tuple[int, ...]) -> int | None:
    if not keyframes_ms:
        return None
    end_ms = _to_ms(video, (video.start_time or 0) + (video.duration or 0))
    return max(later - earlier for earlier, later in pairwise((*keyframes_ms, end_ms)))


def _bits_per_second(video: AvVideo) -> int | None:
    if not _index_is_whole(video) or not video.duration or video.time_base is None:
        return video.bit_rate or None
    stored_bytes = sum(entry.size for entry in video.index_entries)
    return round(stored_bytes * 8 / (video.duration * video.time_base))


def _to_ms(video: AvVideo, ticks: int) -> int:
    return round(ticks * (video.time_base or 0) * 1000)
