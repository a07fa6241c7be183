"""Lists by cursor: a row that is added or removed while somebody pages moves no other row."""

from __future__ import annotations

import base64
import binascii
import functools
import json
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, TypeVar

from django.core.exceptions import FieldDoesNotExist, ValidationError
from django.db.models import Model, Q, QuerySet
from rest_framework import serializers

from backend.domain.errors import InvalidInput

M = TypeVar("M", bound=Model)

NEWEST_FIRST = ("-created_at", "-id")


class PageQuery(serializers.Serializer[object]):
    """The query string of every list."""

    cursor = serializers.CharField(required=False, help_text="`next` of the page before")
    limit = serializers.IntegerField(min_value=1, max_value=100, default=20)


@functools.cache
def page_of(item: type[serializers.Serializer[Any]]) -> type[serializers.Serializer[Any]]:
    """Return the serializer of one page of `item`."""
    name = item.__name__.removesuffix("Serializer") + "PageSerializer"
    fields = {
        "items": item(many=True),
        "next": serializers.CharField(allow_null=True, help_text="`cursor` of the next page; null: this is the last"),
    }
    return type(name, (serializers.Serializer,), fields)


def cut_page(rows: QuerySet[M], query: Mapping[str, Any], *, order: Sequence[str] = NEWEST_FIRST) -> dict[str, Any]:
    """
    Return one page, {"items", "next"}, of `rows` in the order of `order`, as a checked `PageQuery` asks.

    `order`: fields of the model, all ascending or all descending, unique together.

    :raises InvalidInput: the cursor is not one of ours.
    """
    if "cursor" in query:
        rows = rows.filter(_after(rows.model, order, _read_cursor(query["cursor"], len(order))))
    found = list(rows.order_by(*order)[: query["limit"] + 1])
    page = found[: query["limit"]]
    return {"items": page, "next": _cursor_of(page[-1], order) if len(found) > len(page) else None}


def _after(model: type[Model], order: Sequence[str], texts: Sequence[str]) -> Q:
    """Return the rows behind the position `texts`: (a, b) > (x, y) is a > x, or a = x and b > y."""
    comparison = "lt" if order[0].startswith("-") else "gt"
    fields = [name.removeprefix("-") for name in order]
    values = [_parsed(model, name, text) for name, text in zip(fields, texts, strict=True)]
    behind = Q()
    for index, (name, value) in enumerate(zip(fields, values, strict=True)):
        same_so_far = dict(zip(fields[:index], values[:index], strict=True))
        behind |= Q(**same_so_far, **{f"{name}__{comparison}": value})
    return behind


def _parsed(model: type[Model], name: str, text: str) -> Any:
    try:
        return model._meta.get_field(name).to_python(text)  # type: ignore[union-attr]  # a column, never a relation
    except (ValidationError, FieldDoesNotExist):
        raise _not_ours() from None


def _cursor_of(row: Model, order: Sequence[str]) -> str:
    values = [getattr(row, name.removeprefix("-")) for name in order]
    texts = [value.isoformat() if isinstance(value, datetime) else str(value) for value in values]
    return base64.urlsafe_b64encode(json.dumps(texts).encode()).decode().rstrip("=")


def _read_cursor(cursor: str, length: int) -> list[str]:
    try:
        texts = json.loads(base64.urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4)))
    except (binascii.Error, ValueError):
        raise _not_ours() from None
    if not isinstance(texts, list) or len(texts) != length or not all(isinstance(text, str) for text in texts):
        raise _not_ours()
    return texts


def _not_ours() -> InvalidInput:
    return InvalidInput(cursor="Take `next` of the page before, unchanged.")
