"""What a choice means, in sentences for the person who makes it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.utils.translation import gettext
from django.utils.translation import gettext_noop as _

from api_schema.push_payloads import PushKind, PushUrgency
from notifications.models import ChannelName, TellingMode
from notifications.policy import PushPolicy, Telling, policies_for
from notifications.preferences import SAFETY_PUSHES, Choice, list_choices, modes_of
from notifications.ways import WAYS, problem_of, ways_to

ABOUT: dict[PushKind, str] = {
    PushKind.ASK: _("A colleague asks you about a fault."),
    PushKind.ANSWER: _("Somebody answered a fault of yours."),
    PushKind.OUTCOME: _("Somebody tried your advice."),
    PushKind.CLIP_REJECTED: _("A clip of yours cannot be used."),
    PushKind.HOWTO_REVIEW: _("A how-to waits for your review."),
    PushKind.HOWTO_RELEASED: _("A how-to that you are credited in was released."),
    PushKind.CLAIMED: _("Somebody looks at a fault of yours, or asks you to call."),
    PushKind.DUTY: _("A fault that nobody answered is yours now."),
    PushKind.STILL_RUNNING: _("Did the fix hold?"),
    PushKind.SAFETY: _("Advice waits for your signature, or what you gave was corrected."),
    PushKind.RECALL: _("What you tried or saw turned out to be unsafe."),
    PushKind.DUE: _("A fault of yours has waited too long."),
    PushKind.DIGEST: _("What waited for the digest, once a day."),
}
NAMES: dict[PushKind, str] = {
    PushKind.ASK: _("questions"),
    PushKind.ANSWER: _("answers"),
    PushKind.OUTCOME: _("what became of your advice"),
    PushKind.CLIP_REJECTED: _("clips that cannot be used"),
    PushKind.HOWTO_REVIEW: _("reviews of how-tos"),
    PushKind.HOWTO_RELEASED: _("how-tos that came out"),
    PushKind.CLAIMED: _("who looks at your faults"),
    PushKind.DUTY: _("duty"),
    PushKind.STILL_RUNNING: _("whether a fix held"),
    PushKind.SAFETY: _("notices about safety"),
    PushKind.RECALL: _("recalls"),
    PushKind.DUE: _("faults that have waited too long"),
    PushKind.DIGEST: _("the digest"),
}
_MODE: dict[TellingMode, str] = {
    TellingMode.PUSH: _("A push at once; outside of your hours it waits for your next shift."),
    TellingMode.DIGEST: _("No push of its own: it stands in the digest at the start of your next shift."),
    TellingMode.INBOX: _("In the inbox only: nothing rings."),
}
_ALSO: dict[ChannelName, str] = {ChannelName.EMAIL: _("An e-mail, too."), ChannelName.SMS: _("A text message, too.")}
_SAFETY = _("Where safety is at stake, a push comes all the same.")


@dataclass(frozen=True)
class ExplainedChoice:
    """`modes`: what can be chosen in place of `mode`."""

    kind: PushKind
    about: str
    mode: TellingMode
    modes: tuple[TellingMode, ...]
    by_email: bool
    by_sms: bool
    means: str


@dataclass(frozen=True)
class ExplainedChoices:
    """`email_problem`, `sms_problem`: why nothing can come that way, None when it can."""

    choices: tuple[ExplainedChoice, ...]
    email_problem: str | None
    sms_problem: str | None


def explain_choices(*, organisation_id: UUID, person_id: UUID, now: datetime) -> ExplainedChoices:
    """
    Return how the person is told of each kind, and what that means for them, in the language that is spoken.

    A constant number of queries.
    """
    telling = Telling(organisation_id, person_id, PushKind.DIGEST, PushUrgency.NORMAL)
    policy = policies_for([telling], now)[telling]
    problems = {way.channel: problem_of(way, policy) for way in WAYS}
    choices = list_choices(organisation_id=organisation_id, person_id=person_id)
    return ExplainedChoices(
        choices=tuple(_explained(choice, policy) for choice in choices),
        email_problem=problems[ChannelName.EMAIL],
        sms_problem=problems[ChannelName.SMS],
    )


def _explained(choice: Choice, policy: PushPolicy) -> ExplainedChoice:
    sentences = [_MODE[choice.mode], *(_ALSO[way] for way in ways_to(policy, choice))]
    if choice.kind in SAFETY_PUSHES and choice.mode is not TellingMode.PUSH:
        sentences.append(_SAFETY)
    return ExplainedChoice(
        kind=choice.kind,
        about=gettext(ABOUT[choice.kind]),
        mode=choice.mode,
        modes=modes_of(choice.kind),
        by_email=choice.by_email,
        by_sms=choice.by_sms,
        means=" ".join(gettext(sentence) for sentence in sentences),
    )
