"""Communities of practice. Everybody looks; supervisors and admins arrange."""

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
    add_member,
    change_community,
    close_community,
    create_community,
    find_community,
    list_communities,
    list_members,
    remove_member,
)
from backend.web.forms import NamedChoice, PageForm, id_told
from backend.web.page import Page
from backend.web.people.forms import offer


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
        offer(self, "site_id", list_sites(actor=actor))
        offer(self, "champion_id", colleagues(actor).order_by("name"))

    def facts(self) -> CommunityFacts:
        told = self.cleaned_data
        site, champion = told["site_id"], told["champion_id"]
        return CommunityFacts(
            name=told["name"],
            family=told["family"],
            site_id=site.pk if site else None,
            champion_id=champion.pk if champion else None,
        )


class MemberForm(PageForm):
    person = NamedChoice(label=gettext_lazy("Add"), empty_label=gettext_lazy("Choose"))

    def __init__(self, *args: Any, actor: Actor, community_id: UUID, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        offer(self, "person", colleagues(actor).exclude(memberships__community=community_id).order_by("name"))


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
        if "take_out" in request.POST:
            remove_member(actor=self.actor, community_id=community_id, person_id=id_told(request.POST["take_out"]))
            return self._done(community_id, _("They are no member any more."))
        if "add" in request.POST:
            return self._add(community_id)
        form = FactsForm(request.POST, actor=self.actor)
        changed = self.attempt(
            form, lambda _told: change_community(actor=self.actor, community_id=community_id, facts=form.facts())
        )
        if changed is None:
            return self._community(community_id, form=form, status=400)
        return self._done(community_id, _("Saved."))

    def _add(self, community_id: UUID) -> HttpResponse:
        form = MemberForm(self.request.POST, actor=self.actor, community_id=community_id)
        if not form.is_valid():
            return self._community(community_id, member_form=form, status=400)
        person = form.cleaned_data["person"]
        add_member(actor=self.actor, community_id=community_id, person_id=person.pk)
        return self._done(community_id, _("%(name)s is a member now.") % {"name": person.name})

    def _done(self, community_id: UUID, sentence: str) -> HttpResponse:
        messages.success(self.request, sentence)
        return self.go_to(reverse("web:community", args=[community_id]))

    def _community(
        self,
        community_id: UUID,
        *,
        form: FactsForm | None = None,
        member_form: MemberForm | None = None,
        status: int = 200,
    ) -> HttpResponse:
        community = find_community(actor=self.actor, community_id=community_id)
        present: dict[str, Any] = {"name": community.name, "family": community.family}
        present |= {"site_id": community.site_id, "champion_id": community.champion_id}
        context = {
            "community": community,
            "members": list_members(actor=self.actor, community_id=community_id).order_by("name", "id"),
            "form": form or FactsForm(actor=self.actor, initial=present),
            "member_form": member_form or MemberForm(actor=self.actor, community_id=community_id),
            "may_lead": self.actor.may_lead,
        }
        return self.show("web/people/community.html", context, status=status)
