"""State machines as data: an enum, a table of legal moves, and a compare-and-set update."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum
from typing import Any, TypeVar

from django.db.models import Model

from backend.domain import tenancy
from backend.domain.errors import IllegalMove, LostRace
from backend.domain.saying import said
from backend.domain.state_words import state_in_words

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
        raise IllegalMove(_no_way(before, to), state=before.value, allowed=allowed)
    values = {field: to.value, **facts}
    if tenancy.same_row(row).filter(**{field: before.value}).update(**values) != 1:
        raise LostRace(said("It is no longer %(state)s; read it again.", state=state_in_words(before)))
    for name, value in values.items():
        setattr(row, name, value)


def _no_way(before: StrEnum, to: StrEnum) -> str:
    return said("It is %(before)s and cannot become %(to)s.", before=state_in_words(before), to=state_in_words(to))
