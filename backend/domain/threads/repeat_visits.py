"""
Repeat visits: the fix did not last, and somebody stands before the machine again.

A repeat visit is a thread that was asked on the same machine, with the same fault code, less than 30 days after another
was fixed there. When either names no code, their titles must share three words in five. The fixed thread is then not
held, whatever was said of it before. (First-time-fix and repeat-visit rates count calls back to one asset within 30
days; the code keeps two unlike faults of one machine apart.)
"""

from __future__ import annotations

import re
from datetime import datetime, timedelta
from uuid import UUID

from django.utils.translation import gettext

from api_schema.events import PushRequested
from api_schema.push_payloads import PushKind
from backend.domain import tenancy
from backend.domain.accounts.languages import in_their_language, languages_of
from backend.domain.threads.evidence import author_of_fix
from backend.domain.threads.hold_checks import HELD_AFTER_DAYS, drop_hold_checks
from backend.domain.threads.models import Thread
from backend.domain.threads.states import SOLVED_STATUSES
from backend.outbox.append import append

REPEATS_WITHIN = timedelta(days=HELD_AFTER_DAYS)  # so a fix either holds or is visited again, and never both
_SHARED_WORDS = 0.6


def link_repeat_visit(thread: Thread, *, now: datetime) -> None:
    """
    Link a thread that is being asked to the newest fix that did not last, if it is a repeat visit.

    The earlier thread is asked about no more, and those whose answers had fixed it read of it in their inbox.
    Transaction: joins the caller's; appends `push.requested`, silent.
    """
    earlier = _fix_that_did_not_last(thread, now=now)
    if earlier is None:
        return
    thread.repeat_of = earlier
    thread.save(update_fields=["repeat_of"])
    drop_hold_checks(earlier, now=now)
    told = {earlier.asker_id, author_of_fix(earlier) or earlier.asker_id} - {thread.asker_id}
    for person_id, language in languages_of(thread.organisation_id, told).items():
        append(_notice(thread, earlier, person_id, language, now=now), now=now)


def is_same_fault(one: Thread, other: Thread) -> bool:
    """Return whether two threads on one machine are about the same fault: by code, else by the words of the titles."""
    if one.fault_code and other.fault_code:
        return one.fault_code == other.fault_code
    ours, theirs = _words(one.title), _words(other.title)
    return bool(ours & theirs) and len(ours & theirs) >= _SHARED_WORDS * len(ours | theirs)


def _fix_that_did_not_last(thread: Thread, *, now: datetime) -> Thread | None:
    # Locked: while it is linked, nobody says of it that it held.
    fixed = (
        tenancy.within_organisation(thread.organisation_id, Thread)
        .filter(asset_id=thread.asset_id, status__in=SOLVED_STATUSES)
        .filter(fixed_at__gt=now - REPEATS_WITHIN, fixed_at__lte=now)
        .exclude(pk=thread.pk)
        .select_related("asset")
        .order_by("-fixed_at", "-pk")
        .select_for_update(of=("self",))
    )
    return next((earlier for earlier in fixed if is_same_fault(thread, earlier)), None)


def _words(title: str) -> set[str]:
    return set(re.findall(r"\w{3,}", title.casefold()))


def _notice(thread: Thread, earlier: Thread, person_id: UUID, language: str, *, now: datetime) -> PushRequested:
    with in_their_language(language):
        title = gettext("It failed again: %(title)s") % {"title": earlier.title}
        body = gettext("%(name)s asks about %(tag)s again: %(title)s")
    return PushRequested(
        organisation_id=thread.organisation_id,
        recipient_id=person_id,
        kind=PushKind.OUTCOME,
        subject_id=earlier.pk,
        dedupe_key=f"repeat:{thread.pk}",
        title=title,
        body=body % {"name": thread.asker.name, "tag": earlier.asset.tag, "title": thread.title},
        requested_at=now,
        data={"thread_id": str(thread.pk)},
        is_silent=True,
    )
