"""What I say of myself, what I know, and what others recorded of me."""

from __future__ import annotations

from typing import Any

from django import forms
from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from backend.domain.accounts.models import Person
from backend.domain.accounts.profile import ProfileChanges, change_profile, time_zones
from backend.domain.actor import Role
from backend.domain.asking.certifying import list_certifications, still_holds
from backend.domain.asking.communities import communities_of
from backend.domain.asking.families import families_here
from backend.domain.asking.people import declare_skill, withdraw_skill
from backend.domain.asking.skills import known_families
from backend.web.forms import PageForm, id_told
from backend.web.page import Page
from backend.web.people.words import ROLES


class ProfileForm(PageForm):
    phone = forms.CharField(
        label=gettext_lazy("Phone"),
        required=False,
        max_length=32,
        help_text=gettext_lazy("With + and the country, as in +44 113 496 0000."),
        widget=forms.TextInput(attrs={"type": "tel", "autocomplete": "tel"}),
    )
    shows_phone = forms.BooleanField(label=gettext_lazy("Colleagues may see the number"), required=False)
    language = forms.ChoiceField(label=gettext_lazy("Language"))
    time_zone = forms.CharField(
        label=gettext_lazy("Time zone"),
        max_length=64,
        help_text=gettext_lazy("Your shifts and quiet hours go by it."),
        widget=forms.TextInput(attrs={"list": "zones", "autocomplete": "off"}),
    )

    def __init__(self, *args: Any, person: Person, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        spoken = dict(settings.LANGUAGES)
        field = self.fields["language"]
        assert isinstance(field, forms.ChoiceField)
        field.choices = list({**spoken, person.language: spoken.get(person.language, person.language)}.items())


class SkillForm(PageForm):
    family = forms.CharField(
        label=gettext_lazy("Family of machines"),
        max_length=100,
        help_text=gettext_lazy("You are asked about such machines from now on."),
        widget=forms.TextInput(attrs={"list": "families", "autocomplete": "off"}),
    )


class ProfilePage(Page):
    section = "profile"

    def get(self, _request: HttpRequest) -> HttpResponse:
        return self.profile_page()

    def post(self, request: HttpRequest) -> HttpResponse:
        form = ProfileForm(request.POST, person=self.person)
        changed = self.attempt(form, lambda told: change_profile(actor=self.actor, changes=ProfileChanges(**told)))
        if changed is None:
            return self.profile_page(status=400, form=form)
        return self.saved(_("Saved."))

    def saved(self, sentence: str) -> HttpResponse:
        """Show the page again, with a sentence that says what was done."""
        messages.success(self.request, sentence)
        return self.go_to(reverse("web:profile"))

    def profile_page(
        self, *, status: int = 200, form: ProfileForm | None = None, skill_form: SkillForm | None = None
    ) -> HttpResponse:
        """Return the page; a form with mistakes stands in the place of the one as things are."""
        person, actor = self.person, self.actor
        as_it_is = {name: getattr(person, name) for name in ("phone", "shows_phone", "language", "time_zone")}
        held = list_certifications(actor=actor, person_id=person.pk).order_by("name")
        context = {
            "role": ROLES[Role(person.role)],
            "form": form or ProfileForm(initial=as_it_is, person=person),
            "skill_form": skill_form or SkillForm(),
            "known": known_families(actor=actor, person_id=person.pk),
            "families": families_here(actor.organisation_id),
            "zones": sorted(time_zones()),
            "certifications": [(one, still_holds(one, now=self.now)) for one in held],
            "communities": communities_of(actor=actor, person_id=person.pk),
        }
        return self.show("web/people/profile.html", context, status=status)


class SkillAction(ProfilePage):
    http_method_names = ("post",)

    def post(self, request: HttpRequest) -> HttpResponse:
        """Say that I know a family of machines, or no longer."""
        if "withdraw" in request.POST:
            withdraw_skill(actor=self.actor, skill_id=id_told(request.POST["withdraw"]))
            return self.saved(_("You are asked about these no more, unless your fixes say so."))
        form = SkillForm(request.POST)
        declared = self.attempt(form, lambda told: declare_skill(actor=self.actor, family=told["family"]))
        if declared is None:
            return self.profile_page(status=400, skill_form=form)
        return self.saved(_("Noted: you know %(family)s.") % {"family": declared.family})
