"""What somebody draws on a picture: a circle around the valve, an arrow to the screw."""

from __future__ import annotations

import json
import math
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from backend.domain.errors import InvalidInput
from backend.domain.saying import said

MAX_POINTS = 64
MAX_MARK_BYTES = 2048
_DECIMALS = 4  # a tenth of a pixel of the widest picture that we make


class Shape(StrEnum):
    """What a mark's points mean."""

    CIRCLE = "circle"  # its centre, and a point on it
    ARROW = "arrow"  # from, to
    BOX = "box"  # two opposite corners
    PATH = "path"  # freehand, in the order of drawing


@dataclass(frozen=True)
class Mark:
    """A shape on the picture as it is displayed. Points are (x, y): 0, 0 is its upper left, 1, 1 its lower right."""

    shape: Shape
    points: tuple[tuple[float, float], ...]

    def to_json(self) -> dict[str, Any]:
        """Return the mark as it is kept and shown."""
        return {"shape": self.shape.value, "points": [list(point) for point in self.points]}


def read_mark(shape: str, points: Sequence[Sequence[float]]) -> Mark:
    """
    Return the mark that is meant, its points rounded.

    :raises InvalidInput: an unknown shape, a number of points that it cannot have, or a point beside the picture.
    """
    if shape not in set(Shape):
        raise InvalidInput(mark=said("A mark is one of %(shapes)s.", shapes=", ".join(Shape)))
    _check_points(Shape(shape), points)
    mark = Mark(Shape(shape), tuple((round(x, _DECIMALS), round(y, _DECIMALS)) for x, y in points))
    if len(json.dumps(mark.to_json())) > MAX_MARK_BYTES:
        raise InvalidInput(mark="A mark has at most 2 kB; draw it with fewer points.")
    if len(set(mark.points)) < 2:
        raise InvalidInput(mark="A mark needs some size: its points are all the same.")
    return mark


def _check_points(shape: Shape, points: Sequence[Sequence[float]]) -> None:
    if shape is Shape.PATH and not 2 <= len(points) <= MAX_POINTS:
        raise InvalidInput(mark=said("A path has 2 to %(most)s points.", most=MAX_POINTS))
    if shape is not Shape.PATH and len(points) != 2:
        raise InvalidInput(mark=said("A %(shape)s has exactly 2 points.", shape=shape))
    for point in points:
        if len(point) != 2 or not all(math.isfinite(value) and 0 <= value <= 1 for value in point):
            raise InvalidInput(mark="A point is x and y, each from 0 to 1 of the picture.")
