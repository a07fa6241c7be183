"""Which part of a list a page shows: it stands in the address as `show`."""

from __future__ import annotations

from collections.abc import Mapping

from django.http import HttpRequest
from django.utils.functional import Promise

Tabs = Mapping[str, str | Promise]


def chosen_tab(request: HttpRequest, tabs: Tabs) -> str:
    """Return the tab that the address names, else the first."""
    asked = request.GET.get("show", "")
    return asked if asked in tabs else next(iter(tabs))


def tabs_shown(request: HttpRequest, tabs: Tabs) -> dict[str, object]:
    """Return what the partial `_tabs.html` needs."""
    return {"tabs": list(tabs.items()), "shown_tab": chosen_tab(request, tabs)}
