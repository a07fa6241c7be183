"""Choosing, by index, the one picture and the one sound of a container that may hold many of both."""

from __future__ import annotations

from collections.abc import Iterable
from typing import cast

from av.audio.stream import AudioStream as AvAudio
from av.codec.context import CodecContext
from av.container import InputContainer
from av.stream import Disposition, Stream
from av.video.stream import VideoStream as AvVideo

from media_worker.ffmpeg_options import ALLOWED_DECODERS


def choose_video(container: InputContainer) -> AvVideo | None:
    """Return the default or else the largest picture that can be decoded; cover art and empty tracks are none."""
    usable = [stream for stream in container.streams.video if _is_usable(stream) and stream.format is not None]
    return max(
        usable,
        key=lambda stream: (_has_index(stream), _is_default(stream), stream.width * stream.height),
        default=None,
    )


def choose_audio(container: InputContainer) -> AvAudio | None:
    """
    Return the default or else the first AAC or else the first track that can be decoded.

    iPhones add a spatial track (APAC) that nobody decodes: often marked default too, and sometimes first.
    """
    usable = [stream for stream in container.streams.audio if _is_usable(stream) and stream.rate]
    return max(
        usable,
        key=lambda stream: (_has_index(stream), _is_default(stream), stream.codec_context.name == "aac"),
        default=None,
    )


def has_streams(streams: Iterable[Stream]) -> bool:
    """Return whether there is anything but cover art, decodable or not."""
    return any(not _is_cover_art(stream) for stream in streams)


def _is_usable(stream: Stream) -> bool:
    return _has_decoder(stream) and not _is_cover_art(stream) and stream.duration != 0


def _has_decoder(stream: Stream) -> bool:
    """Return whether ffmpeg may decode it; PyAV itself asks no `codec_whitelist` before it decodes."""
    context = cast(CodecContext | None, stream.codec_context)  # PyAV's stubs forget that it is None without a decoder
    return context is not None and context.codec.name in ALLOWED_DECODERS


def _has_index(stream: Stream) -> bool:
    # Some phones write tracks without a single frame. WebM has no index at all: there every stream counts alike.
    return len(stream.index_entries) > 0


def _is_cover_art(stream: Stream) -> bool:
    return bool(stream.disposition & Disposition.attached_pic)


def _is_default(stream: Stream) -> bool:
    return bool(stream.disposition & Disposition.default)
