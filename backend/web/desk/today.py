"""The desk in the morning: what waits, on one page, each with the way to it."""

from __future__ import annotations

from dataclasses import dataclass

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from backend.domain.insights.morning import Morning, Safety, morning_of
from backend.web.page import Page
from backend.web.threads import words


@dataclass(frozen=True)
class Tile:
    """`more`: what of it presses, empty if nothing does."""

    name: str | Promise
    icon: str
    count: int
    address: str
    more: str = ""


class TodayPage(Page):
    section = "today"

    def get(self, _request: HttpRequest) -> HttpResponse:
        morning = morning_of(actor=self.actor, now=self.now)
        context = {
            "morning": morning,
            "tiles": tiles_of(morning),
            "late": [(thread, words.URGENCY[thread.urgency]) for thread in morning.waiting.late],
        }
        return self.show("web/desk/today.html", context)


def tiles_of(morning: Morning) -> list[Tile]:
    """Return the counts of the page: what presses first."""
    waiting, curating, safety = morning.waiting, morning.curating, morning.safety
    late_flags = safety.late_flags_count
    own_count = waiting.own_count + safety.own_flags_count
    return [
        Tile(_("Waiting for an answer"), "film", waiting.unanswered_count, "#late", _late(waiting.late_count)),
        Tile(_("Waiting for you"), "inbox", own_count, _own(morning)),
        Tile(_("Recalls"), "recall", safety.recalls_count, reverse("web:recalls"), _unaware(safety)),
        Tile(
            _("Flags"),
            "flag",
            safety.flags_count,
            _list_of("web:flags", "late" if late_flags else "open"),
            ngettext("%(n)d is late", "%(n)d are late", late_flags) % {"n": late_flags} if late_flags else "",
        ),
        Tile(_("To review"), "review", curating.in_review_count, _list_of("web:review", "in_review")),
        Tile(_("Reviews due"), "clock", curating.reviews_due_count, _list_of("web:review", "due")),
        Tile(_("Gaps"), "gap", morning.gaps.total_count, reverse("web:gaps")),
        Tile(_("Drafts"), "file", curating.drafts_count, _list_of("web:review", "draft")),
    ]


def _unaware(safety: Safety) -> str:
    count = safety.unacknowledged_count
    told = ngettext("%(n)d person does not know yet", "%(n)d people do not know yet", count)
    return told % {"n": count} if count else ""


def _late(count: int) -> str:
    return ngettext("%(n)d is over its time", "%(n)d are over their time", count) % {"n": count} if count else ""


def _own(morning: Morning) -> str:
    return _list_of("web:flags", "mine") if morning.safety.own_flags_count else reverse("web:inbox")


def _list_of(name: str, tab: str) -> str:
    return f"{reverse(name)}?show={tab}"
