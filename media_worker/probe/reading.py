"""Reading a hostile file with PyAV. Only the probing process imports this."""

from __future__ import annotations

from pathlib import Path

import av
from av.audio.stream import AudioStream as AvAudio
from av.container import InputContainer
from av.stream import Stream
from av.video.stream import VideoStream as AvVideo

from api_schema.media_jobs import FailureCode, Limits, MediaKind, ProbeFacts
from media_worker.failures import JobFailed
from media_worker.ffmpeg_options import OPEN_OPTIONS, local_file
from media_worker.probe.boxes import ends_early, is_mp4
from media_worker.probe.capture import read_filmed_at, read_place
from media_worker.probe.facts import AudioStream, Probe, VideoStream
from media_worker.probe.lengths import CUT_SHORT, Lengths, measure_lengths, refuse_cut, refuse_long
from media_worker.probe.picture import read_picture
from media_worker.probe.streams import choose_audio, choose_video, has_streams


def read_clip(path: Path, limits: Limits) -> Probe:
    """
    Return what is in the file, from its headers and one decoded frame.

    How loud it is, and whether anything is audible, is measured by the render: decoding all of the sound here
    would delay the first play by a share of the clip's length.

    :raises JobFailed: it is no clip, is cut short, is over a limit, or nothing in it can be decoded.
    """
    if path.stat().st_size == 0:
        raise JobFailed(FailureCode.NOT_A_VIDEO, "The file is empty.")
    if is_mp4(path) and ends_early(path):
        raise JobFailed(FailureCode.CUT_SHORT, CUT_SHORT)
    try:
        with _open(path) as container:
            return _read_streams(container, path.stat().st_size, limits)
    except av.FFmpegError as error:
        raise JobFailed(FailureCode.UNDECODABLE, "The recording cannot be decoded.") from error


def _open(path: Path) -> InputContainer:
    try:
        return av.open(local_file(str(path)), options=OPEN_OPTIONS, metadata_errors="replace")
    except av.FFmpegError as error:
        if is_mp4(path):
            raise JobFailed(FailureCode.UNDECODABLE, "The recording is damaged: it cannot be read.") from error
        raise JobFailed(FailureCode.NOT_A_VIDEO, "The file is not a video or voice note that we can read.") from error


def _read_streams(container: InputContainer, size_bytes: int, limits: Limits) -> Probe:
    video, audio = choose_video(container), choose_audio(container)
    chosen: list[Stream] = [stream for stream in (video, audio) if stream is not None]
    if not chosen:
        raise _nothing_to_decode(container)
    refuse_cut(chosen, size_bytes)
    lengths = measure_lengths(container, chosen)
    refuse_long(chosen, lengths.clip_ms, limits)
    picture = read_picture(container, video, limits) if video is not None else None
    sound = AudioStream(index=audio.index, channels=audio.channels) if audio is not None else None
    return Probe(facts=_facts(container, lengths, video, picture, audio), video=picture, audio=sound)


def _nothing_to_decode(container: InputContainer) -> JobFailed:
    if has_streams(container.streams):
        return JobFailed(FailureCode.UNDECODABLE, "The recording uses a format that we cannot decode.")
    return JobFailed(FailureCode.NOT_A_VIDEO, "There is neither picture nor sound in the file.")


def _facts(
    container: InputContainer,
    lengths: Lengths,
    video: AvVideo | None,
    picture: VideoStream | None,
    audio: AvAudio | None,
) -> ProbeFacts:
    latitude, longitude = read_place(container.metadata) or (None, None)
    return ProbeFacts(
        media_kind=MediaKind.VIDEO if picture else MediaKind.VOICE,
        duration_ms=lengths.clip_ms,
        has_audio=audio is not None,
        width_px=picture.width_px if picture else None,
        height_px=picture.height_px if picture else None,
        rotation_degrees=picture.stored.rotation_degrees if picture else 0,
        frame_rate=picture.frame_rate if picture else None,
        video_codec=picture.stored.codec if picture else None,
        audio_codec=audio.codec_context.name if audio is not None else None,
        colour_transfer=picture.transfer if picture else None,
        is_mirrored=picture.stored.is_mirrored if picture else False,
        base_frame_rate=float(video.base_rate) if video is not None and video.base_rate else None,
        video_duration_ms=lengths.stream_ms.get(video.index) if video is not None else None,
        audio_duration_ms=lengths.stream_ms.get(audio.index) if audio is not None else None,
        filmed_at=read_filmed_at(container.metadata),
        latitude=latitude,
        longitude=longitude,
    )
