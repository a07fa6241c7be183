"""What is changed of a person: each a form on their page, which is shown again afterwards."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _

from backend.domain.accounts.inviting import invite_again
from backend.domain.accounts.leading import require_leader
from backend.domain.accounts.queries import find_person
from backend.domain.accounts.staffing import change_role, remove_person, take_back
from backend.domain.actor import Role
from backend.domain.asking.certifying import record_certification, withdraw_certification
from backend.domain.asking.communities import add_member, list_communities, remove_member
from backend.domain.asking.skills import confirm_skill, withdraw_skill_of
from backend.domain.saying import said
from backend.web.people.forms import CertificationForm, CommunityForm, RoleForm
from backend.web.people.inviting import links_page
from backend.web.people.views import PersonPage


class _Change(PersonPage):
    http_method_names: tuple[str, ...] = ("post",)

    def done(self, sentence: str, person_id: UUID) -> HttpResponse:
        """Show the person again, with a sentence that says what was done."""
        messages.success(self.request, sentence)
        return self.go_to(reverse("web:person", args=[person_id]))


class RoleChange(_Change):
    def post(self, request: HttpRequest, person_id: UUID) -> HttpResponse:
        require_leader(self.actor, to=said("change roles"))
        form = RoleForm(request.POST, actor=self.actor)
        changed = self.attempt(
            form, lambda told: change_role(actor=self.actor, person_id=person_id, role=Role(told["role"]))
        )
        if changed is None:
            return self.person_page(person_id, role_form=form, status=400)
        return self.done(_("The role is changed."), person_id)


class RemovalPage(_Change):
    """Asks once more, and says what happens."""

    http_method_names = ("get", "post")

    def get(self, _request: HttpRequest, person_id: UUID) -> HttpResponse:
        require_leader(self.actor, to=said("remove people"))
        person = find_person(actor=self.actor, person_id=person_id)
        return self.show("web/people/removal.html", {"person": person})

    def post(self, _request: HttpRequest, person_id: UUID) -> HttpResponse:
        person = remove_person(actor=self.actor, person_id=person_id, now=self.now)
        messages.success(
            self.request, _("%(name)s is signed out and is asked nothing any more.") % {"name": person.name}
        )
        return self.go_to(reverse("web:people"))


class TakingBack(_Change):
    def post(self, _request: HttpRequest, person_id: UUID) -> HttpResponse:
        take_back(actor=self.actor, person_id=person_id)
        return self.done(_("They belong here again. Give them a new link to come in."), person_id)


class NewLink(_Change):
    def post(self, _request: HttpRequest, person_id: UUID) -> HttpResponse:
        offered = invite_again(actor=self.actor, person_id=person_id, now=self.now)
        return links_page(self, [offered])


class SkillConfirmation(_Change):
    def post(self, _request: HttpRequest, person_id: UUID, skill_id: UUID) -> HttpResponse:
        confirm_skill(actor=self.actor, person_id=person_id, skill_id=skill_id, now=self.now)
        return self.done(_("Confirmed."), person_id)


class SkillWithdrawal(_Change):
    def post(self, _request: HttpRequest, person_id: UUID, skill_id: UUID) -> HttpResponse:
        withdraw_skill_of(actor=self.actor, person_id=person_id, skill_id=skill_id)
        return self.done(_("Withdrawn."), person_id)


class CertificationChange(_Change):
    def post(self, request: HttpRequest, person_id: UUID) -> HttpResponse:
        form = CertificationForm(request.POST)
        held = self.attempt(
            form, lambda told: record_certification(actor=self.actor, person_id=person_id, **told, now=self.now)
        )
        if held is None:
            return self.person_page(person_id, certification_form=form, status=400)
        return self.done(_("Recorded."), person_id)


class CertificationWithdrawal(_Change):
    def post(self, _request: HttpRequest, person_id: UUID, certification_id: UUID) -> HttpResponse:
        withdraw_certification(actor=self.actor, person_id=person_id, certification_id=certification_id)
        return self.done(_("Withdrawn."), person_id)


class Joining(_Change):
    def post(self, request: HttpRequest, person_id: UUID) -> HttpResponse:
        form = CommunityForm(request.POST, communities=list_communities(actor=self.actor))
        if not form.is_valid():
            return self.person_page(person_id, status=400)
        community = form.cleaned_data["community"]
        add_member(actor=self.actor, community_id=community.pk, person_id=person_id)
        return self.done(_("They are a member of %(name)s now.") % {"name": community.name}, person_id)


class Leaving(_Change):
    def post(self, _request: HttpRequest, person_id: UUID, community_id: UUID) -> HttpResponse:
        remove_member(actor=self.actor, community_id=community_id, person_id=person_id)
        return self.done(_("They are no member any more."), person_id)
