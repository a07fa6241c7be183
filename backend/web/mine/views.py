"""What is one's own: home, the inbox, and when one can be reached."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.urls import reverse

from api_schema.push_payloads import PushKind
from backend.domain.asking.seeing import note_seen
from backend.domain.errors import NotFound
from backend.domain.threads.mine import own_things
from backend.web.mine.told import address_of
from backend.web.page import Page
from backend.web.threads import words
from notifications import service as notifications
from notifications.service import InboxEntry

_PAGE_LENGTH = 30


class HomePage(Page):
    section = "home"

    def get(self, _request: HttpRequest) -> HttpResponse:
        own = own_things(actor=self.actor, now=self.now)
        questions = [(one, words.STATUS[one.status], words.STATUS_TONE.get(one.status, "")) for one in own.questions]  # type: ignore[call-overload]  # a text of the table
        return self.show("web/mine/home.html", {"own": own, "questions": questions})


class InboxPage(Page):
    section = "inbox"

    def get(self, request: HttpRequest) -> HttpResponse:
        page = notifications.list_inbox(**self.mine, before=_id_in(request.GET.get("before", "")), limit=_PAGE_LENGTH)
        context = {
            "entries": [(entry, address_of(entry)) for entry in page.entries],
            "next_before": page.next_before,
        }
        return self.show("web/mine/inbox.html", context)

    def post(self, request: HttpRequest) -> HttpResponse:
        """Mark everything read, up to what was on the screen."""
        newest = _id_in(request.POST.get("up_to", ""))
        if newest is not None:
            notifications.mark_read_up_to(**self.mine, item_id=newest, now=self.now, session_id=self.session.pk)
        return self.go_to(reverse("web:inbox"))

    @property
    def mine(self) -> dict[str, Any]:
        """Whose inbox it is."""
        return {"organisation_id": self.actor.organisation_id, "person_id": self.actor.person_id}


class InboxEntryPage(InboxPage):
    def get(self, _request: HttpRequest, item_id: UUID) -> HttpResponse:  # type: ignore[override]  # one entry
        """Lead to what an entry is about. It changes nothing: the notification that was tapped says that it was."""
        return self.go_to(address_of(self._find(item_id)))

    def post(self, _request: HttpRequest, item_id: UUID) -> HttpResponse:  # type: ignore[override]  # one entry
        """Open an entry: it is read, and what was asked in it is seen."""
        entry = self._find(item_id)
        notifications.mark_read(**self.mine, item_ids=[item_id], now=self.now, session_id=self.session.pk)
        if entry.kind is PushKind.ASK:
            note_seen(ask_id=UUID(entry.ids["ask_id"]), now=self.now)
        return self.go_to(address_of(entry))

    def _find(self, item_id: UUID) -> InboxEntry:
        entry = notifications.find_entry(**self.mine, item_id=item_id)
        if entry is None:
            raise NotFound("There is nothing in your inbox with this id.")
        return entry


def _id_in(text: str) -> UUID | None:
    try:
        return UUID(text)
    except ValueError:
        return None
