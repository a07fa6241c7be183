"""
Who uploads: the same session token as everywhere, looked up for each request.

A voice note that answers a notification may come without a session: the reply token of that notification sends the
one clip that its reply announced, and nothing else.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.utils import timezone
from starlette.datastructures import Headers
from starlette.requests import Request

from backend.api.reply_permits import notified_of, permit_of
from backend.domain.accounts.ground_rules import GROUND_RULES_VERSION
from backend.domain.accounts.queries import person_for_token
from backend.domain.actor import Actor
from backend.domain.threads.replies import check_is_own_voice_note, replying_actor
from backend.domain.threads.reply_actions import Notified
from backend.uploads.refusals import GroundRulesNotAccepted, NotSignedIn, SessionExpired
from backend.uploads.threads import in_database

_REPLY_SCHEME = "reply "


@dataclass(frozen=True)
class Sender:
    """Who sends. `notified`: they hold no session but the reply token of this push."""

    actor: Actor
    notified: Notified | None = None

    def check_may_send(self, clip_id: UUID | None) -> None:
        """
        Accept the bytes of this clip; None: of a piece, which is of no clip yet, or a clip made of pieces.

        :raises NotFound: the sender's notification waits for another clip, or for none.
        """
        if self.notified is not None:
            check_is_own_voice_note(self.notified, clip_id=clip_id)


async def sender_of(request: Request) -> Sender:
    """
    Return who sends the bytes of this request, as of now.

    :raises ReplyTokenInvalid: there is a reply token instead of a session, and it is good for nothing (any more).
    :raises NotSignedIn: SessionExpired, GroundRulesNotAccepted: as `signed_in_actor`.
    """
    return await in_database(_sender, request.headers, now=timezone.now())


def _sender(headers: Headers, *, now: datetime) -> Sender:
    authorization = headers.get("authorization", "")
    if "x-session-token" in headers or not authorization.lower().startswith(_REPLY_SCHEME):
        return Sender(signed_in_actor(headers, now=now))
    notified = notified_of(permit_of(authorization[len(_REPLY_SCHEME) :].strip(), now=now))
    return Sender(replying_actor(notified), notified)


async def actor_of(request: Request) -> Actor:
    """
    Return who sends this request, as of now.

    :raises NotSignedIn: SessionExpired, GroundRulesNotAccepted: as `signed_in_actor`.
    """
    return await in_database(signed_in_actor, request.headers, now=timezone.now())


def signed_in_actor(headers: Headers, *, now: datetime) -> Actor:
    """
    Return who sends this request.

    :raises NotSignedIn: there is no `X-Session-Token`.
    :raises SessionExpired: the token is unknown, over or revoked, or its person disabled.
    :raises GroundRulesNotAccepted: the person has not accepted the current ground rules.
    """
    token = headers.get("x-session-token")
    if not token:
        raise NotSignedIn("Send the session token as X-Session-Token.")
    person = person_for_token(token=token, now=now)
    if person is None:
        raise SessionExpired("Sign in again; what was uploaded is kept.")
    if person.ground_rules_version != GROUND_RULES_VERSION:
        raise GroundRulesNotAccepted("Accept the ground rules first.")
    return person.actor
