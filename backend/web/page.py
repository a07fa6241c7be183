"""What every page stands on: who is signed in, what came in, and what becomes of a refusal."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any, TypeVar
from urllib.parse import urlencode
from zoneinfo import ZoneInfo

from django.http import HttpRequest, HttpResponse, HttpResponseBase, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.cache import patch_cache_control
from django.views import View

from backend.domain.accounts.ground_rules import GROUND_RULES_VERSION
from backend.domain.accounts.models import DeviceSession, Person
from backend.domain.actor import Actor
from backend.domain.errors import DomainError, NotAllowed, NotFound
from backend.web.forms import PageForm, put_beside
from backend.web.kept_form import keep_form
from backend.web.languages import language_for
from backend.web.navigation import navigation_for
from backend.web.refusals import error_page, readable_above, refusal_page
from backend.web.signed_in import session_of
from backend.web.signing_in.forms import SignInForm
from notifications.service import unread_count

T = TypeVar("T")


class OpenPage(View):
    """
    A page for everybody, signed in or not.

    A `DomainError` that a method lets out becomes a page that says what to do.
    """

    now: datetime
    session: DeviceSession | None = None
    section = ""  # of the navigation: which of its addresses this page belongs to

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        self.now = timezone.now()
        self.session = session_of(request, now=self.now)
        person = self.session.person if self.session else None
        with translation.override(language_for(request, person)):
            try:
                answer = self._let_in() or super().dispatch(request, *args, **kwargs)
            except DomainError as error:
                answer = refusal_page(request, error, person=person)
        # Nobody else's cache may keep it, and after signing out neither may this browser's.
        patch_cache_control(answer, private=True, no_cache=True)
        return answer

    def _let_in(self) -> HttpResponse | None:
        """Return where to go instead, if this page is not for whoever came."""
        return None

    @property
    def is_fragment(self) -> bool:
        """Whether htmx asks, and takes a part of a page in its place."""
        headers = self.request.headers
        return headers.get("HX-Request") == "true" and headers.get("HX-History-Restore-Request") != "true"

    def http_method_not_allowed(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """Answer the address of a button that was typed or loaded again: with a way to the page it stands on."""
        refused = super().http_method_not_allowed(request, *args, **kwargs)
        person = self.session.person if self.session else None
        answer = error_page(request, 405, person=person, page_above=readable_above(request.path_info))
        answer["Allow"] = refused["Allow"]
        return answer

    def show(
        self,
        template: str,
        context: Mapping[str, Any] | None = None,
        *,
        fragment: str | None = None,
        status: int = 200,
    ) -> HttpResponse:
        """Return the page; if htmx asks, only its `fragment`, where there is one."""
        person = self.session.person if self.session else None
        shown = {**(context or {}), "now": self.now, "me": person, "section": self.section}
        if fragment and self.is_fragment:
            return render(self.request, fragment, shown, status=status)
        if person:
            shown["navigation"] = navigation_for(person.actor)
            shown["unread_count"] = unread_count(organisation_id=person.organisation_id, person_id=person.pk)
        return render(self.request, template, shown, status=status)

    def go_to(self, address: str) -> HttpResponse:
        """Lead the browser on, by a GET; htmx leads the whole page."""
        if self.is_fragment:
            return HttpResponse(status=204, headers={"HX-Redirect": address})
        return HttpResponseRedirect(address)

    def attempt(self, form: PageForm, act: Callable[[dict[str, Any]], T]) -> T | None:
        """
        Return what `act`, one domain call, makes of the form's values; None: what is wrong stands beside its field.

        :raises NotFound: NotAllowed: these are no mistakes of who typed; they become a page.
        """
        if not form.is_valid():
            return None
        try:
            return act(form.cleaned_data)
        except (NotFound, NotAllowed):
            raise
        except DomainError as error:
            put_beside(form, error)
            return None


class Page(OpenPage):
    """A page for who is signed in and has accepted the ground rules; everybody else is led there and back."""

    needs_ground_rules = True
    session: DeviceSession  # _let_in sees to it

    def _let_in(self) -> HttpResponse | None:
        if self.session is None:
            return self._ask_to_sign_in()
        timezone.activate(ZoneInfo(self.person.time_zone))
        if self.needs_ground_rules and self.person.ground_rules_version != GROUND_RULES_VERSION:
            return self.go_to(_leading_back("web:ground-rules", self.request))
        return None

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        try:
            return super().dispatch(request, *args, **kwargs)
        finally:
            timezone.deactivate()

    def _ask_to_sign_in(self) -> HttpResponse:
        """Lead to the sign-in and back. What was typed is not lost: a form is carried along, htmx keeps the page."""
        if self.is_fragment:
            return HttpResponse(status=401)  # page.js says so beside what was typed
        kept = keep_form(self.request) if self.request.method == "POST" else None
        if kept is None:
            return self.go_to(_leading_back("web:sign-in", self.request))
        context = {"form": SignInForm(), "kept": kept.to_text()}
        return self.show("web/signing_in/sign_in.html", context, status=401)

    @property
    def person(self) -> Person:
        """The person who is signed in, with their site."""
        person = self.session.person
        assert person is not None
        return person

    @property
    def actor(self) -> Actor:
        """The person who is signed in, as the domain knows them."""
        return self.person.actor


def _leading_back(name: str, request: HttpRequest) -> str:
    """Return the address of the page `name`, which leads to the present one afterwards."""
    came_for = request.headers.get("HX-Current-URL", "") if request.headers.get("HX-Request") else ""
    back = request.get_full_path() if request.method == "GET" and not came_for else ""
    return f"{reverse(name)}?{urlencode({'next': back})}" if back not in {"", "/"} else reverse(name)
