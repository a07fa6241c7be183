"""What a scanned tag opens: what is known of the machine."""

from __future__ import annotations

from uuid import UUID

from django.http import HttpRequest, HttpResponse

from backend.domain.briefing.queries import get_briefing
from backend.domain.howtos.models import HowTo
from backend.web.page import Page
from backend.web.threads import words


class TagPage(Page):
    section = "search"

    def get(self, _request: HttpRequest, asset_id: UUID) -> HttpResponse:
        briefing = get_briefing(actor=self.actor, asset_id=asset_id)
        context = {
            "briefing": briefing,
            "asset": briefing.asset,
            "open_threads": [(thread, words.STATUS[thread.status]) for thread in briefing.open_threads],
            "howtos": [(howto, _title_of(howto)) for howto in briefing.howtos],
        }
        return self.show("web/tags/machine.html", context)


def _title_of(howto: HowTo) -> str:
    return str(howto.shown_versions[0].title)  # type: ignore[attr-defined]  # prefetched
