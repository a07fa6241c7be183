"""Who is told what about a how-to."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from django.db.models import QuerySet

from api_schema.events import PushRequested
from api_schema.push_payloads import PushKind
from backend.domain import tenancy
from backend.domain.accounts.models import Person
from backend.domain.actor import Role
from backend.domain.howtos.models import Credit, HowTo, HowToVersion
from backend.outbox.append import append


def ask_curators(howto: HowTo, *, title: str, now: datetime) -> None:
    """
    Ask the organisation's curators to look at a new draft; without a curator, its supervisors and admins.

    Transaction: joins the caller's. Each person hears of one how-to once.
    """
    for curator in _curators(howto):
        push = PushRequested(
            organisation_id=howto.organisation_id,
            recipient_id=curator.pk,
            kind=PushKind.HOWTO_REVIEW,
            subject_id=howto.pk,
            dedupe_key=f"howto-review:{howto.pk}",
            title=f"How-to to review: {title}",
            body=f"Drafted from a fixed fault on {howto.asset_model}. Read it, add the hazards, release it.",
            requested_at=now,
            data={"howto_id": str(howto.pk)},
        )
        append(push, now=now)


def ask_reviewers(howto: HowTo, version: HowToVersion, *, submitter_id: UUID, now: datetime) -> None:
    """
    Ask the organisation's curators other than who submitted it to review a version, once for each submission.

    Transaction: joins the caller's.
    """
    for curator in _curators(howto).exclude(pk=submitter_id):
        push = PushRequested(
            organisation_id=howto.organisation_id,
            recipient_id=curator.pk,
            kind=PushKind.HOWTO_REVIEW,
            subject_id=howto.pk,
            dedupe_key=f"howto-submitted:{version.pk}:{now.isoformat()}",
            title=f"How-to in review: {version.title}",
            body="Read it; approve it, or send it back and say why.",
            requested_at=now,
            data={"howto_id": str(howto.pk)},
        )
        append(push, now=now)


def tell_sent_back(howto: HowTo, version: HowToVersion, *, now: datetime) -> None:
    """
    Tell who submitted a version why it came back. Nobody is told of what they did themselves.

    Transaction: joins the caller's.
    """
    if version.submitted_by_id is None or version.submitted_by_id == version.sent_back_by_id:
        return
    push = PushRequested(
        organisation_id=howto.organisation_id,
        recipient_id=version.submitted_by_id,
        kind=PushKind.HOWTO_REVIEW,
        subject_id=howto.pk,
        dedupe_key=f"howto-sent-back:{version.pk}:{now.isoformat()}",
        title=f"Sent back: {version.title}",
        body=version.send_back_reason,
        requested_at=now,
        data={"howto_id": str(howto.pk)},
    )
    append(push, now=now)


def tell_credited(howto: HowTo, version: HowToVersion, *, now: datetime) -> None:
    """
    Tell those whose work the how-to stands on that it is out.

    Transaction: joins the caller's. Each person hears of one how-to once, however many parts they had in it.
    """
    credited = tenancy.within_organisation(howto.organisation_id, Credit).filter(howto=howto)
    for person_id in credited.values_list("person_id", flat=True).order_by("person_id").distinct():
        push = PushRequested(
            organisation_id=howto.organisation_id,
            recipient_id=person_id,
            kind=PushKind.HOWTO_RELEASED,
            subject_id=howto.pk,
            dedupe_key=f"howto-released:{howto.pk}",
            title=f"Your fix is a how-to now: {version.title}",
            body=f"The next one who meets this on {howto.asset_model} finds it, with your name.",
            requested_at=now,
            data={"howto_id": str(howto.pk)},
        )
        append(push, now=now)


def _curators(howto: HowTo) -> QuerySet[Person]:
    people = tenancy.within_organisation(howto.organisation_id, Person).filter(is_active=True).order_by("pk")
    curators = people.filter(role=Role.CURATOR)
    return curators if curators.exists() else people.filter(role__in=[Role.SUPERVISOR, Role.ADMIN])
