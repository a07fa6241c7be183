"""How the wall of solved threads is asked for. All of it stands in the address: it can be sent to a colleague."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import urlencode

from django import forms
from django.http import QueryDict
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from backend.domain.equipment.codes import normalise_code
from backend.domain.solved.counting import PERIODS_DAYS, ValueCount
from backend.domain.solved.wanted import Facet, Wanted
from backend.domain.threads.states import TryOutcome
from backend.web.forms import PageForm

TITLES: Mapping[Facet, str | Promise] = {
    Facet.MAKE: _("Make"),
    Facet.MODEL: _("Model"),
    Facet.CODE: _("Code"),
    Facet.SITE: _("Site"),
    Facet.COMMUNITY: _("Community"),
    Facet.OUTCOME: _("What was tried"),
    Facet.HELD: _("Held for 30 days"),
    Facet.WITHIN_DAYS: _("Fixed in the last"),
}
_OUTCOMES = {
    TryOutcome.FIXED.value: _("Fixed it"),
    TryOutcome.PARTLY.value: _("Something helped in part"),
    TryOutcome.NO.value: _("Something did not help"),
    TryOutcome.WORSE.value: _("Something made it worse"),
}
_HELD = {"true": _("It held"), "false": _("Not, or not yet")}
_PERIODS = {"7": _("7 days"), "30": _("30 days"), "90": _("90 days"), "365": _("Year")}
_NAMES: Mapping[Facet, Mapping[str, str | Promise]] = {
    Facet.OUTCOME: _OUTCOMES,
    Facet.HELD: _HELD,
    Facet.WITHIN_DAYS: _PERIODS,
}


class WallForm(PageForm):
    q = forms.CharField(
        required=False,
        max_length=500,
        label=_("Search in what was solved"),
        widget=forms.SearchInput(attrs={"enterkeyhint": "search", "autocomplete": "off"}),
    )
    make = forms.CharField(required=False, max_length=100)
    model = forms.CharField(required=False, max_length=100)
    code = forms.CharField(required=False, max_length=64)
    site = forms.UUIDField(required=False)
    community = forms.UUIDField(required=False)
    outcome = forms.TypedChoiceField(
        required=False, choices=list(_OUTCOMES.items()), coerce=TryOutcome, empty_value=None
    )
    held = forms.TypedChoiceField(
        required=False, choices=list(_HELD.items()), coerce=lambda value: value == "true", empty_value=None
    )
    within_days = forms.TypedChoiceField(
        required=False, choices=[(days, days) for days in PERIODS_DAYS], coerce=int, empty_value=None
    )
    page = forms.IntegerField(required=False, min_value=1, max_value=100_000)

    def wanted(self) -> Wanted:
        """Return what is wanted, of a form that is valid."""
        facts = {facet.value: self.cleaned_data[facet.value] for facet in Facet}
        return Wanted(**facts | {"code": normalise_code(facts["code"])})


@dataclass(frozen=True)
class Choice:
    """One value of a facet. `address` leads to the wall with it, or, when it is chosen already, without it."""

    name: str | Promise
    count: int
    is_chosen: bool
    address: str


@dataclass(frozen=True)
class FacetShown:
    title: str | Promise
    choices: list[Choice]


def facets_shown(counted: Mapping[Facet, list[ValueCount]], asked: QueryDict, *, path: str) -> list[FacetShown]:
    """Return what the wall can be narrowed down by; a facet in which there is nothing to choose is left out."""
    shown = [FacetShown(TITLES[facet], _choices(facet, values, asked, path)) for facet, values in counted.items()]
    return [facet for facet in shown if len(facet.choices) > 1 or any(one.is_chosen for one in facet.choices)]


def without(asked: QueryDict, *names: str, **changes: str) -> str:
    """Return the query of the address with `changes`, and without these names or what is empty."""
    kept = {name: value for name, value in asked.items() if name not in names and value}
    return urlencode(kept | changes)


def _choices(facet: Facet, values: list[ValueCount], asked: QueryDict, path: str) -> list[Choice]:
    chosen = asked.get(facet.value, "")
    return [_choice(facet, one, chosen, asked, path) for one in values]


def _choice(facet: Facet, one: ValueCount, chosen: str, asked: QueryDict, path: str) -> Choice:
    is_chosen = _same(facet, one.value, chosen)
    query = without(asked, facet.value, "page") if is_chosen else without(asked, "page", **{facet.value: one.value})
    name = _NAMES.get(facet, {}).get(one.value) or one.label or one.value
    return Choice(name, one.count, is_chosen=is_chosen, address=f"{path}?{query}" if query else path)


def _same(facet: Facet, value: str, chosen: str) -> bool:
    if facet is Facet.CODE:
        return bool(chosen) and normalise_code(chosen) == value
    return value.lower() == chosen.lower()
