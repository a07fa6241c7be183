"""
Who uploads: the same session token as everywhere, or the cookie of a page of ours, looked up for each request.

A voice note that answers a notification may come without a session: the reply token of that notification sends the
one clip that its reply announced, and nothing else.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.conf import settings
from django.utils import timezone
from starlette.requests import Request

from backend.api.cross_site import reason_against_scope
from backend.api.reply_permits import notified_of, permit_of
from backend.domain.accounts.ground_rules import GROUND_RULES_VERSION
from backend.domain.accounts.queries import person_for_token
from backend.domain.actor import Actor
from backend.domain.threads.replies import check_is_own_voice_note, replying_actor
from backend.domain.threads.reply_actions import Notified
from backend.uploads.refusals import CrossSiteRequest, GroundRulesNotAccepted, NotSignedIn, SessionExpired
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
    :raises NotSignedIn: SessionExpired, CrossSiteRequest, GroundRulesNotAccepted: as `signed_in_actor`.
    """
    return await in_database(_sender, request, now=timezone.now())


def _sender(request: Request, *, now: datetime) -> Sender:
    authorization = request.headers.get("authorization", "")
    if "x-session-token" in request.headers or not authorization.lower().startswith(_REPLY_SCHEME):
        return Sender(signed_in_actor(request, now=now))
    notified = notified_of(permit_of(authorization[len(_REPLY_SCHEME) :].strip(), now=now))
    return Sender(replying_actor(notified), notified)


async def actor_of(request: Request) -> Actor:
    """
    Return who sends this request, as of now.

    :raises NotSignedIn: SessionExpired, CrossSiteRequest, GroundRulesNotAccepted: as `signed_in_actor`.
    """
    return await in_database(signed_in_actor, request, now=timezone.now())


def signed_in_actor(request: Request, *, now: datetime) -> Actor:
    """
    Return who sends this request.

    :raises NotSignedIn: there is no `X-Session-Token`, and no cookie.
    :raises CrossSiteRequest: there is a cookie, and the request changes something without a page's `X-CSRFToken`.
    :raises SessionExpired: the token is unknown, over or revoked, or its person disabled.
    :raises GroundRulesNotAccepted: the person has not accepted the current ground rules.
    """
    token = request.headers.get("x-session-token") or _token_of_page(request)
    if not token:
        raise NotSignedIn("Send the session token as X-Session-Token.")
    person = person_for_token(token=token, now=now)
    if person is None:
        raise SessionExpired("Sign in again; what was uploaded is kept.")
    if person.ground_rules_version != GROUND_RULES_VERSION:
        raise GroundRulesNotAccepted("Accept the ground rules first.")
    return person.actor


def _token_of_page(request: Request) -> str | None:
    token = request.cookies.get(settings.SESSION_COOKIE_NAME)
    # tus lets a header name the method, so the one of the request does not tell whether it only reads.
    method = request.headers.get("x-http-method-override", request.method).upper()
    if token and reason_against_scope({**request.scope, "method": method}):
        raise CrossSiteRequest("Send the page's token as X-CSRFToken.")
    return token
