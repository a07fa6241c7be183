"""A thread as its asker, its peers and whoever looks it up later see it."""

from __future__ import annotations

from uuid import UUID

from django.http import HttpRequest, HttpResponse

from backend.domain.threads.opening import note_opened
from backend.domain.threads.past import past_of
from backend.live.reading import cursor_here
from backend.web.clips.picking import picker_for
from backend.web.forms import PageForm
from backend.web.page import Page
from backend.web.threads.history import history_of
from backend.web.threads.shown import show_thread


class ThreadPage(Page):
    section = "home"

    def get(self, _request: HttpRequest, thread_id: UUID) -> HttpResponse:
        """Show it, and note that this person has opened it."""
        return self.show_thread(thread_id, is_opened=True)

    def show_thread(
        self,
        thread_id: UUID,
        *,
        status: int = 200,
        refused: dict[str, PageForm] | None = None,
        is_opened: bool = False,
    ) -> HttpResponse:
        """Return the page; `refused`: forms that come back, by name, with what is wrong in them."""
        shown_to = cursor_here()  # before anything is read: what happens meanwhile is told twice rather than never
        shown = show_thread(actor=self.actor, thread_id=thread_id, forms=refused or {}, now=self.now)
        context = {
            "shown_to": shown_to,
            "shown": shown,
            "thread": shown.thread,
            "refer": shown.refer,
            "picker": picker_for(self.actor, now=self.now),
            "history": history_of(shown.whole, past_of(actor=self.actor, thread_id=thread_id)),
        }
        if is_opened:
            note_opened(actor=self.actor, whole=shown.whole, now=self.now)
        return self.show("web/threads/thread.html", context, fragment="web/threads/_thread.html", status=status)
