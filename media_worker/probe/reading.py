"""Reading a hostile file with PyAV. Only the probing process imports this."""

from __future__ import annotations

from fractions import Fraction
from pathlib import Path

import av
from av.container import InputContainer
from av.stream import Stream

from api_schema.media_jobs import FailureCode, Limits, MediaKind, ProbeFacts
from media_worker.failures import JobFailed
from media_worker.ffmpeg_options import OPEN_OPTIONS, local_file
from media_worker.probe.facts import AudioStream, Probe
from media_worker.probe.picture import read_picture
from media_worker.probe.streams import choose_audio, choose_video, has_streams

_CUT_SHORT = "The file ends before its recording does: send it again."


def read_clip(path: Path, limits: Limits) -> Probe:
    """
    Return what is in the file.

    :raises JobFailed: it is no clip, is cut short, is over a limit, or nothing in it can be decoded.
    """
    if path.stat().st_size == 0:
        raise JobFailed(FailureCode.NOT_A_VIDEO, "The file is empty.")
    try:
        with _open(path) as container:
            return _read_streams(container, path.stat().st_size, limits)
    except av.FFmpegError as error:
        raise JobFailed(FailureCode.UNDECODABLE, "The recording cannot be decoded.") from error


def _open(path: Path) -> InputContainer:
    try:
        return av.open(local_file(str(path)), options=OPEN_OPTIONS, metadata_errors="replace")
    except av.FFmpegError as error:
        with path.open("rb") as file:
            looks_like_mp4 = file.read(12)[4:8] == b"ftyp"
        if looks_like_mp4:  # the index, written last, is what a cut recording lacks
            raise JobFailed(FailureCode.CUT_SHORT, _CUT_SHORT) from error
        raise JobFailed(FailureCode.NOT_A_VIDEO, "The file is not a video or voice note that we can read.") from error


def _read_streams(container: InputContainer, size_bytes: int, limits: Limits) -> Probe:
    video, audio = choose_video(container), choose_audio(container)
    if video is None and audio is None:
        if has_streams(container.streams):
            raise JobFailed(FailureCode.UNDECODABLE, "The recording uses a format that we cannot decode.")
        raise JobFailed(FailureCode.NOT_A_VIDEO, "There is neither picture nor sound in the file.")
    chosen: list[Stream] = [stream for stream in (video, audio) if stream is not None]
    _refuse_cut(chosen, size_bytes)
    duration_ms = _duration_ms(container, chosen)
    _refuse_long(chosen, duration_ms, limits)
    picture = read_picture(container, video, limits) if video is not None else None
    facts = ProbeFacts(
        media_kind=MediaKind.VIDEO if picture else MediaKind.VOICE,
        duration_ms=duration_ms,
        has_audio=audio is not None,
        width_px=picture.width_px if picture else None,
        height_px=picture.height_px if picture else None,
        rotation_degrees=picture.stored.rotation_degrees if picture else 0,
        frame_rate=picture.frame_rate if picture else None,
        video_codec=video.codec_context.name if video is not None else None,
        audio_codec=audio.codec_context.name if audio is not None else None,
        colour_transfer=picture.transfer if picture else None,
    )
    sound = AudioStream(index=audio.index, channels=audio.channels) if audio is not None else None
    return Probe(facts=facts, video=picture, audio=sound)


def _refuse_cut(streams: list[Stream], size_bytes: int) -> None:
    """Refuse a file whose index names bytes that are not there: a decoder would end early and say nothing."""
    for stream in streams:
        last_byte = max((entry.pos + entry.size for entry in stream.index_entries), default=0)
        if last_byte > size_bytes:
            raise JobFailed(FailureCode.CUT_SHORT, _CUT_SHORT)


def _duration_ms(container: InputContainer, streams: list[Stream]) -> int:
    if container.duration:
        return container.duration // 1000
    told = [stream.duration * stream.time_base for stream in streams if stream.duration and stream.time_base]
    return int(max(told, default=_scan_duration(container, streams)) * 1000)


def _scan_duration(container: InputContainer, streams: list[Stream]) -> Fraction:
    """Return the end of the last packet in seconds: browsers record WebM without a duration."""
    end = Fraction(0)
    for packet in container.demux(streams):
        if packet.pts is not None and packet.time_base is not None:
            end = max(end, (packet.pts + (packet.duration or 0)) * packet.time_base)
    container.seek(0)
    return end


def _refuse_long(streams: list[Stream], duration_ms: int, limits: Limits) -> None:
    # Two frames ten hours apart make a file of 5 KB that fills hours of constant frame rate.
    longest_s = max([Fraction(duration_ms, 1000), *(_indexed_span_s(stream) for stream in streams)])
    if longest_s > limits.max_duration_s:
        minutes = limits.max_duration_s // 60
        raise JobFailed(FailureCode.TOO_LONG, f"The recording is longer than {minutes} minutes.")
    if duration_ms <= 0:
        raise JobFailed(FailureCode.NOT_A_VIDEO, "The recording has no length.")


def _indexed_span_s(stream: Stream) -> Fraction:
    entries = stream.index_entries
    if len(entries) < 2 or stream.time_base is None:
        return Fraction(0)
    return (entries[-1].timestamp - entries[0].timestamp) * stream.time_base
