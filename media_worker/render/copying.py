"""
When the picture is already what its largest rendition would be: then it is copied into the segments, not encoded.

A copy costs no quality and next to no time. It must play on everything that the encoded renditions play on.
"""

from __future__ import annotations

from collections.abc import Iterable

from api_schema.media_jobs import ProbeFacts
from media_worker.probe.facts import StoredPicture, VideoStream
from media_worker.render.ladder import Rung

_PROFILES = frozenset({"Constrained Baseline", "Baseline", "Main", "High"})
_HIGHEST_LEVEL = 40  # 4.0, which every phone decodes
_HIGHEST_FRAME_RATE = 30.05  # phones count a little over thirty
_FRAME_RATES_AGREE_WITHIN = 0.01  # of the average: footage whose rate varies lies further from its base rate
_SPARE_BITS = 1.3  # a copy may cost this many times the encoder's cap: sharper, for a line that carries the cap
_LONGEST_KEYFRAME_GAP_MS = 5_000  # a player can begin and switch only at keyframes
COPIED_SEGMENT_MS = 2_000  # a copied segment ends with the first keyframe after each multiple of this


def can_be_copied(video: VideoStream, facts: ProbeFacts, top: Rung) -> bool:
    """Return whether the picture, as it lies in the file, may serve as the largest rendition."""
    stored = video.stored
    return (
        _is_playable_everywhere(stored)
        and _lies_as_it_is_shown(stored)
        and (stored.width_px, stored.height_px) == (top.width_px, top.height_px)
        and video.transfer is None
        and _is_steady(facts)
        and _can_be_cut(stored)
        and stored.bits_per_second is not None
        and stored.bits_per_second <= top.most_bits_per_second * _SPARE_BITS
    )


def copied_cuts_ms(keyframes_ms: Iterable[int]) -> tuple[int, ...]:
    """
    Return when ffmpeg begins each segment of a copy but the first: the encoded renditions are cut there, too.

    The rule is that of its HLS writer: segment n ends with the first keyframe at or after n segment lengths.
    """
    first_ms, *later = keyframes_ms
    cuts: list[int] = []
    for at_ms in later:
        if at_ms - first_ms >= COPIED_SEGMENT_MS * (len(cuts) + 1):
            cuts.append(at_ms)
    return tuple(cuts)


def _is_playable_everywhere(stored: StoredPicture) -> bool:
    return (
        stored.codec == "h264"
        and stored.tag != "avc3"  # its parameter sets lie between the frames, where an init segment has none
        and stored.profile in _PROFILES
        and stored.level is not None
        and stored.level <= _HIGHEST_LEVEL
        and stored.pixel_format == "yuv420p"
        and stored.is_progressive
    )


def _lies_as_it_is_shown(stored: StoredPicture) -> bool:
    return (
        stored.rotation_degrees == 0
        and not stored.is_mirrored
        and stored.has_square_pixels
        and not stored.has_hidden_frames
        and stored.starts_at_ms == 0
    )


def _is_steady(facts: ProbeFacts) -> bool:
    average, base = facts.frame_rate, facts.base_frame_rate
    if average is None or base is None:
        return False
    return average <= _HIGHEST_FRAME_RATE and abs(base - average) <= average * _FRAME_RATES_AGREE_WITHIN


def _can_be_cut(stored: StoredPicture) -> bool:
    gap_ms = stored.longest_keyframe_gap_ms
    return bool(stored.keyframes_ms) and gap_ms is not None and gap_ms <= _LONGEST_KEYFRAME_GAP_MS
