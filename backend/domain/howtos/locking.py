"""One how-to at a time: whoever changes it holds its row, and has been asked whether they may."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from django.db.models import QuerySet

from backend.domain import tenancy
from backend.domain.actor import Actor
from backend.domain.errors import DomainError, NotFound
from backend.domain.howtos.content import content_sha256, read_content
from backend.domain.howtos.models import HowTo, HowToVersion
from backend.domain.howtos.permissions import Action, require, require_role
from backend.domain.saying import said


class VersionChanged(DomainError):
    """Somebody wrote at the version since it was read; `sha256` is of what it says now."""

    code = "version_changed"


@dataclass(frozen=True)
class Held:
    """A how-to that its reader holds, and the version that an action is about."""

    howto: HowTo
    version: HowToVersion


def hold(*, actor: Actor, howto_id: UUID, action: Action, number: int | None = None) -> Held:
    """
    Return the how-to, locked until the caller's transaction ends, and its version `number`; None: the newest original.

    :raises NotAllowed: the actor's role may not do this.
    :raises NotFound: no such how-to, or version of it, in the actor's organisation.
    :raises IllegalMove: it may not be done in the state that the version is in.
    """
    require_role(actor, action)
    howto = locked_howto(actor=actor, howto_id=howto_id)
    version = newest_version(howto) if number is None else version_numbered(howto, number)
    require(actor, action, howto, version)
    return Held(howto, version)


def locked_howto(*, actor: Actor, howto_id: UUID) -> HowTo:
    """
    Return the how-to, locked until the caller's transaction ends.

    :raises NotFound: no such how-to in the actor's organisation.
    """
    howtos = tenancy.within(actor, HowTo).select_related("asset_model")
    return tenancy.find_in(howtos.select_for_update(of=("self",)), howto_id)


def newest_version(howto: HowTo) -> HowToVersion:
    """Return the newest version of the original text."""
    return _versions(howto).filter(is_original=True).latest("number")


def version_numbered(howto: HowTo, number: int) -> HowToVersion:
    """
    Return the version with this number.

    :raises NotFound: the how-to has none.
    """
    version = _versions(howto).filter(number=number).first()
    if version is None:
        raise NotFound(said("This how-to has no version %(number)s.", number=number))
    return version


def next_number(howto: HowTo) -> int:
    """Return the number of the version that is begun next, in whatever language."""
    return _versions(howto).latest("number").number + 1


def require_unchanged(version: HowToVersion, seen_sha256: str | None) -> None:
    """
    Let pass whoever read the version as it is; None: they do not say what they read.

    :raises VersionChanged: it says something else by now.
    """
    now_sha256 = content_sha256(read_content(version))
    if seen_sha256 is not None and seen_sha256 != now_sha256:
        raise VersionChanged("Somebody changed this version since you read it; read it again.", sha256=now_sha256)


def _versions(howto: HowTo) -> QuerySet[HowToVersion]:
    return tenancy.within_organisation(howto.organisation_id, HowToVersion).filter(howto=howto)
