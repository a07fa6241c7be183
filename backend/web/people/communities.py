"""Communities of practice and duty. Everybody looks; supervisors and admins arrange."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from backend.domain.accounts.colleagues import colleagues, list_sites
from backend.domain.actor import Actor
from backend.domain.asking.communities import (
    CommunityFacts,
    change_community,
    close_community,
    create_community,
    find_community,
    list_communities,
    list_members,
)
from backend.domain.asking.duty_turns import Turn, end_duty, list_duty, set_duty
from backend.web.forms import NamedChoice, PageForm, id_told
from backend.web.page import Page


class FactsForm(PageForm):
    name = forms.CharField(label=gettext_lazy("Name"), max_length=200)
    family = forms.CharField(
        label=gettext_lazy("Family of machines"), max_length=100, required=False, help_text=gettext_lazy("Empty: all.")
    )
    site_id = NamedChoice(label=gettext_lazy("Site"), required=False, empty_label=gettext_lazy("All sites"))
    champion_id = NamedChoice(
        label=gettext_lazy("Looked after by"),
        required=False,
        empty_label=gettext_lazy("Nobody"),
    )

    def __init__(self, *args: Any, actor: Actor, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _offer(self, "site_id", list_sites(actor=actor))
        _offer(self, "champion_id", colleagues(actor).order_by("name"))

    def facts(self) -> CommunityFacts:
        told = self.cleaned_data
        site, champion = told["site_id"], told["champion_id"]
        return CommunityFacts(
            name=told["name"],
            family=told["family"],
            site_id=site.pk if site else None,
            champion_id=champion.pk if champion else None,
        )


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
        _offer(self, "person_id", colleagues(actor).order_by("name"))
        _offer(self, "community_id", list_communities(actor=actor).order_by("name"))


def _offer(form: forms.Form, name: str, rows: Any) -> None:
    field = form.fields[name]
    assert isinstance(field, forms.ModelChoiceField)
    field.queryset = rows


class CommunitiesPage(Page):
    section = "people"

    def get(self, _request: HttpRequest) -> HttpResponse:
        return self._communities(FactsForm(actor=self.actor))

    def post(self, request: HttpRequest) -> HttpResponse:
        form = FactsForm(request.POST, actor=self.actor)
        opened = self.attempt(form, lambda _told: create_community(actor=self.actor, facts=form.facts()))
        if opened is None:
            return self._communities(form, status=400)
        return self.go_to(reverse("web:community", args=[opened.pk]))

    def _communities(self, form: FactsForm, *, status: int = 200) -> HttpResponse:
        rows = list_communities(actor=self.actor).order_by("name")
        context = {"communities": rows, "form": form, "may_lead": self.actor.may_lead}
        return self.show("web/people/communities.html", context, status=status)


class CommunityPage(Page):
    section = "people"

    def get(self, _request: HttpRequest, community_id: UUID) -> HttpResponse:
        return self._community(community_id)

    def post(self, request: HttpRequest, community_id: UUID) -> HttpResponse:
        if "close" in request.POST:
            close_community(actor=self.actor, community_id=community_id)
            messages.success(request, _("The community is closed."))
            return self.go_to(reverse("web:communities"))
        form = FactsForm(request.POST, actor=self.actor)
        changed = self.attempt(
            form, lambda _told: change_community(actor=self.actor, community_id=community_id, facts=form.facts())
        )
        if changed is None:
            return self._community(community_id, form=form, status=400)
        messages.success(request, _("Saved."))
        return self.go_to(reverse("web:community", args=[community_id]))

    def _community(self, community_id: UUID, *, form: FactsForm | None = None, status: int = 200) -> HttpResponse:
        community = find_community(actor=self.actor, community_id=community_id)
        present: dict[str, Any] = {"name": community.name, "family": community.family}
        present |= {"site_id": community.site_id, "champion_id": community.champion_id}
        context = {
            "community": community,
            "members": list_members(actor=self.actor, community_id=community_id).order_by("name", "id"),
            "form": form or FactsForm(actor=self.actor, initial=present),
            "may_lead": self.actor.may_lead,
        }
        return self.show("web/people/community.html", context, status=status)


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
