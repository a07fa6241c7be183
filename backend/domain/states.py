"""State machines as data: an enum, a table of legal moves, and a compare-and-set update."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum
from typing import Any, TypeVar

from django.db.models import Model

from backend.domain import tenancy
from backend.domain.errors import IllegalMove, LostRace

State = TypeVar("State", bound=StrEnum)
Moves = Mapping[StrEnum, frozenset[StrEnum]]


def move(
    row: Model, moves: Mapping[State, frozenset[State]], *, to: State, field: str = "status", **facts: Any
) -> None:
    """
    Move `row` to the state `to`, writing `facts` in the same update, and set both on `row`.

    Transaction: joins the caller's.

    :raises IllegalMove: `moves` has no such move; the error lists the allowed ones.
    :raises LostRace: the row left the state it was read in.
    """
    before = type(to)(getattr(row, field))
    if to not in moves[before]:
        allowed = sorted(state.value for state in moves[before])
        what = row._meta.verbose_name
        raise IllegalMove(f"A {what} that is {before} cannot become {to}.", state=before.value, allowed=allowed)
    values = {field: to.value, **facts}
    if tenancy.same_row(row).filter(**{field: before.value}).update(**values) != 1:
        raise LostRace(f"It is no longer {before.value}; read it again.")
    for name, value in values.items():
        setattr(row, name, value)
