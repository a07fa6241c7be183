"""Vectors of any length in a column: pgvector's `halfvec`, 16 bits a number."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.db import models


class HalfVectorField(models.Field):  # type: ignore[type-arg]  # generic for mypy only
    """Written from numbers; read as PostgreSQL shows it, since only SQL compares vectors."""

    def db_type(self, connection: Any) -> str:  # noqa: ARG002 - Django's signature
        return "halfvec"

    def get_prep_value(self, value: Sequence[float] | None) -> str | None:
        return None if value is None else vector_text(value)


def vector_text(vector: Sequence[float]) -> str:
    """Return `vector` as pgvector reads it."""
    return "[" + ",".join(f"{number:.6g}" for number in vector) + "]"
