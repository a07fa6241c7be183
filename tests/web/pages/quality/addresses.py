"""Every page there is, from the list of addresses itself: a new one is walked without anybody thinking of it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.urls import URLPattern, URLResolver, reverse

from backend.web.urls import urlpatterns

# What a browser gets there is no page: a file, or JSON.
NO_PAGES = frozenset({"insights-csv", "howto-watching-csv", "kept-states", "along-files", "sending"})

# What stands in an address and is no id of `tests.api.world`. `{…}` names one that is.
EXAMPLES: dict[str, dict[str, str]] = {
    "along": {"number": "1"},
    "flag-thing": {"kind": "suggestion", "flagged_id": "{suggestion_id}"},
    "ladder": {"urgency": "safety"},
    "sign-in-link": {"token": "no-such-link"},
}

# What stands behind an address, where that makes another page of it.
QUERIES: dict[str, tuple[str, ...]] = {
    "ask": ("?asset={asset_id}",),
    "search": ("?q=chiller", "?q=nothing-of-the-kind"),
    "review": ("?show=draft",),
    "flags": ("?show=late",),
    "look-ahead": ("?asset={asset_id}&code=E4", "?thread={thread_id}"),
}


class NoExample(Exception):
    """The text says how to add one."""


@dataclass(frozen=True)
class PageAddress:
    """`parameters`: what its address needs, by the names that `urls.py` gives them."""

    name: str
    parameters: frozenset[str]

    def examples(self, world: Mapping[str, object]) -> list[str]:
        """
        Return addresses that a browser can open, filled with what is in `world`.

        :raises NoExample: nobody has said yet what to fill in.
        """
        ids = {key: str(value) for key, value in world.items()}
        own = {key: text.format_map(ids) for key, text in EXAMPLES.get(self.name, {}).items()}
        missing = self.parameters - own.keys() - ids.keys()
        if missing:
            raise NoExample(
                f"The page {self.name!r} has no example of {sorted(missing)}: add one to EXAMPLES in {__name__}, "
                "or its id to tests/api/world.py."
            )
        known = ids | own
        address = reverse(f"web:{self.name}", kwargs={key: known[key] for key in self.parameters})
        return [address, *(address + query.format_map(ids) for query in QUERIES.get(self.name, ()))]


def list_pages() -> list[PageAddress]:
    """Return each address that answers GET with a page."""
    return [
        PageAddress(str(pattern.name), frozenset(pattern.pattern.regex.groupindex))
        for pattern in _flat(urlpatterns)
        if pattern.name not in NO_PAGES and _is_read(getattr(pattern.callback, "view_class", None))
    ]


def _flat(patterns: Sequence[Any]) -> Iterator[URLPattern]:
    for pattern in patterns:
        if isinstance(pattern, URLResolver):
            yield from _flat(pattern.url_patterns)
        else:
            yield pattern


def _is_read(view: Any) -> bool:
    return hasattr(view, "get") and "get" in view.http_method_names
