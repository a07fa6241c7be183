"""What a curator may decide on the page of a how-to. Which of it, the domain's table says."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass

from django import forms
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from backend.domain.actor import Actor
from backend.domain.howtos.approving import approve
from backend.domain.howtos.archiving import archive, bring_back, succeed
from backend.domain.howtos.permissions import Action, Standing, allowed_actions, standing_of
from backend.domain.howtos.queries import WholeHowTo
from backend.domain.howtos.releasing import release
from backend.domain.howtos.reviewing import retire, send_back, submit, validate
from backend.domain.howtos.states import Confidence, Succession
from backend.web.forms import PageForm

MAX_TEXT_LENGTH = 10_000


class PlainForm(PageForm):
    """Nothing but the button. A form's fields are named as the operation takes them."""


class VersionForm(PageForm):
    version_number = forms.IntegerField(widget=forms.HiddenInput, min_value=1)


class ReleaseForm(VersionForm):
    seen_sha256 = forms.CharField(widget=forms.HiddenInput, max_length=64)


class ApproveForm(ReleaseForm):
    note = forms.CharField(
        label=_("A note"), required=False, max_length=MAX_TEXT_LENGTH, widget=forms.Textarea(attrs={"rows": 2})
    )


class ReasonForm(PageForm):
    reason = forms.CharField(label=_("Why?"), max_length=MAX_TEXT_LENGTH, widget=forms.Textarea(attrs={"rows": 2}))


class SendBackForm(VersionForm, ReasonForm):
    pass


class RetireForm(VersionForm, ReasonForm):
    for_safety = forms.BooleanField(
        required=False,
        label=_("It may hurt somebody"),
        help_text=_("Everyone who worked by it or saw it is told, and has to say that they have read it."),
    )


class SucceedForm(ReasonForm):
    """`successor_id`: the page offers those of the same model."""

    successor_id = forms.UUIDField(label=_("By which?"), widget=forms.Select)
    succession = forms.TypedChoiceField(
        label=_("What is the other?"),
        choices=[
            (Succession.SUPERSEDED.value, _("It is better")),
            (Succession.DUPLICATE.value, _("It says the same, and was there already")),
        ],
        coerce=Succession,
        widget=forms.RadioSelect,
    )
    field_order = ("successor_id", "succession", "reason")


@dataclass(frozen=True)
class Decision:
    """One button of the page, `done`: what is said then; `states`: in which it is offered. `act`: one operation."""

    action: Action
    name: str | Promise
    done: str | Promise
    form_class: type[PageForm]
    act: Callable[..., WholeHowTo]
    states: frozenset[Standing]
    is_grave: bool = False


_DRAFT, _REVIEW, _OUT, _AWAY = Standing.DRAFT, Standing.IN_REVIEW, Standing.RELEASED, Standing.ARCHIVED
DECISIONS: Mapping[str, Decision] = {
    decision.action.value: decision
    for decision in (
        Decision(
            Action.SUBMIT, _("Ask for a review"), _("A review is asked for."), VersionForm, submit, frozenset({_DRAFT})
        ),
        Decision(
            Action.APPROVE,
            _("Approve it, as it stands here"),
            _("Approved, as it stands here."),
            ApproveForm,
            approve,
            frozenset({_REVIEW}),
        ),
        Decision(
            Action.RELEASE,
            _("Release it to everybody"),
            _("Released. Everybody can find it now."),
            ReleaseForm,
            release,
            frozenset({_DRAFT, _REVIEW}),
        ),
        Decision(
            Action.SEND_BACK,
            _("Send it back"),
            _("Sent back, with your reason."),
            SendBackForm,
            send_back,
            frozenset({_REVIEW}),
        ),
        Decision(
            Action.VALIDATE,
            _("Confirm it as validated"),
            _("Confirmed as validated."),
            VersionForm,
            validate,
            frozenset({_OUT}),
        ),
        Decision(
            Action.RETIRE,
            _("Retire it for good"),
            _("Retired. Nobody is led to it any more."),
            RetireForm,
            retire,
            frozenset({_OUT}),
            is_grave=True,
        ),
        Decision(
            Action.SUCCEED,
            _("Replace it by another"),
            _("Replaced. Whoever opens it is led to the other."),
            SucceedForm,
            succeed,
            frozenset(Standing) - {_AWAY},
            is_grave=True,
        ),
        Decision(
            Action.ARCHIVE,
            _("Put it away"),
            _("Put away. It can be taken out again."),
            ReasonForm,
            archive,
            frozenset(Standing) - {_AWAY},
            is_grave=True,
        ),
        Decision(
            Action.BRING_BACK,
            _("Take it out again"),
            _("It is out again."),
            PlainForm,
            bring_back,
            frozenset({_AWAY}),
        ),
    )
}


def offered(
    whole: WholeHowTo, *, actor: Actor, refused: Mapping[str, PageForm]
) -> Iterator[tuple[str, Decision, PageForm]]:
    """Yield what the actor may decide about this version now, each with its form; `refused`: those that were sent."""
    allowed = allowed_actions(actor, whole.howto, whole.version)
    standing = standing_of(whole.howto, whole.version)
    for name, decision in DECISIONS.items():
        if decision.action in allowed and standing in decision.states and not _is_done(decision, whole):
            yield name, decision, refused.get(name) or _new_form(decision, name, whole)


def _is_done(decision: Decision, whole: WholeHowTo) -> bool:
    return decision.action is Action.VALIDATE and whole.howto.confidence == Confidence.VALIDATED


def _new_form(decision: Decision, name: str, whole: WholeHowTo) -> PageForm:
    seen = {"version_number": whole.version.number, "seen_sha256": whole.sha256}
    return decision.form_class(initial=seen, auto_id=f"{name}-%s")
