"""How asking goes, as pictures, each with its table and its file."""

from __future__ import annotations

from typing import Any

from django import forms
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext_lazy as _

from backend.domain.asking.communities import list_communities
from backend.domain.errors import InvalidInput, NotFound
from backend.domain.insights.trends import Trends, trends
from backend.web.desk.figures import figures_of
from backend.web.forms import PageForm
from backend.web.page import Page

_WEEKS = 12


class PeriodForm(PageForm):
    weeks = forms.TypedChoiceField(
        choices=[(4, _("4 weeks")), (_WEEKS, _("12 weeks")), (26, _("Half a year")), (51, _("A year"))],
        coerce=int,
        label=_("Of the last"),
    )
    community = forms.UUIDField(required=False, label=_("What a community answers for"))


class InsightsPage(Page):
    section = "insights"

    def get(self, request: HttpRequest) -> HttpResponse:
        form = PeriodForm({"weeks": _WEEKS} | request.GET.dict())
        told = self.told(form)
        context: dict[str, Any] = {
            "form": form,
            "communities": list(list_communities(actor=self.actor).order_by("name")),
            "trends": told,
            "figures": figures_of(told),
            "query": request.GET.urlencode(),
        }
        return self.show("web/desk/insights.html", context)

    def told(self, form: PeriodForm) -> Trends:
        """Return the trends that the address asks for."""
        if not form.is_valid():
            raise InvalidInput(weeks="Choose 4, 12, 26 or 51 weeks, and a community of yours.")
        weeks, community_id = form.cleaned_data["weeks"], form.cleaned_data["community"]
        return trends(actor=self.actor, community_id=community_id, weeks_count=weeks, now=self.now)


class FiguresFile(InsightsPage):
    def get(self, request: HttpRequest, name: str) -> HttpResponse:  # type: ignore[override]  # one figure
        form = PeriodForm({"weeks": _WEEKS} | request.GET.dict())
        figure = next((one for one in figures_of(self.told(form)) if one.name == name), None)
        if figure is None:
            raise NotFound("There is no such figure.")
        headers = {"Content-Disposition": f'attachment; filename="cuppa-{figure.name}.csv"'}
        return HttpResponse(figure.as_csv(), content_type="text/csv; charset=utf-8", headers=headers)
