"""What states, outcomes and hazards are called on a page."""

from __future__ import annotations

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from backend.domain.asking.models import AskStatus
from backend.domain.hazards.kinds import IN_WORDS
from backend.domain.threads.states import ThreadStatus, TryOutcome, Urgency

Words = dict[str, str | Promise]

STATUS: Words = {
    ThreadStatus.DRAFT: _("Draft"),
    ThreadStatus.ASKED: _("Waiting for an answer"),
    ThreadStatus.ANSWERED: _("Answered"),
    ThreadStatus.TRYING: _("Being tried"),
    ThreadStatus.FIXED: _("Fixed"),
    ThreadStatus.HELD: _("Fixed, and it held"),
    ThreadStatus.PARKED: _("Put aside"),
    ThreadStatus.DUPLICATE: _("Known already"),
    ThreadStatus.WITHDRAWN: _("Withdrawn"),
    ThreadStatus.UNSOLVED: _("Not solved"),
}
STATUS_TONE = {
    ThreadStatus.ASKED: "warn",
    ThreadStatus.ANSWERED: "accent",
    ThreadStatus.TRYING: "accent",
    ThreadStatus.FIXED: "good",
    ThreadStatus.HELD: "good",
}
URGENCY: Words = {
    Urgency.CUSTOMER_WAITING: _("Somebody is waiting"),
    Urgency.MACHINE_DOWN: _("Machine down"),
    Urgency.SAFETY: _("Not safe"),
    Urgency.CAN_WAIT: _("Can wait"),
}
OUTCOME: Words = {
    TryOutcome.FIXED: _("Fixed it"),
    TryOutcome.PARTLY: _("Helped partly"),
    TryOutcome.NO: _("Did not help"),
    TryOutcome.WORSE: _("Made it worse"),
}
OUTCOME_TONE = {
    TryOutcome.FIXED: "good",
    TryOutcome.PARTLY: "accent",
    TryOutcome.NO: "warn",
    TryOutcome.WORSE: "bad",
}
MOVE: Words = {
    ThreadStatus.PARKED: _("Put it aside"),
    ThreadStatus.WITHDRAWN: _("Withdraw it"),
    ThreadStatus.UNSOLVED: _("Give it up as not solved"),
    ThreadStatus.ASKED: _("Ask again"),
}
ASK: Words = {
    AskStatus.ASKED: _("asked"),
    AskStatus.CLAIMED: _("is on it"),
    AskStatus.PASSED: _("passed"),
    AskStatus.BUSY: _("is busy"),
    AskStatus.NOT_MY_KIT: _("does not know this kit"),
    AskStatus.REFERRED: _("named somebody else"),
    AskStatus.ANSWERED: _("answered"),
    AskStatus.CANCELLED: _("is asked no more"),
}
HAZARD: Words = {kind: _(word) for kind, word in IN_WORDS.items()}
