"""Duty: who is told by name when nobody else answered. Everybody looks; supervisors and admins give it."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from backend.domain.accounts.colleagues import colleagues
from backend.domain.actor import Actor
from backend.domain.asking.communities import list_communities
from backend.domain.asking.duty_turns import Turn, end_duty, list_duty, set_duty
from backend.web.forms import NamedChoice, PageForm, id_told
from backend.web.page import Page
from backend.web.people.forms import offer


class DutyForm(PageForm):
    person_id = NamedChoice(label=gettext_lazy("Who"), empty_label=gettext_lazy("Choose"))
    community_id = NamedChoice(
        label=gettext_lazy("In"),
        required=False,
        empty_label=gettext_lazy("The whole organisation"),
    )
    starts_at = forms.DateTimeField(
        label=gettext_lazy("From"), widget=forms.DateTimeInput(attrs={"type": "datetime-local"})
    )
    ends_at = forms.DateTimeField(
        label=gettext_lazy("Until"), widget=forms.DateTimeInput(attrs={"type": "datetime-local"})
    )

    def __init__(self, *args: Any, actor: Actor, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        offer(self, "person_id", colleagues(actor).order_by("name"))
        offer(self, "community_id", list_communities(actor=actor).order_by("name"))


class DutyPage(Page):
    section = "people"

    def get(self, _request: HttpRequest) -> HttpResponse:
        return self._duty(DutyForm(actor=self.actor))

    def post(self, request: HttpRequest) -> HttpResponse:
        if "end" in request.POST:
            end_duty(actor=self.actor, turn_id=id_told(request.POST["end"]), now=self.now)
            messages.success(request, _("The turn of duty is over."))
            return self.go_to(reverse("web:duty"))
        form = DutyForm(request.POST, actor=self.actor)
        if self.attempt(form, self._give) is None:
            return self._duty(form, status=400)
        messages.success(request, _("Given."))
        return self.go_to(reverse("web:duty"))

    def _give(self, told: dict[str, Any]) -> object:
        turn = Turn(
            person_id=told["person_id"].pk,
            community_id=told["community_id"].pk if told["community_id"] else None,
            starts_at=told["starts_at"],
            ends_at=told["ends_at"],
        )
        return set_duty(actor=self.actor, turn=turn, now=self.now)

    def _duty(self, form: DutyForm, *, status: int = 200) -> HttpResponse:
        turns = list_duty(actor=self.actor, now=self.now).order_by("starts_at", "id")
        context = {"turns": turns, "form": form, "may_lead": self.actor.may_lead}
        return self.show("web/people/duty.html", context, status=status)
