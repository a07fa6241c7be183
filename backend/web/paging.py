"""Lists that are longer than a screen, page by page."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import QuerySet
from django.http import HttpRequest

PAGE_LENGTH = 30


@dataclass(frozen=True)
class ListPage:
    """`newer`, `older`: the query of the address of the next page to either side; empty: there is none."""

    items: Sequence[Any]
    number: int
    newer: str
    older: str


def page_of(rows: QuerySet[Any], request: HttpRequest, *, length: int = PAGE_LENGTH) -> ListPage:
    """Return the page of `rows` that the address asks for, else the first. One query, besides what rows prefetch."""
    asked = request.GET.get("page", "")
    number = min(max(int(asked), 1), 10_000) if asked.isascii() and asked.isdigit() else 1
    begin = (number - 1) * length
    items = list(rows[begin : begin + length + 1])
    return ListPage(
        items=items[:length],
        number=number,
        newer=_at(request, number - 1) if number > 1 else "",
        older=_at(request, number + 1) if len(items) > length else "",
    )


def _at(request: HttpRequest, number: int) -> str:
    query = request.GET.copy()
    query["page"] = str(number)
    return query.urlencode()
