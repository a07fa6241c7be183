"""Creating a thing under an id that a phone chose, exactly once however often it asks."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Generic, TypeVar
from uuid import UUID

from django.db import connection, models

from api_schema.ids import is_uuid7
from backend.domain import tenancy
from backend.domain.errors import IdTaken, InvalidInput

M = TypeVar("M", bound=models.Model)


@dataclass(frozen=True)
class Created(Generic[M]):
    """A row, and whether this very call made it."""

    row: M
    is_new: bool


def create_once(model: type[M], row_id: UUID, *, same: Mapping[str, object], insert: Callable[[], M]) -> Created[M]:
    """
    Return the row with this phone-chosen id, calling `insert` when there is none yet.

    Transaction: joins the caller's; calls with one id run one after the other (advisory lock until its end).
    Idempotent: an existing row whose fields equal `same` is returned as it is.

    :raises IdTaken: the id names something else, or somebody else's thing (which is not told apart).
    :raises InvalidInput: the id is not a UUIDv7.
    """
    if not is_uuid7(row_id):
        raise InvalidInput(id="Must be a UUIDv7.")
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtextextended(%s, 0))", [str(row_id)])
    existing = tenancy.across_organisations(model, why="an id is taken whoever holds it").filter(pk=row_id).first()
    if existing is None:
        return Created(insert(), is_new=True)
    if any(getattr(existing, field) != value for field, value in same.items()):
        raise IdTaken("This id already names something else; choose a new one.")
    return Created(existing, is_new=False)
