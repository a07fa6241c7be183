"""
Links that sign somebody in, once: for who was invited, and for another device of one's own.

The token is 256 random bits; the table holds its SHA-256, so a leaked table signs nobody in.
"""

from __future__ import annotations

import hashlib
import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from django.db import transaction
from django.db.models import QuerySet

from backend.domain import tenancy
from backend.domain.accounts.models import LinkPurpose, Person, SignInLink
from backend.domain.actor import Actor
from backend.domain.errors import DomainError
from backend.domain.saying import said

LINK_LIFE: Final = {
    LinkPurpose.INVITATION: timedelta(days=7),
    LinkPurpose.OWN_DEVICE: timedelta(minutes=10),  # both devices are at hand
}


class SignInLinkOver(DomainError):
    """The link signs nobody in (any more); the text says why, and what to do."""

    code = "sign_in_link_over"


@dataclass(frozen=True)
class OfferedLink:
    """A link that was just made: the only moment in which its token is known."""

    person: Person
    token: str
    expires_at: datetime


def make_link(*, person: Person, purpose: LinkPurpose, by: Actor, now: datetime) -> OfferedLink:
    """
    Return a new link for `person`. The one that they had for the same purpose is over.

    Transaction: required. Safe to call again: the last link counts. At the same time: one after the other.
    """
    tenancy.within_organisation(person.organisation_id, Person).select_for_update().get(pk=person.pk)
    withdraw_links(person=person, purpose=purpose, now=now)
    token, expires_at = secrets.token_urlsafe(32), now + LINK_LIFE[purpose]
    tenancy.create(
        SignInLink,
        organisation_id=person.organisation_id,
        person=person,
        purpose=purpose,
        token_hash=_hash(token),
        made_by_id=by.person_id,
        made_at=now,
        expires_at=expires_at,
    )
    return OfferedLink(person, token, expires_at)


def withdraw_links(*, person: Person, now: datetime, purpose: LinkPurpose | None = None) -> None:
    """Let no open link of `person` sign in any more; with `purpose` only those of it."""
    links = tenancy.within_organisation(person.organisation_id, SignInLink).filter(person=person)
    open_ones = links.filter(used_at__isnull=True, withdrawn_at__isnull=True)
    (open_ones.filter(purpose=purpose) if purpose else open_ones).update(withdrawn_at=now)


@transaction.atomic
def offer_own_device(*, actor: Actor, now: datetime) -> OfferedLink:
    """
    Return a link that signs another device of the actor in.

    Transaction: opens its own. Safe to call again: the last link counts.
    """
    person = tenancy.find(actor, Person, actor.person_id)
    return make_link(person=person, purpose=LinkPurpose.OWN_DEVICE, by=actor, now=now)


def look_at_link(*, token: str, now: datetime) -> SignInLink:
    """
    Return the link with this token, its person and who made it. It stays unused: mail scanners open links, too.

    :raises SignInLinkOver: there is none, or it was used, replaced or not used in time, or its person left.
    """
    return _checked(_links().filter(token_hash=_hash(token)).first(), now=now)


@transaction.atomic
def use_link(*, token: str, language: str = "", now: datetime) -> SignInLink:
    """
    Use a link up; its person may be signed in.

    `language`: in which they read it. Whoever comes in for the first time keeps it, until they choose another.
    Transaction: opens its own. Of several at the same time one gets through.

    :raises SignInLinkOver: as `look_at_link`.
    """
    link = _checked(_links().select_for_update(of=("self",)).filter(token_hash=_hash(token)).first(), now=now)
    link.used_at = now
    link.save(update_fields=["used_at"])
    if language and link.person.last_login is None:
        link.person.language = language
        link.person.save(update_fields=["language"])
    return link


def _links() -> QuerySet[SignInLink]:
    links = tenancy.across_organisations(
        SignInLink, why="whoever opens a link is not signed in yet; the token is a secret"
    )
    return links.select_related("person__site", "person__organisation", "made_by")


def _checked(link: SignInLink | None, *, now: datetime) -> SignInLink:
    reason = _reason_against(link, now=now)
    if reason or link is None:
        raise SignInLinkOver(reason)
    return link


def _reason_against(link: SignInLink | None, *, now: datetime) -> str:
    if link is None or not link.person.is_active:
        return said(
            "There is no such link. Perhaps a part of it got lost: open it once more, from where it was sent to you."
        )
    if link.used_at is not None:
        return said("This link was used already; each works once. If it was not you, tell your supervisor.")
    if link.withdrawn_at is not None:
        return said("A newer link took the place of this one. Open the newer one.")
    if link.expires_at <= now:
        return said("This link was not used in time. Ask whoever sent it for a new one.")
    return ""


def _hash(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()
