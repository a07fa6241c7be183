"""A curator lets a version out."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Final
from uuid import UUID

from django.db import transaction

from backend.domain import tenancy
from backend.domain.actor import Actor
from backend.domain.errors import DomainError, IllegalMove
from backend.domain.howtos.approving import is_approved
from backend.domain.howtos.completeness import check_complete
from backend.domain.howtos.content import content_sha256, read_content
from backend.domain.howtos.indexing import index_released
from backend.domain.howtos.locking import hold, require_unchanged
from backend.domain.howtos.models import HowTo, HowToVersion
from backend.domain.howtos.notices import tell_credited
from backend.domain.howtos.permissions import Action
from backend.domain.howtos.queries import WholeHowTo, get_version
from backend.domain.howtos.sources import check_sources
from backend.domain.howtos.states import CONFIDENCE_MOVES, PUBLICATION_MOVES, Confidence, Governance, Publication
from backend.domain.states import move

REVIEW_AFTER: Final = {Governance.EXPERIENCE: timedelta(days=180), Governance.COMPLIANCE: timedelta(days=90)}


class ApprovalMissing(DomainError):
    """Compliance asks for the approval of somebody else, of the text as it is now."""

    code = "approval_missing"


@transaction.atomic
def release(
    *, actor: Actor, howto_id: UUID, version_number: int, seen_sha256: str | None = None, now: datetime
) -> WholeHowTo:
    """
    Let a version out: findable by everybody, in place of the one in its language that was out before.

    The version keeps the hash of what was approved. An original makes its how-to not validated until fixes
    confirm it, and due for review after 180 days (compliance: 90). Who releases first looks after it. At the
    first release the credited are told.
    Tenancy: the how-to is looked up in the actor's organisation.
    Transaction: opens its own; search and the pushes change with it.
    Idempotent: releasing the released version again changes and tells nothing.

    :raises NotAllowed: the actor may not curate.
    :raises NotFound: no such how-to, or version of it, in the actor's organisation.
    :raises IllegalMove: the version is superseded or retired, the how-to archived, or it is the translation of an
        original that is not out.
    :raises VersionChanged: somebody edited it since `seen_sha256`.
    :raises AdviceRecalled: what it was learnt from was found to be unsafe, and nobody has rewritten it since.
    :raises HowToIncomplete: it has no steps, no remedy, no problem or no title.
    :raises ApprovalMissing: it is of compliance, and nobody who may has approved it as it is.
    """
    held = hold(actor=actor, howto_id=howto_id, action=Action.RELEASE, number=version_number)
    if held.version.publication != Publication.RELEASED:
        require_unchanged(held.version, seen_sha256)
        _let_out(held.howto, held.version, actor=actor, now=now)
    return get_version(actor=actor, howto_id=howto_id, number=version_number)


def _let_out(howto: HowTo, version: HowToVersion, *, actor: Actor, now: datetime) -> None:
    content = read_content(version)
    check_complete(content)
    check_sources(howto, version, content)
    if not version.is_original:
        _require_original_out(howto)
    if howto.governance == Governance.COMPLIANCE and not is_approved(howto, version, content_sha256(content), now=now):
        raise ApprovalMissing("Somebody who wrote none of it must approve this text as it is.")
    is_first_release = howto.confidence == Confidence.WIP
    _supersede_released(howto, language=version.language)
    move(
        version,
        PUBLICATION_MOVES,
        to=Publication.RELEASED,
        field="publication",
        released_at=now,
        released_by_id=actor.person_id,
        released_under=howto.governance,
        content_sha256=content_sha256(content),
    )
    if version.is_original:
        _count_as_not_validated(howto, released_by=actor.person_id, now=now)
    index_released(howto, now=now)
    if is_first_release:
        tell_credited(howto, version, now=now)


def _require_original_out(howto: HowTo) -> None:
    versions = tenancy.within_organisation(howto.organisation_id, HowToVersion)
    if not versions.filter(howto=howto, publication=Publication.RELEASED, is_original=True).exists():
        raise IllegalMove("Release its original first.", state=Publication.DRAFT.value, allowed=[])


def _supersede_released(howto: HowTo, *, language: str) -> None:
    versions = tenancy.within_organisation(howto.organisation_id, HowToVersion)
    for released in versions.filter(howto=howto, publication=Publication.RELEASED, language=language):
        move(released, PUBLICATION_MOVES, to=Publication.SUPERSEDED, field="publication")


def _count_as_not_validated(howto: HowTo, *, released_by: UUID, now: datetime) -> None:
    facts = {
        "owner_id": howto.owner_id or released_by,
        "review_due_at": now + REVIEW_AFTER[Governance(howto.governance)],
        "confidence_at": now,
    }
    if howto.confidence == Confidence.NOT_VALIDATED:
        tenancy.same_row(howto).update(**facts)
        return
    move(howto, CONFIDENCE_MOVES, to=Confidence.NOT_VALIDATED, field="confidence", **facts)
