"""Who is told what about a how-to."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
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


@dataclass(frozen=True)
class Notice:
    """What somebody is told; `key` is told to each person once."""

    kind: PushKind
    key: str
    title: str
    body: str


def ask_curators(howto: HowTo, *, title: str, now: datetime) -> None:
    """
    Ask the organisation's curators to look at a new draft; without a curator, its supervisors and admins.

    Transaction: joins the caller's. Each person hears of one how-to once.
    """
    body = f"Drafted from a fixed fault on {howto.asset_model}. Read it, add the hazards, release it."
    notice = Notice(PushKind.HOWTO_REVIEW, f"review:{howto.pk}", f"How-to to review: {title}", body)
    _tell(howto, _ids_of(curators_of(howto)), notice, now=now)


def ask_reviewers(howto: HowTo, version: HowToVersion, *, submitter_id: UUID, now: datetime) -> None:
    """
    Ask the organisation's curators other than who submitted it to review a version, once for each submission.

    Transaction: joins the caller's.
    """
    key, title = f"submitted:{version.pk}:{now.isoformat()}", f"How-to in review: {version.title}"
    notice = Notice(PushKind.HOWTO_REVIEW, key, title, "Read it; approve it, or send it back and say why.")
    _tell(howto, _ids_of(curators_of(howto).exclude(pk=submitter_id)), notice, now=now)


def tell_sent_back(howto: HowTo, version: HowToVersion, *, now: datetime) -> None:
    """
    Tell who submitted a version why it came back. Nobody is told of what they did themselves.

    Transaction: joins the caller's.
    """
    if version.submitted_by_id is None or version.submitted_by_id == version.sent_back_by_id:
        return
    key, title = f"sent-back:{version.pk}:{now.isoformat()}", f"Sent back: {version.title}"
    notice = Notice(PushKind.HOWTO_REVIEW, key, title, version.send_back_reason)
    _tell(howto, [version.submitted_by_id], notice, now=now)


def tell_credited(howto: HowTo, version: HowToVersion, *, now: datetime) -> None:
    """
    Tell those whose work the how-to stands on that it is out.

    Transaction: joins the caller's. Each person hears of one how-to once, however many parts they had in it.
    """
    title = f"Your fix is a how-to now: {version.title}"
    body = f"The next one who meets this on {howto.asset_model} finds it, with your name."
    _tell(howto, credited_people(howto), Notice(PushKind.HOWTO_RELEASED, f"released:{howto.pk}", title, body), now=now)


def tell_of_fixes(howto: HowTo, version: HowToVersion, *, by: UUID, count: int, now: datetime) -> None:
    """
    Tell the credited, in their inbox, that `count` people's faults were fixed by their work; not who did it just now.

    Transaction: joins the caller's. Once for each count.
    """
    others = "Somebody else" if count == 1 else f"{count} times somebody else"
    body = f"{others} fixed it by what you found out."
    notice = Notice(PushKind.OUTCOME, f"fixed:{howto.pk}:{count}", f"Your how-to helped: {version.title}", body)
    _tell(howto, credited_people(howto).exclude(person=by), notice, is_silent=True, now=now)


def tell_validated(howto: HowTo, version: HowToVersion, *, now: datetime) -> None:
    """
    Tell the credited, in their inbox, that what they found out is confirmed.

    Transaction: joins the caller's. Once for each version.
    """
    title, body = f"Your how-to is confirmed: {version.title}", f"It is validated for {howto.asset_model}."
    notice = Notice(PushKind.OUTCOME, f"validated:{version.pk}", title, body)
    _tell(howto, credited_people(howto), notice, is_silent=True, now=now)


def remind_of_review(howto: HowTo, *, title: str, owner_id: UUID, due_at: datetime, now: datetime) -> None:
    """
    Tell who looks after a how-to that its review is due.

    Transaction: joins the caller's. Once for each due time.
    """
    key = f"review-due:{howto.pk}:{due_at.isoformat()}"
    body = f"Is it still right for {howto.asset_model}? Validate it, begin the next version, or retire it."
    _tell(howto, [owner_id], Notice(PushKind.HOWTO_REVIEW, key, f"Review due: {title}", body), now=now)


def tell_new_owner(howto: HowTo, *, title: str, owner_id: UUID, now: datetime) -> None:
    """
    Tell somebody, in their inbox, that they look after a how-to from now on.

    Transaction: joins the caller's.
    """
    key, body = (
        f"owner:{howto.pk}:{now.isoformat()}",
        "Whoever looked after it has left. You can give it to somebody else.",
    )
    notice = Notice(PushKind.HOWTO_REVIEW, key, f"Yours to look after: {title}", body)
    _tell(howto, [owner_id], notice, is_silent=True, now=now)


def credited_people(howto: HowTo) -> QuerySet[Credit, UUID]:
    """Return the ids of those whose work the how-to stands on; who is a name only is not among them."""
    credited = tenancy.within_organisation(howto.organisation_id, Credit).filter(howto=howto, person__isnull=False)
    return credited.values_list("person_id", flat=True).order_by("person_id").distinct()


def curators_of(howto: HowTo) -> QuerySet[Person]:
    """Return the organisation's curators; without one, its supervisors and admins."""
    people = tenancy.within_organisation(howto.organisation_id, Person).filter(is_active=True).order_by("pk")
    curators = people.filter(role=Role.CURATOR)
    return curators if curators.exists() else people.filter(role__in=[Role.SUPERVISOR, Role.ADMIN])


def _ids_of(people: QuerySet[Person]) -> QuerySet[Person, UUID]:
    return people.values_list("pk", flat=True)


def _tell(
    howto: HowTo, recipient_ids: Iterable[UUID], notice: Notice, *, is_silent: bool = False, now: datetime
) -> None:
    for recipient_id in recipient_ids:
        push = PushRequested(
            organisation_id=howto.organisation_id,
            recipient_id=recipient_id,
            kind=notice.kind,
            subject_id=howto.pk,
            dedupe_key=f"howto-{notice.key}",
            title=notice.title,
            body=notice.body,
            requested_at=now,
            data={"howto_id": str(howto.pk)},
            is_silent=is_silent,
        )
        append(push, now=now)
