"""Recalls: who was told that advice is unsafe, who has not said that they know, and saying so."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from backend.domain.corrections.models import Recall
from backend.domain.corrections.recalling import acknowledge_recall, close_recall
from backend.domain.corrections.recalls import get_own_notice, get_recall, list_recalls, title_of
from backend.domain.corrections.states import CorrectionStatus
from backend.web.desk.tabs import chosen_tab, tabs_shown
from backend.web.forms import PageForm
from backend.web.howtos.decisions import ReasonForm
from backend.web.page import Page
from backend.web.paging import page_of

_TABS = {"open": gettext_lazy("Open"), "closed": gettext_lazy("Ended")}


class RecallsPage(Page):
    section = "recalls"

    def get(self, request: HttpRequest) -> HttpResponse:
        is_open = chosen_tab(request, _TABS) == "open"
        recalls = list_recalls(actor=self.actor, is_open=is_open).order_by("-begun_at", "-pk")
        page = page_of(recalls, request)
        context: dict[str, Any] = {"page": page, "recalls": [(one, title_of(one)) for one in page.items]}
        return self.show("web/desk/recalls.html", context | tabs_shown(request, _TABS))


class RecallPage(Page):
    section = "recalls"

    def get(self, _request: HttpRequest, recall_id: UUID) -> HttpResponse:
        return self._page(recall_id, ReasonForm())

    def post(self, request: HttpRequest, recall_id: UUID) -> HttpResponse:
        """End it, although not everybody has acknowledged."""
        form = ReasonForm(request.POST)
        closed = self.attempt(
            form, lambda said: close_recall(actor=self.actor, recall_id=recall_id, now=self.now, **said)
        )
        if closed is None:
            return self._page(recall_id, form, status=400)
        messages.success(request, _("The recall is ended."))
        return self.go_to(reverse("web:recall", args=[recall_id]))

    def _page(self, recall_id: UUID, form: PageForm, *, status: int = 200) -> HttpResponse:
        recall = get_recall(actor=self.actor, recall_id=recall_id)
        notices = list(recall.notices.all())
        context = told(recall) | {
            "form": form,
            "missing": [notice for notice in notices if notice.acknowledged_at is None],
            "done": [notice for notice in notices if notice.acknowledged_at is not None],
        }
        return self.show("web/desk/recall.html", context, status=status)


class AcknowledgeForm(PageForm):
    told_at = forms.DateTimeField(widget=forms.HiddenInput)


class OwnRecallPage(Page):
    """For whoever was told: what is unsafe, what is right, and the button that says that they know."""

    section = "inbox"

    def get(self, _request: HttpRequest, recall_id: UUID) -> HttpResponse:
        notice = get_own_notice(actor=self.actor, recall_id=recall_id)
        return self.show("web/desk/own_recall.html", told(notice.recall) | {"notice": notice})

    def post(self, request: HttpRequest, recall_id: UUID) -> HttpResponse:
        """Say that they know what the page said; what was said since then is to be read still."""
        form = AcknowledgeForm(request.POST)
        told_at = form.cleaned_data["told_at"] if form.is_valid() else None
        acknowledge_recall(actor=self.actor, recall_id=recall_id, told_at=told_at, now=self.now)
        return self.go_to(reverse("web:own-recall", args=[recall_id]))


def told(recall: Recall) -> dict[str, Any]:
    """Return what a page says of a recall."""
    standing = [one for one in recall.corrections.all() if one.status == CorrectionStatus.STANDING]
    return {"recall": recall, "title": title_of(recall), "corrections": standing}
