"""Signed, expiring links to objects of the local store: what S3 calls presigned URLs."""

from __future__ import annotations

import time
from dataclasses import asdict, dataclass
from datetime import timedelta
from typing import Literal

from django.core import signing

_SALT = "cuppa.local-objects"


@dataclass(frozen=True)
class Grant:
    """What the bearer of a link may do. GET covers HEAD."""

    method: Literal["GET", "PUT"]
    key: str
    content_type: str = ""
    filename: str = ""


class LinkRefused(Exception):
    """The token was not signed by us, was signed for something else, or has expired."""


def sign(grant: Grant, *, expires_in: timedelta) -> str:
    """Return the token of a link that holds for `expires_in`, counted by this machine's clock."""
    expires_at_s = int(time.time() + expires_in.total_seconds())
    return signing.dumps({"until": expires_at_s, **asdict(grant)}, salt=_SALT)


def verify(token: str, *, method: str) -> Grant:
    """
    Return what `token` grants.

    :raises LinkRefused: it is not ours, has expired, or does not cover `method`.
    """
    try:
        signed = signing.loads(token, salt=_SALT)
    except signing.BadSignature:
        raise LinkRefused("This link is not one of ours.") from None
    if signed.pop("until") <= time.time():
        raise LinkRefused("This link has expired.")
    grant = Grant(**signed)
    if method not in {"GET": {"GET", "HEAD"}, "PUT": {"PUT"}}[grant.method]:
        raise LinkRefused(f"This link is for {grant.method} only.")
    return grant
