"""What is typed on the page of a thread. Ids come with the empty form, so that sending it twice says it once."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from backend.domain.asking.models import DECLINED, AskStatus
from backend.domain.search.models import SubjectKind
from backend.domain.threads.states import TryOutcome
from backend.domain.threads.suggestions import Proposal
from backend.domain.threads.tries import Outcome
from backend.web.forms import PageForm
from backend.web.threads.words import ASK, MOVE, OUTCOME

MAX_TEXT_LENGTH = 10_000
_MAX_MINUTES = 7 * 24 * 60
_SAID_WITH_A_TAP: list[AskStatus] = [AskStatus.CLAIMED, *sorted(DECLINED)]


class AnswerForm(PageForm):
    suggestion_id = forms.UUIDField(widget=forms.HiddenInput)
    clip_id = forms.UUIDField(widget=forms.HiddenInput, required=False)
    seen_version = forms.IntegerField(widget=forms.HiddenInput, min_value=1, max_value=2**31 - 1, required=False)
    text = forms.CharField(
        max_length=MAX_TEXT_LENGTH,
        required=False,
        label=_("Your answer"),
        help_text=_("What to check or do first. A few words are enough; a clip alone is, too."),
        widget=forms.Textarea(attrs={"rows": 3}),
    )


def proposal_of(values: dict[str, Any]) -> Proposal:
    """Return the values of an `AnswerForm` as the domain takes them."""
    return Proposal(text=values["text"], clip_id=values["clip_id"], seen_version=values["seen_version"])


class StartTryForm(PageForm):
    try_id = forms.UUIDField(widget=forms.HiddenInput)
    suggestion_id = forms.UUIDField(widget=forms.HiddenInput)
    clip_id = forms.UUIDField(widget=forms.HiddenInput, required=False)
    acknowledges_caution = forms.BooleanField(required=False, label=_("I have read the caution"))


class OutcomeForm(PageForm):
    try_id = forms.UUIDField(widget=forms.HiddenInput)
    outcome = forms.ChoiceField(
        label=_("How did it go?"), widget=forms.RadioSelect, choices=[(one.value, OUTCOME[one]) for one in TryOutcome]
    )
    minutes = forms.IntegerField(
        required=False,
        min_value=0,
        max_value=_MAX_MINUTES,
        label=_("Minutes it took"),
        widget=forms.NumberInput(attrs={"inputmode": "numeric"}),
    )
    parts = forms.CharField(
        required=False, max_length=300, label=_("Parts used"), help_text=_("Names or numbers, if there were any.")
    )
    cause = forms.CharField(
        required=False, max_length=MAX_TEXT_LENGTH, label=_("What was the cause?"), help_text=_("If it is fixed.")
    )
    note = forms.CharField(
        required=False,
        max_length=MAX_TEXT_LENGTH,
        label=_("What happened?"),
        widget=forms.Textarea(attrs={"rows": 2}),
    )


def outcome_of(values: dict[str, Any]) -> Outcome:
    """Return the values of an `OutcomeForm` as the domain takes them."""
    return Outcome(
        outcome=TryOutcome(values["outcome"]),
        note=values["note"],
        minutes=values["minutes"],
        parts=values["parts"],
        cause=values["cause"],
    )


class CommentForm(PageForm):
    comment_id = forms.UUIDField(widget=forms.HiddenInput)
    text = forms.CharField(max_length=MAX_TEXT_LENGTH, label=_("Remark"), widget=forms.Textarea(attrs={"rows": 2}))


class ResponseForm(PageForm):
    """What whoever was asked says with one tap."""

    ask_id = forms.UUIDField()
    response = forms.ChoiceField(choices=[(one.value, ASK[one]) for one in _SAID_WITH_A_TAP])
    refer_to_id = forms.UUIDField(required=False)


class DeflectForm(PageForm):
    kind = forms.ChoiceField(choices=[(one.value, one.value) for one in SubjectKind])
    subject_id = forms.UUIDField()


class MoveForm(PageForm):
    to = forms.ChoiceField(choices=list(MOVE.items()))


class HoldForm(PageForm):
    check_id = forms.UUIDField()
    still_running = forms.ChoiceField(choices=[("yes", _("Still running")), ("no", _("Failed again"))])


class SignForm(PageForm):
    caution_id = forms.UUIDField()
    note = forms.CharField(required=False, max_length=MAX_TEXT_LENGTH)
