"""Telling people what became of their clip."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from api_schema.events import PushRequested
from api_schema.push_payloads import PushKind, PushUrgency
from backend.domain import tenancy
from backend.domain.clips.models import Clip
from backend.domain.clips.states import ClipStatus
from backend.outbox.append import append


def tell_author(*, organisation_id: UUID, clip_id: UUID, now: datetime) -> None:
    """
    Tell the author of a rejected clip why it cannot be used, while that is still so.

    Transaction: joins the caller's; appends `push.requested`.
    """
    clip = tenancy.find_in(tenancy.within_organisation(organisation_id, Clip), clip_id)
    if clip.status != ClipStatus.REJECTED:
        return
    push = PushRequested(
        organisation_id=organisation_id,
        recipient_id=clip.author_id,
        kind=PushKind.CLIP_REJECTED,
        subject_id=clip.thread_id or clip.pk,
        dedupe_key=f"clip-rejected:{clip.pk}:{now.isoformat()}",
        title="Your clip cannot be used",
        body=clip.rejection_reason,
        requested_at=now,
        urgency=PushUrgency.HIGH,
        data={"clip_id": str(clip.pk)} | ({"thread_id": str(clip.thread_id)} if clip.thread_id else {}),
    )
    append(push, now=now)
