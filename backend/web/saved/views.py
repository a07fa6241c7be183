"""How-tos kept on a phone: what it takes along, what it must hear of what it has, and the list of it."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.urls import reverse

from backend.domain.clips.models import Clip
from backend.domain.clips.playback import LOW_DATA_MASTER
from backend.domain.clips.taking_along import Taken, Way, files_to_take
from backend.domain.howtos.keeping import MAX_KEPT, Kept, get_keepable, look_after_kept, mark_of
from backend.domain.howtos.models import Step
from backend.domain.howtos.opening import note_opening
from backend.domain.howtos.queries import WholeHowTo
from backend.domain.saying import in_words
from backend.integrations.object_store import object_store
from backend.web.page import OpenPage, Page

# About, and as they come over the line: compressed.
_TEXT_BYTES = 60_000  # the page itself with its style sheets
_PLAYER_BYTES = 160_000  # hls.js: small films are played by it


@dataclass(frozen=True)
class StepAlong:
    step: Step
    files: dict[str, str]  # addresses on the phone, by what they are

    @property
    def plays(self) -> str:
        """What of its clip the browser plays by itself; empty: nothing."""
        return self.files.get("film") or self.files.get("sound") or ""

    @property
    def streams(self) -> str:
        """The playlist of its clip, where it is kept as that; empty: it is not."""
        return self.files.get("low", "")

    @property
    def start_s(self) -> str:
        """Where its moment begins, as a media fragment has it."""
        return f"{(self.step.start_ms or 0) / 1000:.3f}"

    @property
    def end_s(self) -> str:
        """Where its moment ends; empty: with the film."""
        return f"{self.step.end_ms / 1000:.3f}" if self.step.end_ms else ""


class AlongPage(Page):
    """The how-to as a page that needs no line: it plays what the phone has. To be kept, not to be looked at."""

    def get(self, _request: HttpRequest, howto_id: UUID, number: int) -> HttpResponse:
        whole = get_keepable(actor=self.actor, howto_id=howto_id, number=number)
        note_opening(actor=self.actor, howto_id=howto_id, now=self.now)  # a recall reaches whoever has it
        places = _places(whole, self.files_of(whole, _way_in(self.request)))
        steps = [StepAlong(step, places.get(step.clip_id, {}) if step.clip_id else {}) for step in whole.steps]
        context = {
            "whole": whole,
            "version": whole.version,
            "steps": steps,
            "needs_player": any(step.streams for step in steps),
            "corrections": [one for one in whole.corrections if one.status == "standing"],
        }
        self.session = None  # type: ignore[assignment]  # a phone keeps it: it names nobody
        return self.show("web/saved/howto.html", context)

    def files_of(self, whole: WholeHowTo, way: Way) -> list[Taken]:
        """Return what of the steps' clips is taken along."""
        clips = {step.clip.pk: step.clip for step in whole.steps if step.clip}
        playable: list[Clip] = [clip for clip in clips.values() if clip.playable_at and clip.status != "rejected"]
        return files_to_take(actor=self.actor, clips=playable, way=way, store=object_store(), now=self.now)


class AlongFiles(AlongPage):
    def get(self, _request: HttpRequest, howto_id: UUID, number: int) -> HttpResponse:
        """Answer with what has to be fetched in each way (`Way`), and how many bytes that is."""
        whole = get_keepable(actor=self.actor, howto_id=howto_id, number=number)
        page = reverse("web:along", args=[howto_id, number])
        ways = {way.value: _files_in(whole, self.files_of(whole, way), f"{page}?way={way}") for way in Way}
        facts = {
            "id": str(howto_id),
            "number": number,
            "title": whole.version.title,
            "mark": mark_of(whole.version, whole.howto.corrections.all()),
        }
        return JsonResponse({**facts, "ways": ways})


class KeptStates(Page):
    def get(self, request: HttpRequest) -> HttpResponse:
        """Answer with what became of what the phone has: `?kept=<how-to>.<version>.<mark>`, any number of times."""
        kept = [one for text in request.GET.getlist("kept")[:MAX_KEPT] if (one := _kept_in(text))]
        states = look_after_kept(actor=self.actor, kept=kept)
        items = [
            {"id": str(one.howto_id), "state": one.state, "said": in_words(one.said), "number": one.newest}
            for one in states
        ]
        return JsonResponse({"items": items})


class KeptHerePage(Page):
    """The list of what this phone keeps: the phone fills it in."""

    section = "kept"

    def get(self, _request: HttpRequest) -> HttpResponse:
        return self.show("web/saved/kept_here.html")


class KeptHereOffline(OpenPage):
    """The same without a line: the worker shows it, and it names nobody."""

    def get(self, _request: HttpRequest) -> HttpResponse:
        self.session = None
        return self.show("web/saved/kept_here.html")


class KeptPlace(Page):
    """Where the phone has a kept how-to; who comes here without having it is led to the how-to itself."""

    def get(self, _request: HttpRequest, howto_id: UUID) -> HttpResponse:
        return self.go_to(reverse("web:howto", args=[howto_id]))


def _place(whole: WholeHowTo, taken: Taken) -> str:
    return f"{reverse('web:kept-place', args=[whole.howto.pk])}/{taken.clip_id}/{taken.name}"


def _places(whole: WholeHowTo, files: list[Taken]) -> dict[UUID, dict[str, str]]:
    places: dict[UUID, dict[str, str]] = {}
    for taken in files:
        places.setdefault(taken.clip_id, {})[taken.name.split(".")[0]] = _place(whole, taken)
    return places


def _files_in(whole: WholeHowTo, files: list[Taken], page: str) -> dict[str, object]:
    listed = [
        {"place": _place(whole, taken), "type": taken.content_type, "urls": taken.urls, "bytes": taken.size_bytes}
        for taken in files
    ]
    beside_bytes = _TEXT_BYTES + (_PLAYER_BYTES if any(taken.name == LOW_DATA_MASTER for taken in files) else 0)
    return {"page": page, "files": listed, "bytes": beside_bytes + sum(taken.size_bytes for taken in files)}


def _way_in(request: HttpRequest) -> Way:
    try:
        return Way(request.GET.get("way", Way.FILM))
    except ValueError:
        return Way.FILM


def _kept_in(text: str) -> Kept | None:
    try:
        howto_id, number, mark = text.split(".")
        return Kept(UUID(howto_id), int(number), mark)
    except ValueError:
        return None
