"""What people are told of corrections and recalls."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from django.db.models import Q, QuerySet
from django.utils.translation import gettext, gettext_noop

from api_schema.events import PushCancelled, PushRequested
from api_schema.push_payloads import PushKind, PushUrgency
from backend.domain import tenancy
from backend.domain.accounts.languages import in_their_language
from backend.domain.accounts.models import Person
from backend.domain.corrections.advice import Advice
from backend.domain.corrections.models import Correction, Recall, RecallNotice
from backend.domain.corrections.states import CorrectionStatus, Reach, Severity
from backend.domain.howtos.models import HowTo
from backend.outbox.append import append

_TITLES = {
    Reach.APPLIED: gettext_noop("What you tried is unsafe: please acknowledge"),
    Reach.VIEWED: gettext_noop("What you have seen is unsafe: please acknowledge"),
}


def tell_of_recall(
    notice: RecallNotice, recall: Recall, advice: Advice, newest: Correction | None, *, now: datetime
) -> None:
    """
    Tell, or remind, one person of a recall. The push is about their own notice, so that theirs alone can be taken back.

    `notice` with its person. `newest`: what was said last of what stands; see `newest_of`.
    Transaction: required; appends `push.requested`. Once for each time that something new was said, and each reminder.
    """
    with in_their_language(notice.person.language):
        title = gettext(_TITLES[Reach(notice.reach)])
        body = recall.reason if newest is None else _in_words(newest)
    push = PushRequested(
        organisation_id=notice.organisation_id,
        recipient_id=notice.person_id,
        kind=PushKind.RECALL,
        subject_id=notice.pk,
        dedupe_key=f"recall:{notice.recall_id}:{notice.told_at.isoformat()}:{notice.reminders_count}",
        title=title,
        body=body,
        requested_at=now,
        urgency=PushUrgency.SAFETY,
        data={**advice.ids, "recall_id": str(notice.recall_id)},
    )
    append(push, now=now)


def take_back_pushes(notices: Iterable[RecallNotice], *, now: datetime) -> None:
    """
    Have no phone of these people show any more that they have to acknowledge. What they were told stays in the inbox.

    Transaction: required; appends `push.cancelled`, one a notice.
    """
    for notice in notices:
        cancelled = PushCancelled(
            organisation_id=notice.organisation_id, kind=PushKind.RECALL, subject_id=notice.pk, cancelled_at=now
        )
        append(cancelled, now=now)


def newest_of(recall: Recall) -> Correction | None:
    """Return the correction that was said last of what stands; None: why it was retired was."""
    newest = _standing(recall).order_by("-corrected_at", "-pk").first()
    return None if newest is None or _retired_since(recall, newest) else newest


def was_said_last(recall: Recall, withdrawn: Correction) -> bool:
    """Return whether this correction was the `newest_of` the recall before it was withdrawn."""
    later = _standing(recall).filter(
        Q(corrected_at__gt=withdrawn.corrected_at) | Q(corrected_at=withdrawn.corrected_at, pk__gt=withdrawn.pk)
    )
    return not _retired_since(recall, withdrawn) and not later.exists()


def _standing(recall: Recall) -> QuerySet[Correction]:
    corrections = tenancy.within_organisation(recall.organisation_id, Correction)
    return corrections.filter(recall=recall, status=CorrectionStatus.STANDING)


def _retired_since(recall: Recall, correction: Correction) -> bool:
    retired = recall.retired_version
    return bool(retired and retired.retired_at and retired.retired_at >= correction.corrected_at)


def _in_words(correction: Correction) -> str:
    said = gettext("%(what)s Instead: %(procedure)s")
    return said % {"what": correction.what, "procedure": correction.procedure}


def tell_withdrawn(recall: Recall, correction: Correction, advice: Advice, *, now: datetime) -> None:
    """
    Tell everyone who was told of a recall that one of its corrections is taken back, and why.

    In the inbox only while something else keeps it recalled. Who took it back is not told.
    Transaction: required; appends `push.requested`. Once a correction.
    """
    notices = tenancy.within_organisation(recall.organisation_id, RecallNotice)
    is_over = not is_still_unsafe(recall)
    told = notices.filter(recall=recall, person__is_active=True).exclude(person=correction.withdrawn_by_id)
    people = told.order_by("reach", "person_id").values_list("person_id", "person__language")
    for person_id, language in people:
        with in_their_language(language):
            title = gettext("A correction was withdrawn: %(title)s") % {"title": advice.title}
            body = _withdrawn(correction, is_over=is_over)
        push = PushRequested(
            organisation_id=recall.organisation_id,
            recipient_id=person_id,
            kind=PushKind.SAFETY,
            subject_id=recall.pk,
            dedupe_key=f"recall-withdrawn:{correction.pk}",
            title=title,
            body=body,
            requested_at=now,
            data={**advice.ids, "correction_id": str(correction.pk)},
            is_silent=not is_over,
        )
        append(push, now=now)


def _withdrawn(correction: Correction, *, is_over: bool) -> str:
    if is_over:
        said = gettext("%(why)s Nothing stands against it any more.")
    else:
        said = gettext("%(why)s Something else still stands against it.")
    return said % {"why": correction.withdrawal_reason}


def is_still_unsafe(recall: Recall) -> bool:
    """Return whether something keeps it recalled: a correction that stands, or that it was retired for safety."""
    return _standing(recall).exists() or recall.retired_version_id is not None


def tell_author(correction: Correction, advice: Advice, recipient: Person, *, now: datetime) -> None:
    """Thank who answered, and say what was added. Nobody is told of their own. Transaction: required."""
    if recipient.pk == correction.author_id:
        return
    with in_their_language(recipient.language):
        title = gettext("Your answer has a correction: %(title)s") % {"title": advice.title}
        body = gettext("Thank you for answering. %(name)s added what is right, and why: %(why)s")
    push = PushRequested(
        organisation_id=correction.organisation_id,
        recipient_id=recipient.pk,
        kind=PushKind.SAFETY,
        subject_id=correction.pk if advice.suggestion is None else advice.suggestion.thread_id,
        dedupe_key=f"corrected:{correction.pk}",
        title=title,
        body=body % {"name": correction.author.name, "why": correction.why},
        requested_at=now,
        data={**advice.ids, "correction_id": str(correction.pk)},
        is_silent=True,
    )
    append(push, now=now)


def tell_owner(howto: HowTo, correction: Correction, advice: Advice, *, now: datetime) -> None:
    """
    Tell who looks after a how-to that it, or what it was learnt from, has a correction. `advice`: what is corrected.

    Transaction: required; appends `push.requested`. Once a correction; nobody of their own.
    """
    if howto.owner is None or howto.owner_id == correction.author_id:
        return
    with in_their_language(howto.owner.language):
        title, body = _corrected(advice), _in_words(correction)
    push = PushRequested(
        organisation_id=howto.organisation_id,
        recipient_id=howto.owner.pk,
        kind=PushKind.HOWTO_REVIEW,
        subject_id=howto.pk,
        dedupe_key=f"howto-corrected:{correction.pk}",
        title=title,
        body=body,
        requested_at=now,
        urgency=PushUrgency.HIGH if correction.severity == Severity.UNSAFE else PushUrgency.NORMAL,
        data={"howto_id": str(howto.pk), "correction_id": str(correction.pk)},
    )
    append(push, now=now)


def _corrected(advice: Advice) -> str:
    if advice.howto is not None:
        said = gettext("A how-to of yours has a correction: %(title)s")
    else:
        said = gettext("What a how-to was learnt from is corrected: %(title)s")
    return said % {"title": advice.title}
