"""Who uploads: the same session token as everywhere, looked up for each request."""

from __future__ import annotations

from datetime import datetime

from django.utils import timezone
from starlette.datastructures import Headers
from starlette.requests import Request

from backend.domain.accounts.operations import GROUND_RULES_VERSION
from backend.domain.accounts.queries import person_for_token
from backend.domain.actor import Actor
from backend.uploads.refusals import GroundRulesNotAccepted, NotSignedIn, SessionExpired
from backend.uploads.threads import in_database


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
