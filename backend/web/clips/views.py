"""What is said in a clip, to be read in place of playing it."""

from __future__ import annotations

from uuid import UUID

from django.http import HttpRequest, HttpResponse

from backend.domain.clips.captions import list_cues
from backend.domain.clips.queries import get_clip
from backend.web.page import Page


class WordsPage(Page):
    def get(self, _request: HttpRequest, clip_id: UUID) -> HttpResponse:
        clip = get_clip(actor=self.actor, clip_id=clip_id).clip
        context = {"clip": clip, "cues": list(list_cues(actor=self.actor, clip_id=clip_id))}
        return self.show("web/clips/words.html", context, fragment="web/clips/_words.html")
