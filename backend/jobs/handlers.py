"""
What each outbox event sets in motion. Every handler is one idempotent call, in the transaction of its event; without
one where its route says that it waits for others. It takes one event, or several where its route says so.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from api_schema.events import (
    AttemptLeft,
    CaptionsBegun,
    CaptionsReady,
    ClipRejected,
    HowToRetiredForSafety,
    MediaJobQueued,
    PersonRemoved,
    PushActed,
    PushCancelled,
    PushRequested,
    ThreadFixed,
    WaveDue,
)
from backend.domain.asking.losing import look_again
from backend.domain.asking.seeing import note_seen
from backend.domain.clips.attempts import remove_left_objects
from backend.domain.clips.jobs import is_transcription
from backend.domain.clips.telling import tell_author
from backend.domain.corrections.recalling import recall_retired
from backend.domain.howtos.operations import draft_from_clip, draft_from_thread
from backend.domain.threads.cautioning import cover_from_captions
from backend.domain.threads.opening import forget_openings
from backend.domain.threads.rescuing import rescue_from_captions
from backend.domain.threads.waiting import fire_wave
from backend.integrations.hosted_speech import hosted_speech
from backend.integrations.object_store import object_store
from backend.jobs.app import publish_media_job
from notifications import service as notifications
from notifications.service import ReceiptKind


def wake_media_worker(event: MediaJobQueued, *, now: datetime) -> None:  # noqa: ARG001 - every handler is told the time
    if hosted_speech() is not None and is_transcription(event.job_id):
        return  # no worker's work: the beat looks after it
    publish_media_job(str(event.job_id))


def remove_what_attempt_left(event: AttemptLeft, *, now: datetime) -> None:  # noqa: ARG001 - its time has come
    remove_left_objects(
        organisation_id=event.organisation_id, clip_id=event.clip_id, prefix=event.prefix, store=object_store()
    )


def tell_author_of_rejection(event: ClipRejected, *, now: datetime) -> None:
    tell_author(organisation_id=event.organisation_id, clip_id=event.clip_id, now=now)


def use_first_words_of_clip(event: CaptionsBegun, *, now: datetime) -> None:
    rescue_from_captions(organisation_id=event.organisation_id, clip_id=event.clip_id, are_complete=False, now=now)


def use_words_of_clip(event: CaptionsReady, *, now: datetime) -> None:
    cover_from_captions(organisation_id=event.organisation_id, clip_id=event.clip_id, now=now)
    rescue_from_captions(organisation_id=event.organisation_id, clip_id=event.clip_id, now=now)
    draft_from_clip(organisation_id=event.organisation_id, clip_id=event.clip_id, now=now)


def fire_due_wave(event: WaveDue, *, now: datetime) -> None:
    fire_wave(organisation_id=event.organisation_id, wave_id=event.wave_id, now=now, reachable=notifications.reachable)


def draft_howto(event: ThreadFixed, *, now: datetime) -> None:
    draft_from_thread(organisation_id=event.organisation_id, thread_id=event.thread_id, now=now)


def recall_howto(event: HowToRetiredForSafety, *, now: datetime) -> None:
    recall_retired(
        organisation_id=event.organisation_id, howto_id=event.howto_id, version_number=event.version_number, now=now
    )


def deliver_pushes(events: Sequence[PushRequested], *, now: datetime) -> None:
    notifications.deliver_all(pushes=events, now=now)


def cancel_push(event: PushCancelled, *, now: datetime) -> None:  # noqa: ARG001 - its own time counts
    notifications.cancel(event=event)


def note_acted(event: PushActed, *, now: datetime) -> None:  # noqa: ARG001 - its own time counts
    if event.ask_id is not None:
        note_seen(ask_id=event.ask_id, now=event.acted_at)
    notifications.note_receipt(
        organisation_id=event.organisation_id,
        person_id=event.person_id,
        push_id=event.push_id,
        delivery_id=event.delivery_id,
        device_id=event.device_id,
        kind=ReceiptKind.ACTED,
        now=event.acted_at,
    )


def forget_removed_person(event: PersonRemoved, *, now: datetime) -> None:
    forget_openings(organisation_id=event.organisation_id, person_id=event.person_id)
    for session_id in event.session_ids:
        notifications.forget_session(session_id=session_id, now=now)
    look_again([(event.organisation_id, event.person_id)], now=now)  # who heard by e-mail had no device to lose
