"""What is said in a clip, to be read in place of playing it; and under whom clips are sent."""

from __future__ import annotations

from uuid import UUID

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.middleware.csrf import get_token
from django.urls import reverse

from backend.domain.clips.captions import list_cues
from backend.domain.clips.operations import retry_clip
from backend.domain.clips.queries import get_clip
from backend.web.page import OpenPage, Page


class WordsPage(Page):
    def get(self, _request: HttpRequest, clip_id: UUID) -> HttpResponse:
        clip = get_clip(actor=self.actor, clip_id=clip_id).clip
        context = {"clip": clip, "cues": list(list_cues(actor=self.actor, clip_id=clip_id))}
        return self.show("web/clips/words.html", context, fragment="web/clips/_words.html")


class RetryAction(Page):
    http_method_names = ("post",)

    def post(self, _request: HttpRequest, clip_id: UUID) -> HttpResponse:
        """Have a clip that was rejected made playable once more, and lead back to where it is shown."""
        clip = retry_clip(actor=self.actor, clip_id=clip_id, now=self.now)
        if clip.thread_id is None:
            return self.go_to(reverse("web:home"))
        return self.go_to(f"{reverse('web:thread', args=[clip.thread_id])}#clip-{clip_id}")


class SendingPage(OpenPage):
    """
    Tells who is signed in here now, and the token that their writes carry: to the worker, and to pages that were kept.

    The answer may be read by scripts of this origin only.
    """

    def get(self, request: HttpRequest) -> HttpResponse:
        person = self.session.person if self.session else None
        token = get_token(request) if person else None
        answer = JsonResponse({"person_id": person and person.pk, "csrf_token": token})
        answer["Cache-Control"] = "no-store"
        return answer
