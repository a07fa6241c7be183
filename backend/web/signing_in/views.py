"""Signing in by password, the ground rules, and signing out."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils import translation

from backend.domain.accounts.ground_rules import GROUND_RULES, GROUND_RULES_VERSION
from backend.domain.accounts.operations import accept_ground_rules
from backend.web.kept_form import FIELD, read_kept
from backend.web.languages import language_for
from backend.web.page import OpenPage, Page
from backend.web.signing_in.beginning import UnableToSignIn, begin_session, end_session, person_with, way_back
from backend.web.signing_in.forms import SignInForm


class SignInPage(OpenPage):
    def get(self, request: HttpRequest) -> HttpResponse:
        if self.session is not None:
            return self.go_to(way_back(request))
        return self._form(SignInForm())

    def post(self, request: HttpRequest) -> HttpResponse:
        form = SignInForm(request.POST)
        if not form.is_valid():
            return self._form(form, status=400)
        try:
            person = person_with(request, **form.cleaned_data)
        except UnableToSignIn as why:
            form.add_error(None, str(why))
            return self._form(form, status=400)
        begin_session(request, person)
        kept = read_kept(request.POST.get(FIELD, ""))
        if kept is not None:
            with translation.override(language_for(request, person)):
                return self.show("web/signing_in/send_now.html", {"kept": kept, "next": way_back(request)})
        return self.go_to(way_back(request))

    def _form(self, form: SignInForm, *, status: int = 200) -> HttpResponse:
        context = {"form": form, "next": way_back(self.request), "kept": self.request.POST.get(FIELD, "")}
        return self.show("web/signing_in/sign_in.html", context, status=status)


class SignOutPage(OpenPage):
    def post(self, request: HttpRequest) -> HttpResponse:
        if self.session is not None:
            end_session(request)
        answer = self.go_to(reverse("web:sign-in"))
        answer["Clear-Site-Data"] = '"cache"'  # what was shown to them; films that wait to be sent stay on the phone
        return answer


class SignedOutPage(OpenPage):
    """Shown by the service worker to who signed out without a line. It names nobody: it is kept."""

    def get(self, _request: HttpRequest) -> HttpResponse:
        if self.session is not None:
            return self.go_to(reverse("web:home"))  # whoever comes here by its address is not signed out
        return self.show("web/signing_in/signed_out.html")


class GroundRulesPage(Page):
    needs_ground_rules = False

    def get(self, _request: HttpRequest) -> HttpResponse:
        return self._rules()

    def post(self, request: HttpRequest) -> HttpResponse:
        version = request.POST.get("version", "")
        if version != str(GROUND_RULES_VERSION):
            return self._rules(status=400)  # they were changed meanwhile: here are the new ones
        accept_ground_rules(actor=self.actor, version=int(version), now=self.now)
        return self.go_to(way_back(request))

    def _rules(self, *, status: int = 200) -> HttpResponse:
        context = {"rules": GROUND_RULES, "version": GROUND_RULES_VERSION, "next": way_back(self.request)}
        return self.show("web/signing_in/ground_rules.html", context, status=status)
