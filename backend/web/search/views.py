"""Search for everybody: what is found opens at the moment that matters."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import urlencode

from django import forms
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from backend.domain.insights.noting import note_search
from backend.domain.search.facets import FacetCount
from backend.domain.search.models import SubjectKind
from backend.domain.search.narrowing import Facet, Narrowing, Outcome
from backend.domain.search.queries import Hit, SearchResult, look_up
from backend.web.forms import PageForm
from backend.web.page import Page

_SHOWN = 30
_OUTCOMES = {
    Outcome.SOLVED.value: _("Solved threads"),
    Outcome.HOWTO.value: _("How-tos"),
    Outcome.UNSOLVED.value: _("Not solved"),
}
_FACETS: Mapping[Facet, str | Promise] = {
    Facet.MAKE: _("Make"),
    Facet.MODEL: _("Model"),
    Facet.CODE: _("Code"),
    Facet.SITE_ID: _("Site"),
}


class SearchForm(PageForm):
    q = forms.CharField(
        required=False,
        max_length=500,
        label=_("What would you tell a colleague?"),
        help_text=_("The code, the model, what it does: in any order."),
        widget=forms.SearchInput(attrs={"enterkeyhint": "search", "autocomplete": "off"}),
    )
    outcome = forms.ChoiceField(required=False, choices=list(_OUTCOMES.items()))
    make = forms.CharField(required=False, max_length=100)
    model = forms.CharField(required=False, max_length=100)
    code = forms.CharField(required=False, max_length=64)
    site_id = forms.UUIDField(required=False)

    def narrowing(self) -> Narrowing:
        """Return what the hits must have, of a form that is valid."""
        said = self.cleaned_data
        outcome = Outcome(said["outcome"]) if said["outcome"] else None
        return Narrowing(**{facet.value: said[facet.value] for facet in _FACETS}, outcome=outcome)


@dataclass(frozen=True)
class HitShown:
    """`pieces`: the snippet, piece by piece, and whether each is what was asked."""

    hit: Hit
    address: str
    pieces: list[tuple[str, bool]]

    @property
    def at_s(self) -> int | None:
        """The second at which it opens; None: nothing is filmed."""
        return self.hit.moment.start_ms // 1000 if self.hit.moment else None


@dataclass(frozen=True)
class FilterShown:
    name: str
    title: str | Promise
    values: list[FacetCount]


class SearchPage(Page):
    section = "search"

    def get(self, request: HttpRequest) -> HttpResponse:
        form = SearchForm(request.GET)
        if not form.is_valid():
            return self._page(form, status=400)
        return self._page(form, self._look_up(form) if form.cleaned_data["q"].strip() else None)

    def _look_up(self, form: SearchForm) -> SearchResult:
        words, narrowing, language = form.cleaned_data["q"], form.narrowing(), self.person.language
        found = look_up(
            actor=self.actor, words=words, limit=_SHOWN, narrowing=narrowing, with_facets=True, language=language
        )
        if not narrowing:  # what is left out by a filter is no gap
            note_search(actor=self.actor, words=words, hits=found.hits, language=language, now=self.now)
        return found

    def _page(self, form: SearchForm, found: SearchResult | None = None, *, status: int = 200) -> HttpResponse:
        narrowed = {name: self.request.GET[name] for name in form.fields if self.request.GET.get(name)}
        narrowed.pop("q", None)
        context = {
            "form": form,
            "found": found,
            "hits": [_shown(hit) for hit in found.hits] if found else [],
            "outcomes": [(value, name, form["outcome"].data == value) for value, name in _OUTCOMES.items()],
            "filters": _filters(found, narrowed) if found else [],
            "narrowed": narrowed,
        }
        return self.show("web/search/search.html", context, fragment="web/search/_found.html", status=status)


def _shown(hit: Hit) -> HitShown:
    name = "web:thread" if hit.kind is SubjectKind.THREAD else "web:howto"
    address = reverse(name, args=[hit.id])
    if hit.moment:
        address += "?" + urlencode({"clip": hit.moment.clip_id, "at": hit.moment.start_ms // 1000})
    return HitShown(hit, address, list(_pieces(hit)))


def _pieces(hit: Hit) -> list[tuple[str, bool]]:
    pieces, place = [], 0
    for start, end in hit.matches:
        pieces += [(hit.snippet[place:start], False), (hit.snippet[start:end], True)]
        place = end
    pieces.append((hit.snippet[place:], False))
    return [piece for piece in pieces if piece[0]]


def _filters(found: SearchResult, narrowed: Mapping[str, str]) -> list[FilterShown]:
    counted = found.facets or {}
    shown = [FilterShown(facet.value, title, counted.get(facet, [])) for facet, title in _FACETS.items()]
    return [one for one in shown if len(one.values) > 1 or one.name in narrowed]
