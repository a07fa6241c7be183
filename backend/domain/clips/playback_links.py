"""The signed, expiring link that plays one clip without a session: players send no headers of ours."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from uuid import UUID

from django.conf import settings
from django.core import signing

from backend.domain.errors import DomainError

_SALT = "cuppa.playback.v1"


class LinkExpired(DomainError):
    """The link has expired, or was never one of ours (which is not told apart)."""

    code = "link_expired"


@dataclass(frozen=True)
class PlaybackLink:
    organisation_id: UUID
    clip_id: UUID
    expires_at: datetime


def new_link(*, organisation_id: UUID, clip_id: UUID, now: datetime) -> PlaybackLink:
    """Return a link to the clip that holds for `PLAYBACK_LINK_LIFE`. The caller has checked who asks."""
    return PlaybackLink(organisation_id, clip_id, expires_at=now + settings.PLAYBACK_LINK_LIFE)


def sign_link(link: PlaybackLink) -> str:
    """Return the link as text that is safe in a path."""
    named = [str(link.organisation_id), str(link.clip_id), int(link.expires_at.timestamp())]
    return signing.dumps(named, salt=_SALT)


def read_link(signed: str, *, now: datetime) -> PlaybackLink:
    """
    Return what `signed` stands for.

    :raises LinkExpired: it has expired, or we did not sign it.
    """
    try:
        organisation_id, clip_id, until_s = signing.loads(signed, salt=_SALT)
    except signing.BadSignature:
        raise LinkExpired("This link is not one of ours; ask for a new one.") from None
    expires_at = datetime.fromtimestamp(until_s, tz=UTC)
    if expires_at <= now:
        raise LinkExpired("This link has expired; ask for a new one.")
    return PlaybackLink(UUID(organisation_id), UUID(clip_id), expires_at)
