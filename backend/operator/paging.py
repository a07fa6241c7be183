"""Pages of tables that may be large: nothing counts them to the end."""

from __future__ import annotations

from functools import cached_property
from typing import Any, Final

from django.core.paginator import Paginator

MOST_ROWS: Final = 2_000  # that one looks through by pages; who wants others searches or narrows


class CappedPaginator(Paginator):  # type: ignore[type-arg]  # generic in its stubs only
    """Counts as far as `MOST_ROWS`: what that costs does not grow with the table."""

    @cached_property
    def count(self) -> int:
        rows: Any = self.object_list
        return int(rows.order_by()[:MOST_ROWS].count())
