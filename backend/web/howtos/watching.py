"""Where people stop watching a how-to: pages say how far they played it, and the desk shows it as a picture."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django import forms
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from backend.domain.insights.stopping import TENTHS, StepWatched, Watched, watching_of
from backend.domain.watching.reporting import Played, report_watching
from backend.web.desk.charts import draw_lines
from backend.web.desk.figures import Figure
from backend.web.forms import PageForm
from backend.web.howtos import words
from backend.web.howtos.forms import ReadForm
from backend.web.page import Page

MAX_STEPS = 100


class PlayedField(forms.Field):
    """What a script sends: `step:milliseconds`, each step once or more."""

    widget = forms.MultipleHiddenInput
    _INVALID = gettext_lazy("Send each step as its number and milliseconds, such as 2:5300.")

    def to_python(self, value: Any | None) -> list[Played]:
        """Return what was played."""
        if not value or len(value) > MAX_STEPS:
            raise forms.ValidationError(self._INVALID)
        return [self._one(text) for text in value]

    def _one(self, text: str) -> Played:
        position, _colon, ms = text.partition(":")
        numbers = [int(one) for one in (position, ms) if one.isascii() and one.isdigit() and len(one) < 10]
        if len(numbers) < 2:
            raise forms.ValidationError(self._INVALID)
        return Played(*numbers)


class WatchingForm(PageForm):
    viewing_id = forms.UUIDField()
    version_number = forms.IntegerField(min_value=1, max_value=100_000)
    played = PlayedField()


class WatchingPage(Page):
    """The picture for curators; and the address to which pages send how far somebody played."""

    section = "insights"

    def get(self, request: HttpRequest, howto_id: UUID) -> HttpResponse:
        watched = self.watched(request, howto_id)
        context: dict[str, Any] = {
            "watched": watched,
            "howto": watched.whole.howto,
            "version": watched.whole.version,
            "versions": [(one, words.PUBLICATION[one.publication]) for one in watched.versions],
            "figure": figure_of(watched),
        }
        file_address = reverse("web:howto-watching-csv", args=[howto_id])
        context["file_address"] = f"{file_address}?version={watched.whole.version.number}"
        return self.show("web/howtos/watching.html", context)

    def post(self, request: HttpRequest, howto_id: UUID) -> HttpResponse:
        """Take what a script says as the page is left: nobody is there to read an answer."""
        form = WatchingForm(request.POST)
        if self.attempt(form, lambda said: self._report(howto_id, said)) is None:
            return HttpResponse(form.errors.as_json(), content_type="application/json", status=400)
        return HttpResponse(status=204)

    def watched(self, request: HttpRequest, howto_id: UUID) -> Watched:
        """Return how the version that the address asks for was watched."""
        form = ReadForm(request.GET)
        number = form.cleaned_data["version"] if form.is_valid() else None
        return watching_of(actor=self.actor, howto_id=howto_id, number=number)

    def _report(self, howto_id: UUID, said: dict[str, object]) -> bool:
        report_watching(actor=self.actor, howto_id=howto_id, now=self.now, **said)  # type: ignore[arg-type]
        return True


class WatchingFile(WatchingPage):
    http_method_names = ["get"]  # noqa: RUF012 - as Django declares it

    def get(self, request: HttpRequest, howto_id: UUID) -> HttpResponse:
        figure = figure_of(self.watched(request, howto_id))
        headers = {"Content-Disposition": f'attachment; filename="cuppa-{figure.name}.csv"'}
        return HttpResponse(figure.as_csv(), content_type="text/csv; charset=utf-8", headers=headers)


def figure_of(watched: Watched) -> Figure:
    """Return the picture: one line a step, in tenths of its moment, side by side as the steps follow."""
    labels: list[str] = []
    values: list[float | None] = []
    for one in watched.steps:
        labels += [_place(one, tenth) for tenth in range(TENTHS)] + [""]
        values += [*one.entered, None]  # a gap before the next step
    starts = {place * (TENTHS + 1): str(one.step.position) for place, one in enumerate(watched.steps)}
    return Figure(
        "watching",
        _("How far each step is played"),
        _("Viewings that played into each tenth of a step's film. A line that falls shows where people stop."),
        [_("step"), *(f"{10 * tenth} %" for tenth in range(TENTHS))],
        [[one.step.position, *one.entered] for one in watched.steps],
        lines=draw_lines(labels[:-1], [(_("viewings"), values[:-1])], named=starts),
    )


def _place(one: StepWatched, tenth: int) -> str:
    return _("step %(step)d, %(percent)d %%") % {"step": one.step.position, "percent": 10 * tenth}
