"""Answers that say something hazardous lie under a caution: at once by their text, later by what their clip says."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from django.db import transaction

from backend.domain import tenancy
from backend.domain.clips.captions import complete_cues
from backend.domain.hazards.covering import Advice, cover
from backend.domain.hazards.hearing import Said
from backend.domain.threads.models import Suggestion, Thread
from backend.domain.threads.owning import lock_thread
from backend.domain.threads.states import Urgency

_URGENT = frozenset({Urgency.SAFETY, Urgency.MACHINE_DOWN})


def cover_suggestion(thread: Thread, suggestion: Suggestion, *, now: datetime) -> None:
    """
    Have the caution on `suggestion` that belongs there; none when nothing in it is hazardous.

    Transaction: required, holding the thread; appends `push.requested`. Idempotent.
    """
    organisation_id = thread.organisation_id
    cues = complete_cues(organisation_id=organisation_id, clip_id=suggestion.clip_id) if suggestion.clip_id else ()
    advice = Advice(
        organisation_id=organisation_id,
        thread_id=thread.pk,
        title=thread.title,
        author_id=suggestion.author_id,
        is_urgent=thread.urgency in _URGENT,
    )
    said = Said(suggestion.text, tuple(cues))
    caution = cover(advice=advice, said=said, caution=suggestion.caution, now=now)
    if caution is not None and suggestion.caution_id is None:
        suggestion.caution = caution
        suggestion.save(update_fields=["caution"])


@transaction.atomic
def cover_from_captions(*, organisation_id: UUID, clip_id: UUID, now: datetime) -> None:
    """
    Look for hazards in the words of an answer's clip, when its captions have come or were corrected.

    Tenancy: the clip is looked up in the organisation. Transaction: opens its own or joins the caller's;
    appends `push.requested`. Idempotent.
    """
    answers = tenancy.within_organisation(organisation_id, Suggestion).filter(clip_id=clip_id)
    for suggestion_id, thread_id in list(answers.order_by("pk").values_list("pk", "thread_id")):
        thread = lock_thread(organisation_id=organisation_id, thread_id=thread_id)
        if thread is not None:
            cover_suggestion(thread, answers.select_related("caution").get(pk=suggestion_id), now=now)
