"""Setting advice straight where it stands, taking that back, and flagging."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _

from api_schema.ids import uuid7
from backend.domain.corrections.correcting_howtos import correct_howto
from backend.domain.corrections.models import Correction
from backend.domain.corrections.operations import correct_suggestion, withdraw_correction
from backend.domain.errors import NotFound
from backend.domain.flags.operations import flag
from backend.domain.flags.states import FlaggedKind
from backend.web.forms import PageForm
from backend.web.page import Page
from backend.web.safety.forms import CorrectionForm, FlagForm, HowToCorrectionForm, WithdrawalForm


class _FormPage(Page):
    """One form, on a page of its own or, for htmx, where its link stands. Its address takes what it sends."""

    title = ""
    says = ""
    button = ""

    def form_page(self, form: PageForm, *, status: int = 200) -> HttpResponse:
        """Return the form."""
        context = {"form": form, "title": self.title, "says": self.says, "button": self.button}
        context["action"] = self.request.path
        return self.show("web/safety/form.html", context, fragment="web/safety/_form.html", status=status)


class CorrectSuggestionPage(_FormPage):
    @property
    def title(self) -> str:  # type: ignore[override]  # in the reader's language
        return _("Set it straight")

    @property
    def button(self) -> str:  # type: ignore[override]
        return _("Set it straight")

    def get(self, _request: HttpRequest, suggestion_id: UUID) -> HttpResponse:
        return self.form_page(CorrectionForm(initial={"correction_id": uuid7()}, auto_id=f"correct-{suggestion_id}-%s"))

    def post(self, request: HttpRequest, suggestion_id: UUID) -> HttpResponse:
        form = CorrectionForm(request.POST, auto_id=f"correct-{suggestion_id}-%s")
        created = self.attempt(
            form,
            lambda said: correct_suggestion(
                actor=self.actor,
                correction_id=said["correction_id"],
                suggestion_id=suggestion_id,
                findings=form.findings(),
                now=self.now,
            ),
        )
        return self.go_to(where_it_stands(created.row)) if created else self.form_page(form, status=400)


class CorrectHowToPage(CorrectSuggestionPage):
    def get(self, request: HttpRequest, howto_id: UUID) -> HttpResponse:
        step = request.GET.get("step", "")
        initial = {"correction_id": uuid7(), "version_number": request.GET.get("version", ""), "step_position": step}
        return self.form_page(HowToCorrectionForm(initial=initial, auto_id=f"correct-{howto_id}-%s"))

    def post(self, request: HttpRequest, howto_id: UUID) -> HttpResponse:
        form = HowToCorrectionForm(request.POST, auto_id=f"correct-{howto_id}-%s")
        created = self.attempt(
            form,
            lambda said: correct_howto(
                actor=self.actor,
                correction_id=said["correction_id"],
                howto_id=howto_id,
                version_number=said["version_number"],
                step_position=said["step_position"],
                findings=form.findings(),
                now=self.now,
            ),
        )
        return self.go_to(where_it_stands(created.row)) if created else self.form_page(form, status=400)


class WithdrawPage(_FormPage):
    @property
    def title(self) -> str:  # type: ignore[override]
        return _("Take the correction back")

    @property
    def says(self) -> str:  # type: ignore[override]
        return _("It is kept, with your reason. Everybody who was told of it is told this, too.")

    @property
    def button(self) -> str:  # type: ignore[override]
        return _("Take it back")

    def get(self, _request: HttpRequest, correction_id: UUID) -> HttpResponse:
        return self.form_page(WithdrawalForm(auto_id=f"withdraw-{correction_id}-%s"))

    def post(self, request: HttpRequest, correction_id: UUID) -> HttpResponse:
        form = WithdrawalForm(request.POST, auto_id=f"withdraw-{correction_id}-%s")
        withdrawn = self.attempt(
            form,
            lambda said: withdraw_correction(
                actor=self.actor, correction_id=correction_id, reason=said["reason"], now=self.now
            ),
        )
        return self.go_to(where_it_stands(withdrawn)) if withdrawn else self.form_page(form, status=400)


class FlagPage(_FormPage):
    """Flag something; one person looks at it, by a time."""

    @property
    def title(self) -> str:  # type: ignore[override]
        return _("Flag it")

    @property
    def says(self) -> str:  # type: ignore[override]
        return _("One person looks at it, by a time, and tells you what became of it.")

    @property
    def button(self) -> str:  # type: ignore[override]
        return _("Flag it")

    def get(self, _request: HttpRequest, kind: str, flagged_id: UUID) -> HttpResponse:
        if kind not in set(FlaggedKind):
            raise NotFound("Nothing of this kind can be flagged.")
        initial: dict[str, Any] = {"flag_id": uuid7(), "flagged_kind": kind, "flagged_id": flagged_id}
        return self.form_page(FlagForm(initial=initial, auto_id=f"flag-{flagged_id}-%s"))

    def post(self, request: HttpRequest, kind: str, flagged_id: UUID) -> HttpResponse:  # noqa: ARG002 - the form says it
        form = FlagForm(request.POST, auto_id=f"flag-{flagged_id}-%s")
        created = self.attempt(
            form,
            lambda said: flag(
                actor=self.actor,
                flag_id=said["flag_id"],
                flagged_kind=said["flagged_kind"],
                flagged_id=flagged_id,
                complaint=form.complaint(),
                now=self.now,
            ),
        )
        if created is None:
            return self.form_page(form, status=400)
        messages.success(request, _("Flagged. You will be told what became of it."))
        return self.go_to(reverse("web:flag", args=[created.row.pk]))


def where_it_stands(correction: Correction) -> str:
    """Return the address of what was set straight."""
    if correction.howto_id:
        return reverse("web:howto", args=[correction.howto_id])
    assert correction.suggestion is not None
    return f"{reverse('web:thread', args=[correction.suggestion.thread_id])}#suggestion-{correction.suggestion_id}"
