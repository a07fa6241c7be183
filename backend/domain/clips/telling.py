"""Telling people what became of their clip."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from django.utils.translation import gettext

from api_schema.events import PushRequested
from api_schema.push_payloads import PushKind, PushUrgency
from backend.domain import tenancy
from backend.domain.accounts.languages import in_their_language
from backend.domain.clips.models import Clip
from backend.domain.clips.rejections import why_rejected
from backend.domain.clips.states import ClipStatus
from backend.outbox.append import append


def tell_author(*, organisation_id: UUID, clip_id: UUID, now: datetime) -> None:
    """
    Tell the author of a rejected clip why it cannot be used, while that is still so.

    Transaction: joins the caller's; appends `push.requested`.
    """
    clips = tenancy.within_organisation(organisation_id, Clip).select_related("author")
    clip = tenancy.find_in(clips, clip_id)
    if clip.status != ClipStatus.REJECTED:
        return
    with in_their_language(clip.author.language):
        title, body = gettext("Your clip cannot be used"), why_rejected(clip)
    push = PushRequested(
        organisation_id=organisation_id,
        recipient_id=clip.author_id,
        kind=PushKind.CLIP_REJECTED,
        subject_id=clip.thread_id or clip.pk,
        dedupe_key=f"clip-rejected:{clip.pk}:{now.isoformat()}",
        title=title,
        body=body,
        requested_at=now,
        urgency=PushUrgency.HIGH,
        data={"clip_id": str(clip.pk)} | ({"thread_id": str(clip.thread_id)} if clip.thread_id else {}),
    )
    append(push, now=now)
