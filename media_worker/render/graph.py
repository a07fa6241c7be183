"""
The one ffmpeg command of a render, built with ffmpeg-python: one decode, every output.

All names are relative to the job's private directory. `playlist_of` and `FILE_NAMES` say where things appear.
"""

from __future__ import annotations

from typing import Any

import ffmpeg

from api_schema.media_jobs import FILE_NAMES, Limits, Rendition
from media_worker.ffmpeg_options import OPEN_OPTIONS, ffmpeg_start, local_file, tell_progress
from media_worker.probe.facts import VideoStream
from media_worker.render.copying import COPIED_SEGMENT_MS
from media_worker.render.ladder import AUDIO_BITS_PER_SECOND, Rung
from media_worker.render.picture import (
    Filtered,
    constant_frame_rate,
    customary_colours,
    picture_at_top_size,
    poster,
    smaller,
    storyboard,
)
from media_worker.render.plan import RenderPlan
from media_worker.render.sound import SAMPLES_PER_SECOND, even_sound, for_speech, waveform

FIRST_SEGMENT_S = 2  # short, so that a clip plays sooner
SEGMENT_S = 4
# Keyframes, and so segments, at 0, 2, 6, 10 … seconds.
_EVEN_KEYFRAMES = f"expr:gte(t,if(n_forced,{FIRST_SEGMENT_S}+{SEGMENT_S}*(n_forced-1),0))"
_BEFORE_FRAME_S = 0.01  # a frame counts as being at a time from there on: times are rounded, frames 33 ms apart
_AUDIO_SEGMENT_S = 2  # every audio packet may start a segment; the length of the first one is the length of all
_SUPPLEMENTS = 6  # NAL units of H.264 in which phones and encoders write what they like: dates, places, settings

_STRIPPED = {"map_metadata": -1, "map_chapters": -1}  # phones write where they were


def render_command(plan: RenderPlan, *, source_name: str, limits: Limits) -> list[str]:
    """Return the program and its arguments. The directories of `plan.renditions` must exist."""
    source = ffmpeg.input(local_file(source_name), max_pixels=limits.max_pixels, **OPEN_OPTIONS)
    outputs = _video_outputs(source, plan) + _audio_outputs(source, plan)
    start = [*ffmpeg_start(), *_filter_threads(plan.probe.video)]
    return [str(part) for part in ffmpeg.merge_outputs(*outputs).compile(cmd=start)]


def _filter_threads(video: VideoStream | None) -> list[str]:
    """Return how many threads share a frame: only tone mapping is work enough to repay the sharing (2 % of all CPU)."""
    return [] if video is not None and video.transfer is not None else ["-filter_complex_threads", "1"]


def playlist_of(rendition: Rendition) -> str:
    """Return the name of the playlist that ffmpeg keeps while it writes the rendition's segments."""
    return f"{rendition}/index.m3u8"


def _video_outputs(source: Filtered, plan: RenderPlan) -> list[Filtered]:
    video, poster_plan, storyboard_plan = plan.probe.video, plan.poster, plan.storyboard
    if video is None or poster_plan is None or storyboard_plan is None:
        return []
    decoded = source[str(video.index)]
    top, *lower = plan.ladder
    encoded = plan.ladder if plan.copied_cuts_ms is None else lower
    steady = picture_at_top_size(decoded, video, top, frames_per_second=constant_frame_rate(plan.probe.facts))
    pictures = steady.filter_multi_output("split", 2 + len(encoded))
    outputs = [] if plan.copied_cuts_ms is None else [_copied_rendition(decoded, plan, video)]
    for place, rung in enumerate(encoded):
        picture = pictures[2 + place] if rung is top else smaller(pictures[2 + place], rung)
        outputs.append(_encoded_rendition(picture, rung, plan))
    return [
        *outputs,
        _still(poster(pictures[0], poster_plan), FILE_NAMES["poster"], **{"q:v": 3}),
        _still(storyboard(pictures[1], storyboard_plan), FILE_NAMES["storyboard"], **{"q:v": 5}),
    ]


