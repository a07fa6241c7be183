"""The picture's part of the graph: from one decode to every size, in colours that any screen shows right."""

from __future__ import annotations

from typing import Any

from api_schema.media_jobs import ProbeFacts
from media_worker.probe.facts import VideoStream
from media_worker.render.ladder import Rung
from media_worker.render.stills import PosterPlan, StoryboardPlan

_HIGHEST_FRAME_RATE = 30.0
_LOWEST_FRAME_RATE = 1.0
_HIGH_DEFINITION_FROM_PX = 720  # untagged footage this tall is BT.709 by custom, below it BT.601
_BT709_CODE, _BT601_CODE = 1, 6  # ISO/IEC 23091-2

Filtered = Any  # ffmpeg-python ships no types


def picture_at_top_size(decoded: Filtered, video: VideoStream, top: Rung, *, frames_per_second: float) -> Filtered:
    """
    Return the picture at the top rung's size: constant frame rate, square pixels, 8-bit BT.709.

    Frames are dropped and scaled before anything else works on them: tone mapping in floating point is dear.
    """
    steady = decoded.filter("fps", fps=frames_per_second, start_time=0)
    if video.transfer is not None:
        scaled = steady.filter("scale", top.width_px, top.height_px, flags="bicubic")
        return _tagged(_tone_mapped(scaled, video.transfer)).filter("setsar", 1)
    matrix_from = {} if video.matrix_is_known else {"in_color_matrix": _customary_matrix(video)}
    scaled = steady.filter(
        "scale", top.width_px, top.height_px, flags="bicubic", out_color_matrix="bt709", out_range="tv", **matrix_from
    )
    return _tagged(scaled.filter("format", "yuv420p")).filter("setsar", 1)


def smaller(picture: Filtered, rung: Rung) -> Filtered:
    """Return the picture of the top rung at the size of one below."""
    return picture.filter("scale", rung.width_px, rung.height_px, flags="bicubic").filter("setsar", 1)


def customary_colours(video: VideoStream) -> str:
    """Return the tags, as `h264_metadata` takes them, that say aloud what players assume of an untagged picture."""
    code = _BT709_CODE if _customary_matrix(video) == "bt709" else _BT601_CODE
    return f"colour_primaries={code}:transfer_characteristics={code}:matrix_coefficients={code}"


def poster(picture: Filtered, plan: PosterPlan) -> Filtered:
    """Return the most typical frame of the clip's beginning: a random one is often the floor."""
    early = picture.filter("trim", end=plan.within_ms / 1000)
    sampled = early.filter("fps", fps=plan.frames_per_second, eof_action="pass")
    return _as_jpeg(sampled.filter("thumbnail", n=plan.candidates))


def storyboard(picture: Filtered, plan: StoryboardPlan) -> Filtered:
    """Return one picture of tiles in the clip's own shape."""
    sampled = picture.filter("fps", fps=1000 / plan.interval_ms, eof_action="pass")
    small = sampled.filter("scale", plan.tile_width_px, plan.tile_height_px, flags="fast_bilinear")
    return _as_jpeg(small.filter("tile", f"{plan.columns}x{plan.rows}"))


def _as_jpeg(picture: Filtered) -> Filtered:
    """Return the picture in the only colours that JPEG (JFIF) knows: BT.601, full range."""
    return picture.filter("scale", out_color_matrix="bt601", out_range="pc").filter("format", "yuvj420p")


def constant_frame_rate(facts: ProbeFacts) -> float:
    """
    Return the frame rate to encode at, at most 30.

    The base rate shows every frame when it was filmed, and is right where it is low. Of footage whose rate varies it
    may be many times what was filmed: then the average is.
    """
    filmed, base = facts.frame_rate, facts.base_frame_rate
    if filmed is None:
        return _HIGHEST_FRAME_RATE
    if base is not None and base <= _HIGHEST_FRAME_RATE:
        filmed = max(filmed, base)
    return min(max(filmed, _LOWEST_FRAME_RATE), _HIGHEST_FRAME_RATE)


def _tone_mapped(picture: Filtered, transfer: str) -> Filtered:
    """Return HLG, PQ or Dolby Vision footage as BT.709. Without this it plays grey and flat."""
    tagged = picture.filter("setparams", color_primaries="bt2020", color_trc=transfer, colorspace="bt2020nc")
    linear = tagged.filter("zscale", transfer="linear", npl=100).filter("format", "gbrpf32le")
    mapped = linear.filter("zscale", primaries="bt709").filter("tonemap", tonemap="hable", desat=0)
    return mapped.filter("zscale", transfer="bt709", matrix="bt709", range="tv").filter("format", "yuv420p")


def _tagged(picture: Filtered) -> Filtered:
    return picture.filter("setparams", color_primaries="bt709", color_trc="bt709", colorspace="bt709", range="tv")


def _customary_matrix(video: VideoStream) -> str:
    return "bt709" if min(video.width_px, video.height_px) >= _HIGH_DEFINITION_FROM_PX else "bt601"
