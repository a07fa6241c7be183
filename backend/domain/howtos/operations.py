"""Make a how-to from a fixed thread."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from django.db import transaction

from backend.domain import tenancy
from backend.domain.clips.models import Clip
from backend.domain.howtos.content import Content, read_content, write_content
from backend.domain.howtos.drafting import content_from_thread, find_fixing_try
from backend.domain.howtos.models import Credit, HowTo, HowToVersion
from backend.domain.howtos.notices import ask_curators
from backend.domain.howtos.states import Publication
from backend.domain.threads.models import Thread, Try
from backend.domain.threads.states import SOLVED_STATUSES

ASKED, ANSWERED = "asked", "answered"  # contributions


@transaction.atomic
def draft_from_thread(*, organisation_id: UUID, thread_id: UUID, now: datetime) -> HowTo | None:
    """
    Draft a how-to from a fixed thread, credit asker and answerer, and ask the curators to look at it.

    Returns None, and does nothing, while the thread is not fixed.
    Tenancy: the thread is looked up in `organisation_id`.
    Transaction: opens its own; appends `push.requested` when it makes the draft.
    Idempotent: a second call returns the same how-to. A draft that nobody has touched is made again, so that
    it follows captions that arrive later; one that somebody edited or released is left alone.

    :raises NotFound: no such thread in the organisation.
    """
    thread = _locked_thread(organisation_id, thread_id)
    attempt = find_fixing_try(thread) if thread.status in SOLVED_STATUSES else None
    if attempt is None:
        return None
    content = content_from_thread(thread, attempt)
    howto = tenancy.within_organisation(organisation_id, HowTo).select_for_update().filter(thread=thread).first()
    if howto is None:
        return _create(thread, attempt, content, now=now)
    _make_again(howto, thread, attempt, content)
    return howto


@transaction.atomic
def draft_from_clip(*, organisation_id: UUID, clip_id: UUID, now: datetime) -> HowTo | None:
    """
    Draft, or make again, the how-to of the thread that a clip belongs to; promises what `draft_from_thread` does.

    Returns None, and does nothing, when the clip belongs to no thread.
    """
    clip = tenancy.find_in(tenancy.within_organisation(organisation_id, Clip), clip_id)
    if clip.thread_id is None:
        return None
    return draft_from_thread(organisation_id=organisation_id, thread_id=clip.thread_id, now=now)


def _locked_thread(organisation_id: UUID, thread_id: UUID) -> Thread:
    threads = tenancy.within_organisation(organisation_id, Thread).select_related(
        "asset__asset_model", "asset__site", "asker"
    )
    return tenancy.find_in(threads.select_for_update(of=("self",)), thread_id)


def _create(thread: Thread, attempt: Try, content: Content, *, now: datetime) -> HowTo:
    howto = tenancy.create(
        HowTo,
        organisation_id=thread.organisation_id,
        thread=thread,
        asset_model=thread.asset.asset_model,
        fault_code=thread.fault_code,
        created_at=now,
    )
    version = tenancy.create(
        HowToVersion,
        organisation_id=thread.organisation_id,
        howto=howto,
        number=1,
        language=thread.asker.language,
        created_at=now,
    )
    write_content(version, content)
    _credit(howto, thread, attempt)
    ask_curators(howto, title=content.title, now=now)
    return howto


def _make_again(howto: HowTo, thread: Thread, attempt: Try, content: Content) -> None:
    drafts = tenancy.within_organisation(howto.organisation_id, HowToVersion).filter(
        howto=howto, publication=Publication.DRAFT, is_untouched=True
    )
    version = drafts.first()
    if version is not None and read_content(version) != content:
        write_content(version, content)
        _credit(howto, thread, attempt)


def _credit(howto: HowTo, thread: Thread, attempt: Try) -> None:
    contributions = [(thread.asker_id, ASKED), (attempt.suggestion.author_id, ANSWERED)]
    rows = [
        Credit(organisation_id=howto.organisation_id, howto=howto, person_id=person_id, contribution=contribution)
        for person_id, contribution in contributions
    ]
    tenancy.create_many(Credit, rows, ignore_conflicts=True)
