"""A curator lets a version out."""

from __future__ import annotations

from datetime import datetime, timedelta
from uuid import UUID

from django.db import transaction

from backend.domain import tenancy
from backend.domain.actor import Actor
from backend.domain.errors import DomainError, NotFound
from backend.domain.howtos.content import Content, content_sha256, read_content
from backend.domain.howtos.editing import lock_for_curator
from backend.domain.howtos.indexing import index_release
from backend.domain.howtos.models import HowTo, HowToVersion
from backend.domain.howtos.notices import tell_credited
from backend.domain.howtos.queries import WholeHowTo, get_howto
from backend.domain.howtos.states import CONFIDENCE_MOVES, PUBLICATION_MOVES, Confidence, Governance, Publication
from backend.domain.states import move

_REVIEW_AFTER = {Governance.EXPERIENCE: timedelta(days=180), Governance.COMPLIANCE: timedelta(days=90)}
_MUST_SAY = ("title", "problem", "remedy", "steps")


class HowToIncomplete(DomainError):
    """The version lacks something that the next technician needs; `missing` names it."""

    code = "howto_incomplete"


@transaction.atomic
def release(*, actor: Actor, howto_id: UUID, version_number: int, now: datetime) -> WholeHowTo:
    """
    Let a version out: findable by everybody, in place of the one that was out before.

    The version keeps the hash of what was approved. Its how-to counts as not validated until fixes confirm
    it, and is due for review after 180 days (compliance: 90). At the first release the credited are told.
    Tenancy: the how-to is looked up in the actor's organisation.
    Transaction: opens its own; search and the pushes change with it.
    Idempotent: releasing the released version again changes and tells nothing.

    :raises NotAllowed: the actor may not curate.
    :raises NotFound: no such how-to, or version of it, in the actor's organisation.
    :raises IllegalMove: the version is superseded or retired.
    :raises HowToIncomplete: it has no steps, no remedy, no problem or no title.
    """
    howto = lock_for_curator(actor=actor, howto_id=howto_id)
    version = tenancy.within(actor, HowToVersion).filter(howto=howto, number=version_number).first()
    if version is None:
        raise NotFound(f"This how-to has no version {version_number}.")
    if version.publication != Publication.RELEASED:
        _let_out(howto, version, actor=actor, now=now)
    return get_howto(actor=actor, howto_id=howto_id)


def _let_out(howto: HowTo, version: HowToVersion, *, actor: Actor, now: datetime) -> None:
    content = read_content(version)
    _check_complete(content)
    is_first_release = howto.confidence == Confidence.WIP
    _supersede_released(howto)
    move(
        version,
        PUBLICATION_MOVES,
        to=Publication.RELEASED,
        field="publication",
        released_at=now,
        released_by_id=actor.person_id,
        content_sha256=content_sha256(content),
    )
    _count_as_not_validated(howto, now=now)
    index_release(howto, version, language=howto.thread.asker.language if howto.thread else "en", now=now)
    if is_first_release:
        tell_credited(howto, version, now=now)


def _check_complete(content: Content) -> None:
    missing = [name for name in _MUST_SAY if not getattr(content, name)]
    if missing:
        raise HowToIncomplete(f"Still missing: {', '.join(missing)}.", missing=missing)


def _supersede_released(howto: HowTo) -> None:
    versions = tenancy.within_organisation(howto.organisation_id, HowToVersion)
    for released in versions.filter(howto=howto, publication=Publication.RELEASED):
        move(released, PUBLICATION_MOVES, to=Publication.SUPERSEDED, field="publication")


def _count_as_not_validated(howto: HowTo, *, now: datetime) -> None:
    review_due_at = now + _REVIEW_AFTER[Governance(howto.governance)]
    if howto.confidence == Confidence.NOT_VALIDATED:
        tenancy.same_row(howto).update(review_due_at=review_due_at)
        return
    move(howto, CONFIDENCE_MOVES, to=Confidence.NOT_VALIDATED, field="confidence", review_due_at=review_due_at)
