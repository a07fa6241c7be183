"""Where one can go from every page. The phone shows the first few at its lower edge, a desk all of them at its side."""

from __future__ import annotations

from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from backend.domain.actor import Actor


@dataclass(frozen=True)
class Place:
    """An address with a name. `icon`: a symbol of `static/web/icons.svg`."""

    section: str  # pages name it as theirs
    address: str
    name: str | Promise
    icon: str


@dataclass(frozen=True)
class Navigation:
    first: tuple[Place, ...]  # on a phone at the lower edge, with "film" in the middle
    mine: tuple[Place, ...]
    desk: tuple[Place, ...]


_FILM = Place("ask", "/ask", _("Film a fault"), "film")
_FIRST = (
    Place("home", "/", _("Home"), "home"),
    Place("search", "/search", _("Search"), "search"),
    _FILM,
    Place("inbox", "/inbox", _("Inbox"), "inbox"),
    Place("menu", "/menu", _("Menu"), "menu"),
)
_MINE = (
    Place("profile", "/my/profile", _("My profile"), "people"),
    Place("shift", "/my/shift", _("My shift"), "clock"),
    Place("notifications", "/my/notifications", _("My notifications"), "bell"),
    Place("kept", "/kept", _("Kept here"), "check"),
    Place("devices", "/my/devices", _("My devices"), "phone"),
)
_LEARNT = (
    Place("solved", "/desk/threads", _("Solved threads"), "solved"),
    Place("collections", "/collections", _("Collections"), "path"),
)
_TODAY = Place("today", "/desk", _("Today"), "cup")
_CURATING = (
    Place("review", "/desk/review", _("Review"), "review"),
    Place("recalls", "/desk/recalls", _("Recalls"), "recall"),
    Place("flags", "/desk/flags", _("Flags"), "flag"),
    Place("gaps", "/desk/gaps", _("Gaps"), "gap"),
    Place("insights", "/desk/insights", _("Insights"), "insights"),
)
_PEOPLE = Place("people", "/people", _("People"), "people")


def navigation_for(actor: Actor) -> Navigation:
    """Return the places that the actor may go to."""
    desk = (_TODAY, *_LEARNT, *_CURATING) if actor.may_curate else _LEARNT
    return Navigation(_FIRST, _MINE, (*desk, _PEOPLE))
