"""Who is told what about a how-to."""

from __future__ import annotations

from datetime import datetime
from typing import Any
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
    for curator in curators_of(howto):
        _tell(
            howto,
            curator.pk,
            kind=PushKind.HOWTO_REVIEW,
            dedupe_key=f"howto-review:{howto.pk}",
            title=f"How-to to review: {title}",
            body=f"Drafted from a fixed fault on {howto.asset_model}. Read it, add the hazards, release it.",
            requested_at=now,
        )


def ask_reviewers(howto: HowTo, version: HowToVersion, *, submitter_id: UUID, now: datetime) -> None:
    """
    Ask the organisation's curators other than who submitted it to review a version, once for each submission.

    Transaction: joins the caller's.
    """
    for curator in curators_of(howto).exclude(pk=submitter_id):
        _tell(
            howto,
            curator.pk,
            kind=PushKind.HOWTO_REVIEW,
            dedupe_key=f"howto-submitted:{version.pk}:{now.isoformat()}",
            title=f"How-to in review: {version.title}",
            body="Read it; approve it, or send it back and say why.",
            requested_at=now,
        )


def tell_sent_back(howto: HowTo, version: HowToVersion, *, now: datetime) -> None:
    """
    Tell who submitted a version why it came back. Nobody is told of what they did themselves.

    Transaction: joins the caller's.
    """
    if version.submitted_by_id is None or version.submitted_by_id == version.sent_back_by_id:
        return
    _tell(
        howto,
        version.submitted_by_id,
        kind=PushKind.HOWTO_REVIEW,
        dedupe_key=f"howto-sent-back:{version.pk}:{now.isoformat()}",
        title=f"Sent back: {version.title}",
        body=version.send_back_reason,
        requested_at=now,
    )


def tell_credited(howto: HowTo, version: HowToVersion, *, now: datetime) -> None:
    """
    Tell those whose work the how-to stands on that it is out.

    Transaction: joins the caller's. Each person hears of one how-to once, however many parts they had in it.
    """
    for person_id in credited_people(howto):
        _tell(
            howto,
            person_id,
            kind=PushKind.HOWTO_RELEASED,
            dedupe_key=f"howto-released:{howto.pk}",
            title=f"Your fix is a how-to now: {version.title}",
            body=f"The next one who meets this on {howto.asset_model} finds it, with your name.",
            requested_at=now,
        )


def tell_of_fixes(howto: HowTo, version: HowToVersion, *, by: UUID, count: int, now: datetime) -> None:
    """
    Tell the credited, in their inbox, that `count` people's faults were fixed by their work; not who did it just now.

    Transaction: joins the caller's. Once for each count.
    """
    others = "Somebody else" if count == 1 else f"{count} times somebody else"
    for person_id in credited_people(howto):
        if person_id != by:
            _tell(
                howto,
                person_id,
                kind=PushKind.OUTCOME,
                dedupe_key=f"howto-fixed:{howto.pk}:{count}",
                title=f"Your how-to helped: {version.title}",
                body=f"{others} fixed it by what you found out.",
                requested_at=now,
                is_silent=True,
            )


def tell_validated(howto: HowTo, version: HowToVersion, *, now: datetime) -> None:
    """
    Tell the credited, in their inbox, that what they found out is confirmed.

    Transaction: joins the caller's. Once for each version.
    """
    for person_id in credited_people(howto):
        _tell(
            howto,
            person_id,
            kind=PushKind.OUTCOME,
            dedupe_key=f"howto-validated:{version.pk}",
            title=f"Your how-to is confirmed: {version.title}",
            body=f"It is validated for {howto.asset_model}.",
            requested_at=now,
            is_silent=True,
        )


def remind_of_review(howto: HowTo, *, title: str, owner_id: UUID, due_at: datetime, now: datetime) -> None:
    """
    Tell who looks after a how-to that its review is due.

    Transaction: joins the caller's. Once for each due time.
    """
    _tell(
        howto,
        owner_id,
        kind=PushKind.HOWTO_REVIEW,
        dedupe_key=f"howto-review-due:{howto.pk}:{due_at.isoformat()}",
        title=f"Review due: {title}",
        body=f"Is it still right for {howto.asset_model}? Validate it, begin the next version, or retire it.",
        requested_at=now,
    )


def tell_new_owner(howto: HowTo, *, title: str, owner_id: UUID, now: datetime) -> None:
    """
    Tell somebody, in their inbox, that they look after a how-to from now on.

    Transaction: joins the caller's.
    """
    _tell(
        howto,
        owner_id,
        kind=PushKind.HOWTO_REVIEW,
        dedupe_key=f"howto-owner:{howto.pk}:{now.isoformat()}",
        title=f"Yours to look after: {title}",
        body="Whoever looked after it has left. You can give it to somebody else.",
        requested_at=now,
        is_silent=True,
    )


def credited_people(howto: HowTo) -> QuerySet[Credit, UUID]:
    """Return the ids of those whose work the how-to stands on; who is a name only is not among them."""
    credited = tenancy.within_organisation(howto.organisation_id, Credit).filter(howto=howto, person__isnull=False)
    return credited.values_list("person_id", flat=True).order_by("person_id").distinct()


def curators_of(howto: HowTo) -> QuerySet[Person]:
    """Return the organisation's curators; without one, its supervisors and admins."""
    people = tenancy.within_organisation(howto.organisation_id, Person).filter(is_active=True).order_by("pk")
    curators = people.filter(role=Role.CURATOR)
    return curators if curators.exists() else people.filter(role__in=[Role.SUPERVISOR, Role.ADMIN])


def _tell(howto: HowTo, recipient_id: UUID, *, requested_at: datetime, **said: Any) -> None:
    push = PushRequested(
        organisation_id=howto.organisation_id,
        recipient_id=recipient_id,
        subject_id=howto.pk,
        requested_at=requested_at,
        data={"howto_id": str(howto.pk)},
        **said,
    )
    append(push, now=requested_at)