def _audio_outputs(source: Filtered, plan: RenderPlan) -> list[Filtered]:
    audio = plan.probe.audio
    if audio is None:
        return []
    is_voice_note = plan.probe.video is None
    sound = even_sound(source[str(audio.index)], plan.probe, audio)
    copies = sound.filter_multi_output("asplit", 3 if is_voice_note else 2)
    encode = {
        "c:a": "aac",
        "b:a": AUDIO_BITS_PER_SECOND,
        "ar": SAMPLES_PER_SECOND,
        **(tell_progress("a") if is_voice_note else {}),
    }
    wave = {"c:a": "pcm_s16le", "ar": 16_000, "ac": 1, "t": plan.longest_s, **_STRIPPED}
    outputs = [
        _segmented(copies[0], Rendition.AUDIO, _AUDIO_SEGMENT_S, plan.longest_s, encode),
        for_speech(copies[1]).output(FILE_NAMES["speech"], **wave),
    ]
    if is_voice_note:
        outputs.append(_still(waveform(copies[2]), FILE_NAMES["waveform"]))
    return outputs


def _encoded_rendition(picture: Filtered, rung: Rung, plan: RenderPlan) -> Filtered:
    encode = {
        "c:v": "libx264",
        "preset": "veryfast",
        "crf": 23,
        "maxrate": rung.most_bits_per_second,
        "bufsize": 2 * rung.most_bits_per_second,
        "profile:v": "high",
        "force_key_frames": _keyframes(plan.copied_cuts_ms),
        "sc_threshold": 0,
        "g": 30 * SEGMENT_S * 2,  # never reached: only the forced keyframes cut
        # Decoder, scalers and encoders are threads already. One a rendition spares about 4 % of all CPU time.
        "threads:v": 1,
        "fps_mode": "passthrough",
        **(tell_progress("v") if rung is plan.ladder[-1] else {}),
    }
    # A length below the distance of the keyframes cuts at each of them.
    return _segmented(picture, rung.rendition, 1, plan.longest_s, encode)


def _copied_rendition(stored: Filtered, plan: RenderPlan, video: VideoStream) -> Filtered:
    """Return the picture as it lies in the file, without what phones and encoders write between the frames."""
    top = plan.ladder[0]
    copy = {"c:v": "copy", "bsf:v": f"filter_units=remove_types={_SUPPLEMENTS}"}
    if not video.matrix_is_known:
        copy["bsf:v"] += f",h264_metadata={customary_colours(video)}"
    if top is plan.ladder[-1]:  # nothing is encoded that could tell
        copy |= {"stats_mux_pre:v": "pipe:1", "stats_mux_pre_fmt:v": "{t}"}
    return _segmented(stored, top.rendition, COPIED_SEGMENT_MS / 1000, plan.longest_s, copy)


def _keyframes(copied_cuts_ms: tuple[int, ...] | None) -> str:
    """Return where the encoded renditions get their keyframes: all are cut at the same times."""
    if copied_cuts_ms is None:
        return _EVEN_KEYFRAMES
    return ",".join(["0", *(f"{at_ms / 1000 - _BEFORE_FRAME_S:.3f}" for at_ms in copied_cuts_ms)])


def _segmented(
    stream: Filtered, rendition: Rendition, cut_s: float, longest_s: int, encode: dict[str, Any]
) -> Filtered:
    return stream.output(
        playlist_of(rendition),
        **encode,
        **_STRIPPED,
        t=longest_s,
        f="hls",
        hls_time=cut_s,
        hls_list_size=0,
        hls_playlist_type="event",
        hls_segment_type="fmp4",
        hls_fmp4_init_filename="init.mp4",
        hls_segment_filename=f"{rendition}/%05d.m4s",
        avoid_negative_ts="disabled",  # else the picture is moved two frames behind the sound
        hls_flags="temp_file+independent_segments",  # a name appears only when its content is whole
    )


def _still(picture: Filtered, name: str, **encode: Any) -> Filtered:
    options = {"frames:v": 1, "update": 1, "atomic_writing": 1, "fps_mode": "passthrough", **encode, **_STRIPPED}
    return picture.output(name, **options)
