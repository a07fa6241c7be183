"""
The backend's Celery app: queues `jobs` and `push`. Messages carry ids only and may be lost or repeated.

Threads, not processes: the work waits for the database and the network, and holds no large state.
"""

from __future__ import annotations

import os
from datetime import timedelta

from celery import Celery
from celery.signals import worker_ready
from django.conf import settings

from api_schema.media_jobs import MEDIA_QUEUE, WAKE_TASK
from backend.garbage import settle_loaded

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "backend.settings.embedded")

_BROKER_OPTIONS = {
    "visibility_timeout": 60,  # nothing here runs that long; the outbox repeats what is lost anyway
    "unacked_restore_interval": 1,
    "socket_connect_timeout": 3,
    "socket_timeout": 10,
    "max_retries": 0,  # a publish to a dead broker fails in 0.02 s, not 11 s (measured): the outbox tries again
}

app = Celery("cuppa", broker=settings.BROKER_URL, include=["backend.jobs.tasks", "notifications.tasks"])
app.set_default()  # also for threads that Celery did not start
app.conf.update(
    task_ignore_result=True,
    task_acks_late=True,
    task_serializer="json",
    accept_content=["json"],
    task_default_queue="jobs",
    worker_prefetch_multiplier=1,
    worker_pool="threads",
    worker_concurrency=4,
    worker_hijack_root_logger=False,
    broker_connection_retry_on_startup=True,
    broker_connection_max_retries=None,
    broker_transport_options=_BROKER_OPTIONS,
    timezone="UTC",
    # A tick that could not be delivered in time is worth nothing: the next one is due.
    beat_schedule={
        "fire-due-waves": {"task": "backend.jobs.fire_due_waves", "schedule": 5.0, "options": {"expires": 5}},
        "look-after-due-threads": {
            "task": "backend.jobs.look_after_due_threads",
            "schedule": 15.0,
            "options": {"expires": 15},
        },
        "ask-due-hold-checks": {
            "task": "backend.jobs.ask_due_hold_checks",
            "schedule": 60.0,
            "options": {"expires": 60},
        },
        "remind-of-flags": {
            "task": "backend.jobs.remind_of_flags",
            "schedule": 300.0,
            "options": {"expires": 300},
        },
        "remind-of-recalls": {
            "task": "backend.jobs.remind_of_recalls",
            "schedule": 300.0,
            "options": {"expires": 300},
        },
        "remind-of-reviews": {
            "task": "backend.jobs.remind_of_reviews",
            "schedule": 300.0,
            "options": {"expires": 300},
        },
        "sweep-media-jobs": {"task": "backend.jobs.sweep_media_jobs", "schedule": 5.0, "options": {"expires": 5}},
        "send-due-deliveries": {
            "task": "notifications.send_due_deliveries",
            "schedule": 5.0,
            "options": {"expires": 5, "queue": "push"},
        },
        "send-digests": {
            "task": "notifications.send_digests",
            "schedule": 300.0,
            "options": {"expires": 300, "queue": "push"},
        },
        "advance-transcriptions": {
            "task": "backend.jobs.advance_transcriptions",
            "schedule": 5.0,
            "options": {"expires": 5},
        },
        "sweep-uploads": {"task": "backend.jobs.sweep_uploads", "schedule": 60.0, "options": {"expires": 60}},
        "embed-passages": {"task": "backend.jobs.embed_passages", "schedule": 15.0, "options": {"expires": 15}},
        "reindex": {"task": "backend.jobs.reindex", "schedule": 60.0, "options": {"expires": 60}},
        "purge-live-events": {"task": "backend.jobs.purge_live_events", "schedule": timedelta(hours=1)},
        "purge": {"task": "backend.jobs.purge", "schedule": timedelta(hours=6)},
    },
)

# The media queue may live on another broker, which the worker can reach and the backend's own cannot.
media_app = Celery("cuppa-media", broker=settings.MEDIA_BROKER_URL, set_as_current=False)
media_app.conf.update(
    # `celery worker` takes BROKER_URL from the environment and forces it on every app of its process (Celery 5.6,
    # bin/celery.py); only a write URL withstands that.
    broker_write_url=settings.MEDIA_BROKER_URL,
    task_serializer="json",
    broker_transport_options=_BROKER_OPTIONS,
)


@worker_ready.connect
def _settle(**_: object) -> None:
    settle_loaded()


def publish_events(queue: str, event_ids: list[int]) -> None:
    """
    Wake a worker of `queue` for outbox events that are handled together.

    :raises kombu.exceptions.OperationalError: the broker is not reachable.
    """
    app.send_task("backend.jobs.handle_events", kwargs={"event_ids": event_ids}, queue=queue, retry=False)


def publish_media_job(job_id: str) -> None:
    """
    Wake a media worker for one job.

    :raises kombu.exceptions.OperationalError: the media broker is not reachable.
    """
    media_app.send_task(WAKE_TASK, kwargs={"job_id": job_id}, queue=MEDIA_QUEUE, retry=False)
