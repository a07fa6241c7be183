"""Which renditions a picture gets, and how large each one is."""

from __future__ import annotations

from dataclasses import dataclass

from api_schema.media_jobs import Rendition

# A rung at the picture's own size is worth its cost only when it shows clearly more than the rung below.
_WORTHWHILE_STEP = 1.25
_ANY_STEP = 1.0


@dataclass(frozen=True)
class Rung:
    """One video rendition; `most_bits_per_second` caps what the encoder may spend."""

    rendition: Rendition
    width_px: int
    height_px: int
    most_bits_per_second: int


_STEPS = (
    (Rendition.V240, 240, 400_000),
    (Rendition.V480, 480, 1_400_000),
    (Rendition.V720, 720, 3_000_000),
)
AUDIO_BITS_PER_SECOND = 96_000


def plan_ladder(width_px: int, height_px: int, *, is_top_free: bool = False) -> tuple[Rung, ...]:
    """
    Return the rungs for a picture of this size as displayed, the largest first.

    Scaled by the short side, so that upright footage is as sharp as wide; never enlarged; sides are even.
    `is_top_free`: the largest rung costs nothing, and is at the picture's own size where that fits the ladder.
    """
    step = _ANY_STEP if is_top_free else _WORTHWHILE_STEP
    short_px = min(width_px, height_px)
    rungs: list[Rung] = []
    below_px = 0
    for rendition, step_px, bits in _STEPS:
        if short_px <= below_px * step:
            break
        width, height = fit_short_side(width_px, height_px, short_side_px=step_px)
        rungs.append(Rung(rendition, width, height, bits))
        below_px = step_px
    return tuple(reversed(rungs))


def fit_short_side(width_px: int, height_px: int, *, short_side_px: int) -> tuple[int, int]:
    """Return the size in this shape whose short side is at most `short_side_px`: even, and never enlarged."""
    scale = min(1.0, short_side_px / min(width_px, height_px))
    return _even(width_px * scale), _even(height_px * scale)


def _even(side_px: float) -> int:
    """Return an even side near `side_px`, never above it by rounding a native size up."""
    return max(2, round(side_px / 2 - 0.01) * 2)
