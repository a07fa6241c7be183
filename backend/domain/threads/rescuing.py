"""
Ask-time rescue: solved faults like the one asked about, before a peer has to answer.

Looked for with the question's words when it is asked, and with those of its clip: when the first captions are there,
seconds after the clip, and once more when all are, unless the first ones found something.
Nothing below the threshold of `search.queries.SIMILAR_SHARE` is shown.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext

from api_schema.events import PushRequested
from api_schema.live_events import LiveKind
from api_schema.push_payloads import PushKind
from backend.domain import tenancy
from backend.domain.accounts.languages import in_their_language
from backend.domain.actor import Actor
from backend.domain.clips.models import Cue
from backend.domain.equipment.queries import identifiers_of
from backend.domain.search.identifiers import find_identifiers
from backend.domain.search.queries import Hit, similar
from backend.domain.threads.models import SimilarFault, Thread
from backend.domain.threads.owning import lock_thread
from backend.domain.threads.states import ThreadStatus
from backend.live.append import tell
from backend.outbox.append import append

MAX_SIMILAR = 3
_MAX_WORDS_HEARD = 60  # the fault is told first; what is said later dilutes it
_LEAST_FIRST_WORDS = 12  # some five seconds: a greeting and the machine's name are like everything about the machine


def similar_to(thread: Thread, *, actor: Actor, limit: int, heard: str = "") -> list[Hit]:
    """
    Return solved faults like the thread's, best first: by the words of its question, or by what is `heard` in its clip.

    Not by both at once: what the question's words can find was found before, and a vague title hides what is said.
    """
    identifiers = [*identifiers_of(thread.asset, thread.fault_code), *sorted(find_identifiers(heard))]
    words = " ".join(heard.split()[:_MAX_WORDS_HEARD])
    return similar(
        actor=actor,
        words=words or f"{thread.title} {thread.description}",
        identifiers=list(dict.fromkeys(identifiers)),
        limit=limit,
        excluding_subject_id=thread.pk,
    )


@transaction.atomic
def keep_similar(thread: Thread, hits: Sequence[Hit], *, came_with_captions: bool, now: datetime) -> None:
    """
    Keep with the thread what its asker is shown.

    Transaction: joins the caller's or opens its own. Idempotent: each once.
    """
    rows = [
        SimilarFault(
            organisation_id=thread.organisation_id,
            thread_id=thread.pk,
            kind=hit.kind,
            subject_id=hit.id,
            position=position,
            title=hit.title,
            moment_clip_id=hit.moment.clip_id if hit.moment else None,
            moment_start_ms=hit.moment.start_ms if hit.moment else None,
            moment_end_ms=hit.moment.end_ms if hit.moment else None,
            came_with_captions=came_with_captions,
            found_at=now,
        )
        for position, hit in enumerate(hits)
    ]
    if rows:
        tenancy.create_many(SimilarFault, rows, ignore_conflicts=True)


@transaction.atomic
def rescue_from_captions(*, organisation_id: UUID, clip_id: UUID, are_complete: bool = True, now: datetime) -> int:
    """
    Look again when words of a question's clip have come; return how many solved faults are new to its asker.

    While captions are not complete, a dozen words must be there: fewer wait for the rest.
    They are told while the thread still asks: to whoever watches it, and in the asker's inbox, silently, once.
    Tenancy: the clip is looked up in the organisation.
    Transaction: opens its own or joins the caller's; appends `push.requested`. Idempotent.
    """
    threads = tenancy.within_organisation(organisation_id, Thread)
    thread_id = threads.filter(ask_clip_id=clip_id).values_list("pk", flat=True).first()
    thread = lock_thread(organisation_id=organisation_id, thread_id=thread_id) if thread_id else None
    if thread is None or thread.status != ThreadStatus.ASKED:
        return 0
    shown = tenancy.within_organisation(organisation_id, SimilarFault).filter(thread=thread)
    if shown.filter(came_with_captions=True).exists():
        return 0
    heard = _heard_in(organisation_id, clip_id)
    if not are_complete and len(heard.split()) < _LEAST_FIRST_WORDS:
        return 0
    known = set(shown.values_list("subject_id", flat=True))
    found = similar_to(thread, actor=thread.asker.actor, limit=MAX_SIMILAR, heard=heard)
    new = [hit for hit in found if hit.id not in known]
    if new:
        keep_similar(thread, new, came_with_captions=True, now=now)
        _tell_of(thread, new, now=now)
    return len(new)


def _heard_in(organisation_id: UUID, clip_id: UUID) -> str:
    cues = tenancy.within_organisation(organisation_id, Cue).filter(clip_id=clip_id).order_by("position")
    return " ".join(cues.values_list("text", flat=True))


def _tell_of(thread: Thread, new: Sequence[Hit], *, now: datetime) -> None:
    tell(
        organisation_id=thread.organisation_id,
        thread_id=thread.pk,
        kind=LiveKind.SIMILAR,
        now=now,
        found_count=len(new),
    )
    with in_their_language(thread.asker.language):
        title = gettext("Solved before? %(title)s") % {"title": thread.title}
        body = gettext("What you said in your clip fits: %(title)s") % {"title": new[0].title}
    push = PushRequested(
        organisation_id=thread.organisation_id,
        recipient_id=thread.asker_id,
        kind=PushKind.ANSWER,
        subject_id=thread.pk,
        dedupe_key=f"rescue:{thread.pk}",
        title=title,
        body=body,
        requested_at=now,
        data={"thread_id": str(thread.pk)},
        is_silent=True,
    )
    append(push, now=now)
