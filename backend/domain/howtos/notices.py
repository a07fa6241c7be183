"""Who is told what about a how-to, each in their own language."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db.models import QuerySet
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext_lazy

from api_schema.events import PushRequested
from api_schema.push_payloads import PushKind
from backend.domain import tenancy
from backend.domain.accounts.languages import in_their_language
from backend.domain.accounts.models import Person
from backend.domain.actor import Role
from backend.domain.howtos.models import Credit, HowTo, HowToVersion
from backend.outbox.append import append

_Recipients = Iterable[tuple[UUID, str]]  # each with their language
_AS_SAID = "%(reason)s"


@dataclass(frozen=True)
class Notice:
    """What somebody is told, once for each `key`; `values` are put into title and body, and stay as they are."""

    kind: PushKind
    key: str
    title: str | Promise
    body: str | Promise
    values: Mapping[str, object]


def ask_curators(howto: HowTo, *, title: str, now: datetime) -> None:
    """
    Ask the organisation's curators to look at a new draft; without a curator, its supervisors and admins.

    Transaction: joins the caller's. Each person hears of one how-to once.
    """
    notice = Notice(
        PushKind.HOWTO_REVIEW,
        f"review:{howto.pk}",
        _("How-to to review: %(title)s"),
        _("Drafted from a fixed fault on %(model)s. Read it, add the hazards, release it."),
        {"title": title, "model": howto.asset_model},
    )
    _tell(howto, _each(curators_of(howto)), notice, now=now)


def ask_reviewers(howto: HowTo, version: HowToVersion, *, submitter_id: UUID, now: datetime) -> None:
    """
    Ask the organisation's curators other than who submitted it to review a version, once for each submission.

    Transaction: joins the caller's.
    """
    notice = Notice(
        PushKind.HOWTO_REVIEW,
        f"submitted:{version.pk}:{now.isoformat()}",
        _("How-to in review: %(title)s"),
        _("Read it; approve it, or send it back and say why."),
        {"title": version.title},
    )
    _tell(howto, _each(curators_of(howto).exclude(pk=submitter_id)), notice, now=now)


def tell_sent_back(howto: HowTo, version: HowToVersion, *, now: datetime) -> None:
    """
    Tell who submitted a version why it came back. Nobody is told of what they did themselves.

    Transaction: joins the caller's.
    """
    submitter = version.submitted_by
    if submitter is None or submitter.pk == version.sent_back_by_id:
        return
    notice = Notice(
        PushKind.HOWTO_REVIEW,
        f"sent-back:{version.pk}:{now.isoformat()}",
        _("Sent back: %(title)s"),
        _AS_SAID,
        {"title": version.title, "reason": version.send_back_reason},
    )
    _tell(howto, [(submitter.pk, submitter.language)], notice, now=now)


def tell_credited(howto: HowTo, version: HowToVersion, *, now: datetime) -> None:
    """
    Tell those whose work the how-to stands on that it is out.

    Transaction: joins the caller's. Each person hears of one how-to once, however many parts they had in it.
    """
    notice = Notice(
        PushKind.HOWTO_RELEASED,
        f"released:{howto.pk}",
        _("Your fix is a how-to now: %(title)s"),
        _("The next one who meets this on %(model)s finds it, with your name."),
        {"title": version.title, "model": howto.asset_model},
    )
    _tell(howto, _each_credited(howto), notice, now=now)


def tell_of_fixes(howto: HowTo, version: HowToVersion, *, by: UUID, count: int, now: datetime) -> None:
    """
    Tell the credited, in their inbox, that `count` people's faults were fixed by their work; not who did it just now.

    Transaction: joins the caller's. Once for each count.
    """
    notice = Notice(
        PushKind.OUTCOME,
        f"fixed:{howto.pk}:{count}",
        _("Your how-to helped: %(title)s"),
        ngettext_lazy(
            "Somebody else fixed it by what you found out.",
            "%(count)d times somebody else fixed it by what you found out.",
            count,
        ),
        {"title": version.title, "count": count},
    )
    others = [(person_id, language) for person_id, language in _each_credited(howto) if person_id != by]
    _tell(howto, others, notice, is_silent=True, now=now)


def tell_validated(howto: HowTo, version: HowToVersion, *, now: datetime) -> None:
    """
    Tell the credited, in their inbox, that what they found out is confirmed.

    Transaction: joins the caller's. Once for each version.
    """
    notice = Notice(
        PushKind.OUTCOME,
        f"validated:{version.pk}",
        _("Your how-to is confirmed: %(title)s"),
        _("It is validated for %(model)s."),
        {"title": version.title, "model": howto.asset_model},
    )
    _tell(howto, _each_credited(howto), notice, is_silent=True, now=now)


def remind_of_review(howto: HowTo, *, title: str, owner: Person, due_at: datetime, now: datetime) -> None:
    """
    Tell who looks after a how-to that its review is due.

    Transaction: joins the caller's. Once for each due time.
    """
    notice = Notice(
        PushKind.HOWTO_REVIEW,
        f"review-due:{howto.pk}:{due_at.isoformat()}",
        _("Review due: %(title)s"),
        _("Is it still right for %(model)s? Validate it, begin the next version, or retire it."),
        {"title": title, "model": howto.asset_model},
    )
    _tell(howto, [(owner.pk, owner.language)], notice, now=now)


def tell_new_owner(howto: HowTo, *, title: str, owner: Person, now: datetime) -> None:
    """
    Tell somebody, in their inbox, that they look after a how-to from now on.

    Transaction: joins the caller's.
    """
    notice = Notice(
        PushKind.HOWTO_REVIEW,
        f"owner:{howto.pk}:{now.isoformat()}",
        _("Yours to look after: %(title)s"),
        _("Whoever looked after it has left. You can give it to somebody else."),
        {"title": title},
    )
    _tell(howto, [(owner.pk, owner.language)], notice, is_silent=True, now=now)


def credited_people(howto: HowTo) -> QuerySet[Credit, UUID]:
    """Return the ids of those whose work the how-to stands on; who is a name only is not among them."""
    credited = tenancy.within_organisation(howto.organisation_id, Credit).filter(howto=howto, person__isnull=False)
    return credited.values_list("person_id", flat=True).order_by("person_id").distinct()


def curators_of(howto: HowTo) -> QuerySet[Person]:
    """Return the organisation's curators; without one, its supervisors and admins."""
    people = tenancy.within_organisation(howto.organisation_id, Person).filter(is_active=True).order_by("pk")
    curators = people.filter(role=Role.CURATOR)
    return curators if curators.exists() else people.filter(role__in=[Role.SUPERVISOR, Role.ADMIN])


def _each(people: QuerySet[Person]) -> _Recipients:
    return people.values_list("pk", "language")


def _each_credited(howto: HowTo) -> _Recipients:
    people = tenancy.within_organisation(howto.organisation_id, Person).filter(pk__in=credited_people(howto))
    return people.order_by("pk").values_list("pk", "language")


def _tell(howto: HowTo, recipients: _Recipients, notice: Notice, *, is_silent: bool = False, now: datetime) -> None:
    for recipient_id, language in recipients:
        with in_their_language(language):
            title, body = str(notice.title) % notice.values, str(notice.body) % notice.values
        push = PushRequested(
            organisation_id=howto.organisation_id,
            recipient_id=recipient_id,
            kind=notice.kind,
            subject_id=howto.pk,
            dedupe_key=f"howto-{notice.key}",
            title=title,
            body=body,
            requested_at=now,
            data={"howto_id": str(howto.pk)},
            is_silent=is_silent,
        )
        append(push, now=now)
