"""How the still pictures of a clip are laid out: when the poster may be taken, and the tiles of the storyboard."""

from __future__ import annotations

import math
from dataclasses import dataclass

from media_worker.render.ladder import fit_short_side

_COLUMNS = 10
_MOST_TILES = 100
_TILE_SHORT_SIDE_PX = 90
_POSTER_CANDIDATES = 24
_POSTER_WITHIN_MS = 20_000  # a list of clips wants its picture long before a long clip is done
_POSTER_LEAST_MS = 100  # of a clip of a frame or two, a third would hold none


@dataclass(frozen=True)
class PosterPlan:
    """The most typical of `candidates` frames, taken evenly from the first `within_ms`."""

    within_ms: int
    candidates: int

    @property
    def frames_per_second(self) -> float:
        return self.candidates * 1000 / self.within_ms


@dataclass(frozen=True)
class StoryboardPlan:
    """One picture of `columns` × `rows` tiles, left to right; a tile stands for `interval_ms` of the clip."""

    tile_width_px: int
    tile_height_px: int
    columns: int
    rows: int
    interval_ms: int


def plan_poster(duration_ms: int) -> PosterPlan:
    """Return how to choose the poster: from the early third, where the fault is usually shown first."""
    within_ms = max(_POSTER_LEAST_MS, min(duration_ms // 3, _POSTER_WITHIN_MS))
    return PosterPlan(within_ms=within_ms, candidates=_POSTER_CANDIDATES)


def plan_storyboard(*, width_px: int, height_px: int, duration_ms: int) -> StoryboardPlan:
    """Return tiles in the clip's own shape: one a second, or 100 spread over a longer clip."""
    interval_ms = 1000 * max(1, math.ceil(duration_ms / 1000 / _MOST_TILES))
    tiles = max(1, math.ceil(duration_ms / interval_ms))
    tile_width_px, tile_height_px = fit_short_side(width_px, height_px, short_side_px=_TILE_SHORT_SIDE_PX)
    return StoryboardPlan(
        tile_width_px=tile_width_px,
        tile_height_px=tile_height_px,
        columns=min(_COLUMNS, tiles),
        rows=math.ceil(tiles / _COLUMNS),
        interval_ms=interval_ms,
    )
