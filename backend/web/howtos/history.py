"""What happened to a how-to, version by version, and what differs between two of them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from backend.domain.accounts.models import Person
from backend.domain.howtos.comparing import compare_versions
from backend.domain.howtos.models import HowToVersion
from backend.domain.howtos.queries import list_versions
from backend.web.howtos import words
from backend.web.howtos.forms import DiffForm
from backend.web.page import Page


@dataclass(frozen=True)
class Happened:
    at: datetime
    what: str | Promise
    who: Person | None = None
    why: str = ""


class HistoryPage(Page):
    section = "search"

    def get(self, _request: HttpRequest, howto_id: UUID) -> HttpResponse:
        versions = list(list_versions(actor=self.actor, howto_id=howto_id))
        # What a version is compared with: the one before it in its language.
        before = {
            one.pk: next((other for other in versions[place + 1 :] if other.language == one.language), None)
            for place, one in enumerate(versions)
        }
        context = {
            "howto_id": howto_id,
            "version": versions[0],
            "versions": [
                (
                    one,
                    words.PUBLICATION[one.publication],
                    words.language_name(one.language),
                    happened(one),
                    before[one.pk],
                )
                for one in versions
            ],
        }
        return self.show("web/howtos/history.html", context)


def happened(version: HowToVersion) -> list[Happened]:
    """Return what happened to a version, in its order. What was done twice says when it was done last."""
    told = [
        (version.created_at, _("Begun"), None, ""),
        (version.submitted_at, _("Given to review"), version.submitted_by, ""),
        (version.sent_back_at, _("Sent back"), version.sent_back_by, version.send_back_reason),
        (version.released_at, _("Released"), version.released_by, ""),
        (version.retired_at, _("Retired"), version.retired_by, version.retire_reason),
    ]
    return sorted((Happened(at, what, who, why) for at, what, who, why in told if at), key=lambda one: one.at)


class DiffPage(Page):
    section = "search"

    def get(self, request: HttpRequest, howto_id: UUID) -> HttpResponse:
        versions = list(list_versions(actor=self.actor, howto_id=howto_id))
        newest = versions[0].number
        form = DiffForm({"before": max(newest - 1, 1), "after": newest} | request.GET.dict())
        found = None
        if form.is_valid():
            found = compare_versions(actor=self.actor, howto_id=howto_id, **form.cleaned_data)
        context = {
            "howto_id": howto_id,
            "version": versions[0],
            "versions": [(version, words.PUBLICATION[version.publication]) for version in versions],
            "form": form,
            "wanted": form.cleaned_data,
            "found": found,
            "differences": [
                (one, words.FIELD.get(one.field, one.field), words.CHANGE[one.kind]) for one in found or []
            ],
        }
        return self.show("web/howtos/diff.html", context, status=200 if found is not None else 400)
