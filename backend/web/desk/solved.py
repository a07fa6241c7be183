"""The wall of solved threads."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse

from backend.domain.solved.queries import browse_solved
from backend.domain.solved.wanted import Facet
from backend.integrations.object_store import object_store
from backend.web.desk.wall_form import WallForm, facets_shown, without
from backend.web.page import Page


class SolvedPage(Page):
    section = "solved"

    def get(self, request: HttpRequest) -> HttpResponse:
        form = WallForm(request.GET)
        if not form.is_valid():
            return self.show("web/desk/solved.html", {"form": form}, status=400)
        wall = browse_solved(
            actor=self.actor,
            words=form.cleaned_data["q"],
            wanted=form.wanted(),
            page=form.cleaned_data["page"] or 1,
            language=self.person.language,
            store=object_store(),
            now=self.now,
        )
        context = {
            "form": form,
            "wall": wall,
            "facets": facets_shown(wall.facets, request.GET, path=request.path),
            "narrowed": {name: request.GET[name] for name in map(str, Facet) if request.GET.get(name)},
            "kept": without(request.GET, "page"),
        }
        return self.show("web/desk/solved.html", context)
