"""
The one ffmpeg command of a render, built with ffmpeg-python: one decode, every output.

All names are relative to the job's private directory. `playlist_of` and `FILE_NAMES` say where things appear.
"""

from __future__ import annotations

from typing import Any

import ffmpeg

from api_schema.media_jobs import FILE_NAMES, Limits, Rendition
from media_worker.ffmpeg_options import OPEN_OPTIONS, ffmpeg_start, local_file, tell_progress
from media_worker.probe.facts import AudioStream
from media_worker.render.ladder import AUDIO_BITS_PER_SECOND, Rung
from media_worker.render.picture import Filtered, picture_at_top_size, poster, storyboard
from media_worker.render.plan import RenderPlan

FIRST_SEGMENT_S = 2  # short, so that a clip plays sooner
SEGMENT_S = 4
# Keyframes, and so segments, at 0, 2, 6, 10 … seconds.
_KEYFRAMES = f"expr:gte(t,if(n_forced,{FIRST_SEGMENT_S}+{SEGMENT_S}*(n_forced-1),0))"
_AUDIO_SEGMENT_S = 2  # every audio packet may start a segment; the length of the first one is the length of all

_STRIPPED = {"map_metadata": -1, "map_chapters": -1}  # phones write where they were
_SHORTEST_LOUDNESS_MS = 1_000  # R128 measures blocks of 400 ms; of less than a few of them loudnorm returns nothing
_LOUDNESS = {"I": -16, "TP": -1.5, "LRA": 11}  # EBU R128, at the level phones play speech


def render_command(plan: RenderPlan, *, source_name: str, limits: Limits) -> list[str]:
    """Return the program and its arguments. The directories of `plan.renditions` must exist."""
    source = ffmpeg.input(local_file(source_name), max_pixels=limits.max_pixels, **OPEN_OPTIONS)
    outputs = _video_outputs(source, plan) + _audio_outputs(source, plan)
    return [str(part) for part in ffmpeg.merge_outputs(*outputs).compile(cmd=ffmpeg_start())]


def playlist_of(rendition: Rendition) -> str:
    """Return the name of the playlist that ffmpeg keeps while it writes the rendition's segments."""
    return f"{rendition}/index.m3u8"


def _video_outputs(source: Filtered, plan: RenderPlan) -> list[Filtered]:
    video, poster_plan, storyboard_plan = plan.probe.video, plan.poster, plan.storyboard
    if video is None or poster_plan is None or storyboard_plan is None:
        return []
    top, *lower = plan.ladder
    picture = picture_at_top_size(source[str(video.index)], video, top)
    copies = picture.filter_multi_output("split", 3 + len(lower))
    smaller = [
        copies[3 + place].filter("scale", rung.width_px, rung.height_px, flags="bicubic").filter("setsar", 1)
        for place, rung in enumerate(lower)
    ]
    renditions = [_video_rendition(copies[0], top, plan.longest_s, tell_progress("v"))]
    renditions += [_video_rendition(copy, rung, plan.longest_s, {}) for copy, rung in zip(smaller, lower, strict=True)]
    return [
        *renditions,
        _still(poster(copies[1], poster_plan), FILE_NAMES["poster"], quality=3),
        _still(storyboard(copies[2], storyboard_plan), FILE_NAMES["storyboard"], quality=5),
    ]


def _audio_outputs(source: Filtered, plan: RenderPlan) -> list[Filtered]:
    audio = plan.probe.audio
    if audio is None:
        return []
    duration_ms = plan.probe.facts.duration_ms
    sound = _on_one_clock(source[str(audio.index)], audio, duration_ms)
    copies = _even_loudness(sound, duration_ms).filter_multi_output("asplit", 2)
    speech = copies[1].filter("highpass", f=80)
    encode = {"c:a": "aac", "b:a": AUDIO_BITS_PER_SECOND, "ar": 48_000}
    if plan.probe.video is None:
        encode |= tell_progress("a")
    return [
        _segmented(copies[0], Rendition.AUDIO, _AUDIO_SEGMENT_S, plan.longest_s, encode),
        speech.output(
            FILE_NAMES["speech"], **{"c:a": "pcm_s16le", "ar": 16_000, "ac": 1, "t": plan.longest_s, **_STRIPPED}
        ),
    ]


def _on_one_clock(sound: Filtered, audio: AudioStream, duration_ms: int) -> Filtered:
    """
    Return the sound with its start and its gaps filled with silence, so that it runs with the picture.

    Its end stays where it is: how long it lasts is how a cut recording is found out.
    """
    least_s = min(duration_ms, _SHORTEST_LOUDNESS_MS) / 1000
    filled = sound.filter("aresample", **{"async": 1, "first_pts": 0}).filter("apad", whole_dur=least_s)
    return filled.filter("aformat", channel_layouts="mono" if audio.channels == 1 else "stereo")


def _even_loudness(sound: Filtered, duration_ms: int) -> Filtered:
    if duration_ms < _SHORTEST_LOUDNESS_MS:
        return sound
    return sound.filter("loudnorm", **_LOUDNESS)


def _video_rendition(picture: Filtered, rung: Rung, longest_s: int, told: dict[str, str]) -> Filtered:
    encode = {
        "c:v": "libx264",
        "preset": "veryfast",
        "crf": 23,
        "maxrate": rung.most_bits_per_second,
        "bufsize": 2 * rung.most_bits_per_second,
        "profile:v": "high",
        "force_key_frames": _KEYFRAMES,
        "sc_threshold": 0,
        "g": 30 * SEGMENT_S * 2,  # never reached: only the forced keyframes cut
        "fps_mode": "passthrough",
        **told,
    }
    # A length below the distance of the keyframes cuts at each of them.
    return _segmented(picture, rung.rendition, 1, longest_s, encode)


def _segmented(stream: Filtered, rendition: Rendition, cut_s: int, longest_s: int, encode: dict[str, Any]) -> Filtered:
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


def _still(picture: Filtered, name: str, *, quality: int) -> Filtered:
    options = {"frames:v": 1, "update": 1, "atomic_writing": 1, "q:v": quality, "fps_mode": "passthrough", **_STRIPPED}
    return picture.output(name, **options)
