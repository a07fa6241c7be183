"""Somebody stands for a text, as it is and not a letter longer (ADR 0031)."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.db.models import QuerySet

from backend.domain import tenancy
from backend.domain.actor import Actor
from backend.domain.asking.certifying import certified_people
from backend.domain.errors import DomainError
from backend.domain.howtos.locking import hold, require_unchanged
from backend.domain.howtos.models import Approval, HowTo, HowToVersion, VersionEditor
from backend.domain.howtos.notices import credited_people
from backend.domain.howtos.permissions import Action
from backend.domain.howtos.queries import WholeHowTo, get_version
from backend.domain.howtos.states import Governance
from backend.domain.saying import said


class MayNotApprove(DomainError):
    """Compliance: they wrote it, or are not certified for what the how-to asks for."""

    code = "may_not_approve"


@transaction.atomic
def approve(
    *, actor: Actor, howto_id: UUID, version_number: int, seen_sha256: str, note: str = "", now: datetime
) -> WholeHowTo:
    """
    Stand for a version in review, as the actor read it.

    Compliance: not for one's own words. Whoever edited the version, or one before it, may still stand in its text.
    Tenancy: the how-to is looked up in the actor's organisation.
    Transaction: opens its own. Idempotent: the same person approves the same text once.

    :raises NotAllowed: the actor may not curate.
    :raises NotFound: no such how-to, or version of it, in the actor's organisation.
    :raises IllegalMove: the version is not in review.
    :raises VersionChanged: it does not say what `seen_sha256` is of.
    :raises MayNotApprove: it is of compliance, and the actor wrote at it or lacks the certification.
    """
    held = hold(actor=actor, howto_id=howto_id, action=Action.APPROVE, number=version_number)
    require_unchanged(held.version, seen_sha256)
    if held.howto.governance == Governance.COMPLIANCE:
        _check_approver(held.howto, held.version, actor.person_id, now=now)
    approval = Approval(
        organisation_id=actor.organisation_id,
        version=held.version,
        content_sha256=seen_sha256,
        person_id=actor.person_id,
        certification=held.howto.requires_certification,
        note=note.strip(),
        approved_at=now,
    )
    tenancy.create_many(Approval, [approval], ignore_conflicts=True)
    return get_version(actor=actor, howto_id=howto_id, number=version_number)


def is_approved(howto: HowTo, version: HowToVersion, sha256: str, *, now: datetime) -> bool:
    """
    Return whether somebody stands for this very text who wrote none of it and is certified today.

    What was approved before the version was sent back does not count.
    """
    approvals = tenancy.within_organisation(howto.organisation_id, Approval).filter(
        version=version, content_sha256=sha256, withdrawn_at=None
    )
    others = approvals.exclude(person__in=_writers(version)).exclude(person__in=credited_people(howto))
    if howto.requires_certification:
        others = others.filter(person__in=_certified(howto, now=now))
    return others.exists()


def withdraw_approvals(version: HowToVersion, *, now: datetime) -> None:
    """Let no approval of a version count any longer; they are kept. Joins the caller's transaction."""
    approvals = tenancy.within_organisation(version.organisation_id, Approval)
    approvals.filter(version=version, withdrawn_at=None).update(withdrawn_at=now)


def _check_approver(howto: HowTo, version: HowToVersion, person_id: UUID, *, now: datetime) -> None:
    if person_id in {*_writers(version), *credited_people(howto)}:
        raise MayNotApprove("You wrote at this text: somebody else has to approve it.")
    if howto.requires_certification and person_id not in _certified(howto, now=now):
        certification = howto.requires_certification
        raise MayNotApprove(
            said("Only who is certified for %(certification)s may approve it.", certification=certification)
        )


def _writers(version: HowToVersion) -> QuerySet[VersionEditor, UUID]:
    editors = tenancy.within_organisation(version.organisation_id, VersionEditor).filter(
        version__howto=version.howto_id, version__number__lte=version.number
    )
    return editors.values_list("person_id", flat=True)


def _certified(howto: HowTo, *, now: datetime) -> set[UUID]:
    return certified_people(organisation_id=howto.organisation_id, name=howto.requires_certification, now=now)
