"""What a try that fixed it is worth to its people: it counts when others ask later, and its author is told."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from django.utils.translation import gettext

from api_schema.events import PushCancelled, PushRequested
from api_schema.push_payloads import PushKind
from backend.domain import tenancy
from backend.domain.accounts.languages import in_their_language
from backend.domain.asking.models import FixKind, VerifiedFix
from backend.domain.asking.operations import record_verified_fix
from backend.domain.threads.models import Thread, Try
from backend.domain.threads.states import TryOutcome
from backend.outbox.append import append


def keep_evidence(thread: Thread, attempt: Try, *, now: datetime) -> None:
    """
    Keep that the advice, and the hands, fixed this fault on the try's machine.

    Transaction: joins the caller's. Idempotent per try.
    """
    # The author first: who tries their own suggestion has proven that, too.
    for person_id, kind in ((attempt.suggestion.author_id, FixKind.ADVICE), (attempt.person_id, FixKind.OWN_TRY)):
        record_verified_fix(
            person_id=person_id,
            asset=attempt.asset or thread.asset,
            fault_code=thread.fault_code,
            try_id=attempt.pk,
            kind=kind,
            thread_id=thread.pk,
            now=now,
        )


def author_of_fix(thread: Thread) -> UUID | None:
    """Return whose suggestion the last fix of this thread was; None: it was never fixed by one."""
    tries = tenancy.within_organisation(thread.organisation_id, Try).filter(thread=thread, moves_thread=True)
    fixing = tries.filter(outcome=TryOutcome.FIXED).order_by("-ended_at", "-pk")
    return fixing.values_list("suggestion__author_id", flat=True).first()


def withdraw_evidence(thread: Thread, attempt: Try, *, now: datetime) -> None:
    """
    Take back what was kept and told of a fix that was none. The author reads so; no phone rings for it.

    Transaction: joins the caller's; appends `push.cancelled` and `push.requested`.
    """
    tenancy.within_organisation(thread.organisation_id, VerifiedFix).filter(try_id=attempt.pk).delete()
    if attempt.suggestion.author_id == attempt.person_id:
        return
    append(
        PushCancelled(
            organisation_id=thread.organisation_id, kind=PushKind.OUTCOME, subject_id=thread.pk, cancelled_at=now
        ),
        now=now,
    )
    with in_their_language(attempt.suggestion.author.language):
        title = gettext("It was not fixed after all: %(title)s") % {"title": thread.title}
        body = gettext("%(name)s had recorded the wrong outcome, and put it right.") % {"name": attempt.person.name}
    append(_to_author(thread, attempt, f"not-fixed:{attempt.pk}", title, body, is_silent=True, now=now), now=now)


def tell_author_of_fix(thread: Thread, attempt: Try, *, now: datetime) -> None:
    """
    Tell whoever suggested it that it fixed a machine, once per try; not of their own hands.

    Transaction: joins the caller's; appends `push.requested`.
    """
    if attempt.suggestion.author_id == attempt.person_id:
        return
    with in_their_language(attempt.suggestion.author.language):
        title, body = _fixed_it(thread, attempt)
    append(_to_author(thread, attempt, f"outcome:{attempt.pk}", title, body, is_silent=False, now=now), now=now)


def _fixed_it(thread: Thread, attempt: Try) -> tuple[str, str]:
    if attempt.moves_thread:
        title = gettext("Your answer fixed it: %(title)s")
    else:
        title = gettext("Your answer fixed it again: %(title)s")
    body = gettext("%(name)s tried what you suggested on %(tag)s. It runs.")
    machine = attempt.asset or thread.asset
    return title % {"title": thread.title}, body % {"name": attempt.person.name, "tag": machine.tag}


def _to_author(
    thread: Thread, attempt: Try, dedupe_key: str, title: str, body: str, *, is_silent: bool, now: datetime
) -> PushRequested:
    return PushRequested(
        organisation_id=thread.organisation_id,
        recipient_id=attempt.suggestion.author_id,
        kind=PushKind.OUTCOME,
        subject_id=thread.pk,
        dedupe_key=dedupe_key,
        title=title,
        body=body,
        requested_at=now,
        data={"thread_id": str(thread.pk)},
        is_silent=is_silent,
    )
