"""What is done on the page of a thread: each makes one domain call, and leads back to the page."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from backend.domain.asking.models import DECLINED, AskStatus
from backend.domain.asking.referring import UnableToRefer
from backend.domain.errors import InvalidInput
from backend.domain.hazards.signing import sign_caution
from backend.domain.search.models import SubjectKind
from backend.domain.threads.comments import Remark, comment
from backend.domain.threads.deflecting import deflect
from backend.domain.threads.hold_answers import answer_hold_check
from backend.domain.threads.operations import move_thread
from backend.domain.threads.responding import AskResponse, respond
from backend.domain.threads.states import ThreadStatus
from backend.domain.threads.suggestions import suggest
from backend.domain.threads.tries import record_outcome, start_try
from backend.web.forms import PageForm
from backend.web.threads import forms
from backend.web.threads.views import ThreadPage
from notifications import service as notifications

_ASKED_NO_MORE: dict[AskStatus, Promise] = {
    AskStatus.PASSED: _("You are not asked any more."),
    AskStatus.BUSY: _("Nobody asks you anything for an hour."),
    AskStatus.NOT_MY_KIT: _("You are not asked any more, and less about such machines."),
    AskStatus.REFERRED: _("Somebody else is asked in your place. Thank you."),
}


class ThreadAction(ThreadPage):
    """A form of the page. What is wrong with it is said on the page, beside its fields."""

    http_method_names = ("post",)
    name = ""  # of the form on the page
    form_class: type[PageForm]

    def act(self, thread_id: UUID, values: dict[str, Any]) -> object:
        """Do it: one domain call."""
        raise NotImplementedError

    def post(self, request: HttpRequest, thread_id: UUID) -> HttpResponse:
        name = self.name_of(request)
        form = self.form_class(request.POST, auto_id=f"{name}-%s")
        if self.attempt(form, lambda values: (self.act(thread_id, values), "done")) is None:
            return self.show_thread(thread_id, status=400, refused={name: form})
        return self.go_to(reverse("web:thread", args=[thread_id]))

    def name_of(self, _request: HttpRequest) -> str:
        """Return the name of the form: it stands in the ids of its fields."""
        return self.name


class AnswerAction(ThreadAction):
    name, form_class = "answer", forms.AnswerForm

    def act(self, thread_id: UUID, values: dict[str, Any]) -> object:
        """Answer the thread."""
        return suggest(
            actor=self.actor,
            suggestion_id=values["suggestion_id"],
            thread_id=thread_id,
            proposal=forms.proposal_of(values),
            now=self.now,
        )


class StartTryAction(ThreadAction):
    form_class = forms.StartTryForm

    def name_of(self, request: HttpRequest) -> str:
        """Return the name of the form: each suggestion has its own."""
        return f"try-{request.POST.get('suggestion_id', '')}"

    def act(self, thread_id: UUID, values: dict[str, Any]) -> object:  # noqa: ARG002 - the suggestion knows its thread
        """Start to try a suggestion."""
        return start_try(
            actor=self.actor,
            try_id=values["try_id"],
            suggestion_id=values["suggestion_id"],
            clip_id=values["clip_id"],
            acknowledges_caution=values["acknowledges_caution"],
            now=self.now,
        )


class OutcomeAction(ThreadAction):
    name, form_class = "outcome", forms.OutcomeForm

    def act(self, thread_id: UUID, values: dict[str, Any]) -> object:  # noqa: ARG002 - the try knows its thread
        """Say how a try went."""
        outcome = forms.outcome_of(values)
        return record_outcome(actor=self.actor, try_id=values["try_id"], outcome=outcome, now=self.now)


class CommentAction(ThreadAction):
    name, form_class = "comment", forms.CommentForm

    def act(self, thread_id: UUID, values: dict[str, Any]) -> object:
        """Remark on the thread."""
        remark = Remark(values["text"])
        return comment(
            actor=self.actor, comment_id=values["comment_id"], thread_id=thread_id, remark=remark, now=self.now
        )


class RespondAction(ThreadAction):
    name, form_class = "response", forms.ResponseForm

    def act(self, thread_id: UUID, values: dict[str, Any]) -> object:  # noqa: ARG002 - the ask knows its thread
        """Say what becomes of having been asked. Whom they named and who cannot be asked now is no end of the page."""
        response = AskResponse(AskStatus(values["response"]), values["refer_to_id"])
        try:
            said = respond(
                actor=self.actor,
                ask_id=values["ask_id"],
                response=response,
                reachable=notifications.reachable,
                now=self.now,
            )
        except UnableToRefer as why:
            raise InvalidInput(refer_to_id=why.detail) from why
        if response.to in DECLINED:
            messages.success(self.request, str(_ASKED_NO_MORE[response.to]))
        return said


class DeflectAction(ThreadAction):
    name, form_class = "deflection", forms.DeflectForm

    def act(self, thread_id: UUID, values: dict[str, Any]) -> object:
        """Close the question: it was known already."""
        return deflect(
            actor=self.actor,
            thread_id=thread_id,
            kind=SubjectKind(values["kind"]),
            subject_id=values["subject_id"],
            now=self.now,
        )


class MoveAction(ThreadAction):
    name, form_class = "move", forms.MoveForm

    def act(self, thread_id: UUID, values: dict[str, Any]) -> object:
        """Put the thread aside, or ask again."""
        return move_thread(actor=self.actor, thread_id=thread_id, to=ThreadStatus(values["to"]), now=self.now)


class HoldAction(ThreadAction):
    name, form_class = "hold", forms.HoldForm

    def act(self, thread_id: UUID, values: dict[str, Any]) -> object:
        """Say whether it still runs."""
        return answer_hold_check(
            actor=self.actor,
            thread_id=thread_id,
            check_id=values["check_id"],
            has_held=values["still_running"] == "yes",
            now=self.now,
        )


class SignAction(ThreadAction):
    name, form_class = "signature", forms.SignForm

    def act(self, thread_id: UUID, values: dict[str, Any]) -> object:  # noqa: ARG002 - the caution knows its thread
        """Sign for what is hazardous in a suggestion."""
        return sign_caution(actor=self.actor, caution_id=values["caution_id"], note=values["note"], now=self.now)
