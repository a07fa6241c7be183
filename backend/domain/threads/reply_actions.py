"""
One function for each thing that can be said from a notification. One more: a function, and a line in `HANDLERS`; or in
`backend.api.reply_handlers` when it belongs to an area above this one.

Each makes one call that is a transaction of its own, and so a savepoint here: what is refused is undone, and the reply
is kept.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.utils.translation import gettext_noop as _

from backend.domain import tenancy
from backend.domain.accounts.languages import said_in
from backend.domain.accounts.models import Person
from backend.domain.actor import Actor
from backend.domain.asking.models import DECLINED, Ask, AskStatus
from backend.domain.asking.reaching import Reachable
from backend.domain.errors import IllegalMove, NotAllowed, NotFound
from backend.domain.threads.call_requests import request_call
from backend.domain.threads.hold_answers import answer_hold_check
from backend.domain.threads.models import ReplyAction, ReplyResult, Suggestion
from backend.domain.threads.responding import AskResponse, respond
from backend.domain.threads.suggestions import Proposal, ThreadClosed, suggest

# No names and no words of the thread: they stand on a lock screen, whatever the organisation wants to be shown there.
SENTENCES: dict[ReplyResult, str] = {
    ReplyResult.ANSWERED: _("Your answer has arrived. The person who asked is being told."),
    ReplyResult.KEPT: _("It was fixed meanwhile. Your answer is kept with the thread, and nobody is disturbed."),
    ReplyResult.CLAIMED: _("You are on it: the others are asked ten minutes later."),
    ReplyResult.CALL_REQUESTED: _("They are being told that you have seen it and can be called."),
    ReplyResult.PASSED: _("Somebody else will be asked."),
    ReplyResult.BUSY: _("Somebody else will be asked, and you not for an hour."),
    ReplyResult.NOT_MY_KIT: _("Somebody else will be asked, and you less about this kit."),
    ReplyResult.REFERRED: _("Somebody else will be asked in your place."),
    ReplyResult.NOT_REFERRED: _("That colleague cannot be asked right now. You still are."),
    ReplyResult.NOTED: _("Good to know. Thank you."),
    ReplyResult.REOPENED: _("The thread is open again and peers are being asked."),
    ReplyResult.ACKNOWLEDGED: _("Thank you. It is noted that you know, and nobody reminds you any more."),
    ReplyResult.OUTDATED: _(
        "Something new was said since. Read the newest notification, or the app, and confirm that."
    ),
    ReplyResult.NOT_NEEDED: _("Thank you. This is settled already, so nothing needs to be done."),
}

_DECLINED_BEFORE = _("You have passed this on already. If you can help all the same, answer in words.")
_NO_NUMBER = _("They are being told, but see no number of yours. You can show it to colleagues in the app.")


@dataclass(frozen=True)
class Notified:
    """The push that is answered: whom it told what, on which device. `thread_id`: None when it is about no thread."""

    organisation_id: UUID
    person_id: UUID
    device_id: UUID
    push_id: UUID
    thread_id: UUID | None
    ask_id: UUID | None = None
    check_id: UUID | None = None
    recall_id: UUID | None = None
    version: int | None = None  # of the thread, when the push was made
    told_at: datetime | None = None  # when what it says was said


@dataclass(frozen=True)
class Said:
    """What the person chose. `refer_to_id`: a colleague who should be asked instead, with `refer` only."""

    action: ReplyAction
    text: str = ""
    refer_to_id: UUID | None = None
    seen_version: int | None = None  # of the thread, that their phone showed


@dataclass(frozen=True)
class Heard:
    """One reply while it is being taken."""

    actor: Actor
    reply_id: UUID
    notified: Notified
    said: Said
    reachable: Reachable
    now: datetime

    @property
    def thread_id(self) -> UUID:
        """Return the thread: every button of this module stands on pushes that are about one."""
        assert self.notified.thread_id is not None
        return self.notified.thread_id


@dataclass(frozen=True)
class Became:
    """What a reply led to. `sentence`: where there is a better one than the result's own."""

    result: ReplyResult
    suggestion: Suggestion | None = None
    sentence: str = ""

    def told(self, reply_id: UUID, *, language: str) -> dict[str, str | None]:
        """Return what the phone is told, now and whenever it asks again. `language`: of its person, BCP 47."""
        clip_id = self.suggestion.clip_id if self.suggestion else None
        return {
            "id": str(reply_id),
            "result": self.result.value,
            "message": said_in(language, self.sentence or SENTENCES[self.result]),
            "clip_id": str(clip_id) if clip_id else None,
        }


def _answer(heard: Heard) -> Became:
    return _suggest(heard, Proposal(text=heard.said.text, seen_version=_seen_version(heard)))


