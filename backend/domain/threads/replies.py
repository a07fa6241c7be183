"""Answering from the notification: the reply is bound to one ask, and needs no session."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from backend.domain import tenancy
from backend.domain.asking.models import Ask, AskStatus
from backend.domain.errors import DomainError
from backend.domain.threads.responding import AskResponse, respond
from backend.domain.threads.suggestions import Proposal, suggest


class ReplyTokenInvalid(DomainError):
    """The ask is gone, or its person may no longer act."""

    code = "reply_token_invalid"


class ReplyNotOffered(DomainError):
    """The notification has no such button."""

    code = "reply_not_offered"


class ReplyTooLarge(DomainError):
    """More than a lock screen sends."""

    code = "reply_too_large"


@dataclass(frozen=True)
class Reply:
    """Text is an answer; without text, `response` claims or passes the ask."""

    text: str = ""
    response: AskStatus | None = None


def reply_to_ask(*, ask_id: UUID, reply_id: UUID, reply: Reply, now: datetime) -> AskStatus:
    """
    Take a reply from a lock screen, as the person who was asked. Return where their ask stands.

    The caller has verified that the reply token names `ask_id`.
    Idempotent: `reply_id` becomes the suggestion's id, so the same reply a hundred times is one.

    :raises ReplyTokenInvalid: no such ask, or its person was disabled.
    :raises ThreadClosed: the thread takes no more answers.
    """
    asks = tenancy.across_organisations(Ask, why="the reply token names the ask, and the ask its organisation")
    ask = asks.select_related("person", "round").filter(pk=ask_id, person__is_active=True).first()
    if ask is None:
        raise ReplyTokenInvalid("This ask is gone. Open the app to see what became of it.")
    actor = ask.person.actor
    if reply.response is not None and not reply.text:
        return AskStatus(respond(actor=actor, ask_id=ask.pk, response=AskResponse(reply.response), now=now).status)
    proposal = Proposal(text=reply.text)
    suggest(actor=actor, suggestion_id=reply_id, thread_id=ask.round.thread_id, proposal=proposal, now=now)
    return AskStatus.ANSWERED
