"""Whom a question asks, wave by wave: everybody reads the rules; who may curate changes them, and looks ahead."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, QueryDict
from django.urls import reverse
from django.utils.translation import gettext as _

from backend.domain.accounts.leading import require_leader
from backend.domain.accounts.organisation_choices import OrganisationChoices, change_organisation, own_organisation
from backend.domain.asking.imagining import ImaginedFault
from backend.domain.asking.ladder import Rung
from backend.domain.asking.ladder_rules import MAX_RUNGS, Ladder, ladder_for, list_ladders, reset_ladder, set_ladder
from backend.domain.asking.preview import RungPreview, require_to_see_choosing
from backend.domain.equipment.queries import find_asset, list_assets
from backend.domain.errors import InvalidInput
from backend.domain.saying import said
from backend.web.asking.forms import URGENCIES
from backend.web.forms import id_told
from backend.web.page import Page
from backend.web.people import wave_forms
from backend.web.people.looking_ahead import look_at, shown_waves
from backend.web.people.wave_forms import BudgetForm, LadderForm, TrialForm
from backend.web.people.wave_words import AUDIENCES, how_many, when

_NAMES = dict(URGENCIES)


class WavesPage(Page):
    section = "people"

    def get(self, _request: HttpRequest) -> HttpResponse:
        return self._waves()

    def post(self, request: HttpRequest) -> HttpResponse:
        """Choose how often one person may be asked."""
        require_leader(self.actor, to=said("change how often people are asked"))
        form = BudgetForm(request.POST)
        changed = self.attempt(
            form, lambda told: change_organisation(actor=self.actor, choices=OrganisationChoices(**told))
        )
        if changed is None:
            return self._waves(form=form, status=400)
        messages.success(request, _("Saved. It counts from the next wave on."))
        return self.go_to(reverse("web:waves"))

    def _waves(self, *, form: BudgetForm | None = None, status: int = 200) -> HttpResponse:
        organisation = own_organisation(actor=self.actor)
        budget = {"asks_per_shift": organisation.asks_per_shift, "asks_per_week": organisation.asks_per_week}
        ladders = [
            {"ladder": one, "name": _NAMES[one.urgency], "rungs": _in_words(one.rungs)}
            for one in sorted(list_ladders(actor=self.actor), key=lambda one: list(_NAMES).index(one.urgency))
        ]
        context = {
            "ladders": ladders,
            "may_change": self.actor.may_curate,
            "may_lead": self.actor.may_lead,
            "budget": budget,
            "form": form or BudgetForm(initial=budget),
        }
        return self.show("web/people/waves.html", context, status=status)


class LadderPage(Page):
    """The waves of one urgency, to be changed. Nothing counts before it is saved; what it would do is shown before."""

    section = "people"

    def get(self, _request: HttpRequest, urgency: str) -> HttpResponse:
        require_to_see_choosing(self.actor)
        ladder = ladder_for(actor=self.actor, urgency=urgency)
        return self._ladder(ladder, LadderForm.showing(wave_forms.rows_of(ladder.rungs)), trial=self._trial())

    def post(self, request: HttpRequest, urgency: str) -> HttpResponse:
        told = request.POST
        if "reset" in told:
            reset_ladder(actor=self.actor, urgency=urgency)
            return self._saved(_("The waves are as they were delivered again."))
        require_to_see_choosing(self.actor)
        ladder = ladder_for(actor=self.actor, urgency=urgency)
        if rows := _rows_changed(told):
            return self._ladder(ladder, LadderForm.showing(rows), trial=TrialForm.showing(told))
        form = LadderForm(told, rungs_count=wave_forms.count_typed(told))
        if "look" in told:
            return self._look(ladder, form)
        saved = self.attempt(
            form, lambda _said: set_ladder(actor=self.actor, urgency=urgency, rungs=form.rungs(), now=self.now)
        )
        if saved is None:
            return self._ladder(ladder, form, trial=TrialForm.showing(told), status=400)
        return self._saved(_("Saved. Questions that are asked from now on go this way."))

    def _look(self, ladder: Ladder, form: LadderForm) -> HttpResponse:
        trial, found = TrialForm(self.request.POST), None
        fault = self.attempt(trial, lambda said: self._fault(said, ladder.urgency))
        if fault is not None:
            found = self.attempt(form, lambda _said: look_at(self.actor, fault, rungs=form.rungs(), now=self.now))
        return self._ladder(ladder, form, trial=trial, found=found, status=400 if found is None else 200)

    def _fault(self, said: dict[str, Any], urgency: str) -> ImaginedFault:
        asset = list_assets(actor=self.actor, tag=said["tag"]).first()
        if asset is None:
            raise InvalidInput(tag=_("No machine has this tag."))
        return ImaginedFault(asset.pk, urgency, said["code"])

    def _trial(self) -> TrialForm:
        """Return the form with the machine that the address names, if it names one."""
        told = self.request.GET
        if not told.get("asset"):
            return TrialForm()
        asset = find_asset(actor=self.actor, asset_id=id_told(told["asset"]))
        return TrialForm.showing({"tag": asset.tag, "code": told.get("code", "")})

    def _saved(self, sentence: str) -> HttpResponse:
        messages.success(self.request, sentence)
        return self.go_to(reverse("web:waves"))

    def _ladder(
        self,
        ladder: Ladder,
        form: LadderForm,
        *,
        trial: TrialForm,
        found: list[RungPreview] | None = None,
        status: int = 200,
    ) -> HttpResponse:
        context = {
            "ladder": ladder,
            "name": _NAMES[ladder.urgency],
            "form": form,
            "has_room": form.rungs_count < MAX_RUNGS,
            "trial": trial,
            "waves": shown_waves(found) if found is not None else None,
        }
        return self.show("web/people/ladder.html", context, status=status)


def _rows_changed(told: QueryDict) -> list[wave_forms.Row] | None:
    """Return the rows of a form whose sender wants a wave more, or less; None: they want something else."""
    rows = wave_forms.rows_typed(told)
    if "add" in told:
        return wave_forms.with_one_more(rows, behind=str(told["add"]))
    if "remove" in told:
        return wave_forms.without(rows, place=str(told["remove"]))
    return None


def _in_words(rungs: Sequence[Rung]) -> list[dict[str, Any]]:
    return [
        {
            "audience": AUDIENCES[rung.audience],
            "when": when(rung),
            "how_many": how_many(rung),
            "is_silent": rung.is_silent,
        }
        for rung in rungs
    ]