def _voice(heard: Heard) -> Became:
    # The clip has the reply's own id: the phone can send the note without another word from us.
    return _suggest(heard, Proposal(text=heard.said.text, clip_id=heard.reply_id, seen_version=_seen_version(heard)))


def _suggest(heard: Heard, proposal: Proposal) -> Became:
    try:
        suggestion = suggest(
            actor=heard.actor,
            suggestion_id=heard.reply_id,
            thread_id=heard.thread_id,
            proposal=proposal,
            now=heard.now,
        ).row
    except ThreadClosed:
        return Became(ReplyResult.NOT_NEEDED)
    return Became(ReplyResult.KEPT if suggestion.came_after_fixed else ReplyResult.ANSWERED, suggestion)


def _seen_version(heard: Heard) -> int | None:
    return heard.said.seen_version or heard.notified.version


def _claim(heard: Heard) -> Became:
    return _respond(heard, AskResponse(AskStatus.CLAIMED), ReplyResult.CLAIMED)


def _pass(heard: Heard) -> Became:
    return _respond(heard, AskResponse(AskStatus.PASSED), ReplyResult.PASSED)


def _busy(heard: Heard) -> Became:
    return _respond(heard, AskResponse(AskStatus.BUSY), ReplyResult.BUSY)


def _not_my_kit(heard: Heard) -> Became:
    return _respond(heard, AskResponse(AskStatus.NOT_MY_KIT), ReplyResult.NOT_MY_KIT)


def _refer(heard: Heard) -> Became:
    if heard.said.refer_to_id and not _is_colleague(heard, heard.said.refer_to_id):
        return Became(ReplyResult.NOT_REFERRED)
    try:
        return _respond(heard, AskResponse(AskStatus.REFERRED, heard.said.refer_to_id), ReplyResult.REFERRED)
    except NotAllowed as refusal:
        return Became(ReplyResult.NOT_REFERRED, sentence=refusal.detail)


def _is_colleague(heard: Heard, person_id: UUID) -> bool:
    return tenancy.within(heard.actor, Person).filter(pk=person_id, is_active=True).exists()


def _call_me(heard: Heard) -> Became:
    became = _respond(heard, AskResponse(AskStatus.CLAIMED, wants_call=True), ReplyResult.CLAIMED)
    if became.result is not ReplyResult.CLAIMED:
        return became
    was_told_number = request_call(actor=heard.actor, thread_id=heard.thread_id, reply_id=heard.reply_id, now=heard.now)
    return Became(ReplyResult.CALL_REQUESTED, sentence="" if was_told_number else _NO_NUMBER)


def _respond(heard: Heard, response: AskResponse, result: ReplyResult) -> Became:
    ask_id = heard.notified.ask_id or _latest_ask_id(heard)
    if ask_id is None:
        return Became(ReplyResult.NOT_NEEDED)
    try:
        respond(actor=heard.actor, ask_id=ask_id, response=response, reachable=heard.reachable, now=heard.now)
    except IllegalMove as refusal:
        return Became(
            ReplyResult.NOT_NEEDED, sentence=_DECLINED_BEFORE if refusal.facts.get("state") in DECLINED else ""
        )
    except NotFound:
        return Became(ReplyResult.NOT_NEEDED)
    return Became(result)


def _latest_ask_id(heard: Heard) -> UUID | None:
    """A turn of duty is told with the thread alone."""
    asks = tenancy.within(heard.actor, Ask).filter(person_id=heard.actor.person_id, round__thread_id=heard.thread_id)
    return asks.order_by("-asked_at").values_list("pk", flat=True).first()


def _still_running(heard: Heard) -> Became:
    return _answer_check(heard, has_held=True)


def _failed_again(heard: Heard) -> Became:
    return _answer_check(heard, has_held=False)


def _answer_check(heard: Heard, *, has_held: bool) -> Became:
    check_id = heard.notified.check_id
    if check_id is None:
        return Became(ReplyResult.NOT_NEEDED)
    try:
        answer_hold_check(
            actor=heard.actor,
            thread_id=heard.thread_id,
            check_id=check_id,
            has_held=has_held,
            now=heard.now,
        )
    except (IllegalMove, NotFound):
        return Became(ReplyResult.NOT_NEEDED)
    return Became(ReplyResult.NOTED if has_held else ReplyResult.REOPENED)


Handler = Callable[[Heard], Became]

HANDLERS: dict[ReplyAction, Handler] = {
    ReplyAction.ANSWER: _answer,
    ReplyAction.VOICE: _voice,
    ReplyAction.CALL_ME: _call_me,
    ReplyAction.CLAIM: _claim,
    ReplyAction.PASS: _pass,
    ReplyAction.BUSY: _busy,
    ReplyAction.NOT_MY_KIT: _not_my_kit,
    ReplyAction.REFER: _refer,
    ReplyAction.STILL_RUNNING_YES: _still_running,
    ReplyAction.STILL_RUNNING_NO: _failed_again,
}
