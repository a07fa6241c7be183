"""Celery entry points: each wakes one operation and passes the time in."""

from __future__ import annotations

from typing import Any

from celery import shared_task
from django.db import transaction
from django.utils import timezone

from backend.api.idempotency import delete_expired_records
from backend.domain.accounts.session_life import delete_expired_sessions
from backend.domain.clips import hosted_speech as hosted
from backend.domain.clips import jobs as media_jobs
from backend.domain.corrections import reminding
from backend.domain.flags import reminding as flag_reminding
from backend.domain.howtos import review_reminding
from backend.domain.insights.noting import forget_old_searches
from backend.domain.reindexing.operations import reindex_waiting
from backend.domain.search.embedding import embed_with_current
from backend.domain.threads import hold_checks, waiting
from backend.domain.watching.reporting import forget_old_viewings
from backend.integrations.hosted_speech import hosted_speech
from backend.integrations.object_store import object_store
from backend.live.purging import purge_old_events
from backend.outbox import handle
from backend.uploads import sweep
from notifications import service as notifications

_EMBEDDING_FOR_S = 10.0  # of every 15 s at most, so that one thread of the worker is enough
_REINDEXED_AT_ONCE = 500  # leaves the worker most of every minute, until all is done


@shared_task(name="backend.jobs.handle_events")
def handle_events(*, event_ids: list[int], **_: Any) -> None:
    """Handle outbox events that were offered together."""
    handle.handle_events(event_ids=event_ids, now=timezone.now())


@shared_task(name="backend.jobs.fire_due_waves", queue="jobs")
def fire_due_waves(**_: Any) -> None:
    """Fire waves whose time has come."""
    waiting.fire_due_waves(now=timezone.now(), reachable=notifications.reachable)


@shared_task(name="backend.jobs.look_after_due_threads", queue="jobs")
def look_after_due_threads(**_: Any) -> None:
    """Remind the owners of threads that lie, and let claims run out."""
    waiting.look_after_due_threads(now=timezone.now())


@shared_task(name="backend.jobs.ask_due_hold_checks", queue="jobs")
def ask_due_hold_checks(**_: Any) -> None:
    """Ask whether fixes held whose day has come."""
    hold_checks.ask_due_hold_checks(now=timezone.now())


@shared_task(name="backend.jobs.remind_of_flags", queue="jobs")
def remind_of_flags(**_: Any) -> None:
    """Remind whoever has not looked at a flag in time."""
    flag_reminding.remind_of_flags(now=timezone.now())


@shared_task(name="backend.jobs.remind_of_recalls", queue="jobs")
def remind_of_recalls(**_: Any) -> None:
    """Remind whoever has not acknowledged a recall."""
    reminding.remind_of_recalls(now=timezone.now())


@shared_task(name="backend.jobs.remind_of_reviews", queue="jobs")
def remind_of_reviews(**_: Any) -> None:
    """Remind the owners of how-tos whose review is due, and hand on what somebody left behind."""
    review_reminding.remind_of_reviews(now=timezone.now())


@shared_task(name="backend.jobs.sweep_media_jobs", queue="jobs")
def sweep_media_jobs(**_: Any) -> None:
    """Take media jobs back whose lease lapsed, and wake workers for those that wait."""
    now = timezone.now()
    media_jobs.requeue_lapsed_jobs(now=now)
    media_jobs.wake_waiting_jobs(now=now)


@shared_task(name="backend.jobs.advance_transcriptions", queue="jobs")
def advance_transcriptions(**_: Any) -> None:
    """Ask the hosted speech service, if there is one, how far it is."""
    speech = hosted_speech()
    if speech is not None:
        hosted.advance_transcriptions(speech=speech, store=object_store(), now=timezone.now())


@shared_task(name="backend.jobs.sweep_uploads", queue="jobs")
def sweep_uploads(**_: Any) -> None:
    """Finish uploads that lie whole, expire those whose time is up, delete bytes without an upload."""
    sweep.sweep_uploads(now=timezone.now())


@shared_task(name="backend.jobs.reindex", queue="jobs")
def reindex(**_: Any) -> None:
    """Write anew some of what an older version made findable."""
    reindex_waiting(limit=_REINDEXED_AT_ONCE, now=timezone.now())


@shared_task(name="backend.jobs.embed_passages", queue="jobs")
def embed_passages(**_: Any) -> None:
    """Have the embedder, if there is one, read what changed."""
    embed_with_current(for_s=_EMBEDDING_FOR_S, clock=timezone.now)


@shared_task(name="backend.jobs.purge", queue="jobs")
def purge(**_: Any) -> None:
    """Delete what has served: handled events, idempotency records, notes of what was looked for, sessions, tokens."""
    now = timezone.now()
    handle.purge_handled_events(now=now)
    delete_expired_records(now=now)
    forget_old_searches(now=now)
    forget_old_viewings(now=now)
    with transaction.atomic():  # what dies in between is found by the next purge
        for session_id in delete_expired_sessions(now=now):
            notifications.forget_session(session_id=session_id, now=now)
    notifications.delete_expired_tokens(now=now)


@shared_task(name="backend.jobs.purge_live_events", queue="jobs")
def purge_live_events(**_: Any) -> None:
    """Delete what those who watch threads were told more than a day ago."""
    purge_old_events(now=timezone.now())
