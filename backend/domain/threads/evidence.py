"""What a try that fixed it is worth to its people: it counts when others ask later, and its author is told."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from api_schema.events import PushCancelled, PushRequested
from api_schema.push_payloads import PushKind
from backend.domain import tenancy
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
    title = f"It was not fixed after all: {thread.title}"
    body = f"{attempt.person.name} had recorded the wrong outcome, and put it right."
    append(_to_author(thread, attempt, f"not-fixed:{attempt.pk}", title, body, is_silent=True, now=now), now=now)


def tell_author_of_fix(thread: Thread, attempt: Try, *, now: datetime) -> None:
    """
    Tell whoever suggested it that it fixed a machine, once per try; not of their own hands.

    Transaction: joins the caller's; appends `push.requested`.
    """
    if attempt.suggestion.author_id == attempt.person_id:
        return
    machine = (attempt.asset or thread.asset).tag
    title = f"Your answer fixed it{'' if attempt.moves_thread else ' again'}: {thread.title}"
    body = f"{attempt.person.name} tried what you suggested on {machine}. It runs."
    append(_to_author(thread, attempt, f"outcome:{attempt.pk}", title, body, is_silent=False, now=now), now=now)


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
