"""What waits for a curator: how-tos to review, drafts, and those whose review is due."""

from __future__ import annotations

from typing import Any

from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext_lazy as _

from backend.domain.howtos.models import HowTo
from backend.domain.howtos.permissions import Action, require_role
from backend.domain.howtos.queries import list_howtos
from backend.domain.howtos.states import Publication
from backend.web.desk.tabs import chosen_tab, tabs_shown
from backend.web.howtos import words
from backend.web.page import Page
from backend.web.paging import page_of

_TABS = {
    "in_review": _("To review"),
    "draft": _("Drafts"),
    "due": _("Review due"),
    "released": _("Released"),
}


class ReviewPage(Page):
    section = "review"

    def get(self, request: HttpRequest) -> HttpResponse:
        require_role(self.actor, Action.APPROVE)
        page = page_of(self._howtos(chosen_tab(request, _TABS)), request)
        context: dict[str, Any] = {"page": page, "howtos": [(one, *_told(one)) for one in page.items]}
        return self.show("web/desk/review.html", context | tabs_shown(request, _TABS))

    def _howtos(self, tab: str) -> QuerySet[HowTo]:
        if tab == "due":
            due = list_howtos(actor=self.actor, review_due_by=self.now)
            return due.order_by("review_due_at", "pk")
        return list_howtos(actor=self.actor, publication=Publication(tab)).order_by("-created_at", "-pk")


def _told(howto: HowTo) -> tuple[Any, Any]:
    version = howto.shown_versions[0]  # type: ignore[attr-defined]  # prefetched
    return version, words.CONFIDENCE[howto.confidence]
