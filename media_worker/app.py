"""
The worker's Celery app: `celery -A media_worker.app worker -Q media -c 1 --prefetch-multiplier 1`.

The broker only wakes. Who has a job, how often it was tried and when it is given up lives with the backend, so a
wake-up may be lost, come twice or come late.
"""

from __future__ import annotations

import functools
import logging
import multiprocessing
import os
from typing import Any
from uuid import UUID

from celery import Celery
from celery.signals import worker_init, worker_shutting_down

from api_schema.media_jobs import MEDIA_QUEUE, WAKE_TASK
from media_worker.backend_client import BackendClient
from media_worker.config import UnableToStart, WorkerConfig, read_config
from media_worker.isolation import this_process_isolation
from media_worker.job import Worker
from media_worker.object_links import ObjectLinks
from media_worker.speech.choice import Transcribers
from media_worker.workspace import remove_left_overs


def _config_or_exit() -> WorkerConfig:
    try:
        config = read_config(os.environ)
        this_process_isolation()  # tried out before anything hostile comes, and before the pool forks
        _transcribers(config).check()
    except UnableToStart as error:
        raise SystemExit(str(error)) from error
    return config


def _transcribers(config: WorkerConfig) -> Transcribers:
    return Transcribers(choice=config.transcriber, whisper_model_dir=config.whisper_model_dir)


_LOGGER = logging.getLogger(__name__)
CONFIG = _config_or_exit()

# Made before the pool forks: the parent hears the signal to stop, the children do the work.
_STOPPING = multiprocessing.get_context("fork").Event()

# It logs every address that it asks, and a presigned address is a key to the object behind it.
logging.getLogger("httpx").setLevel(logging.WARNING)

app = Celery("media_worker", broker=CONFIG.media_broker_url)
app.conf.update(
    accept_content=["json"],
    task_serializer="json",
    task_default_queue=MEDIA_QUEUE,
    task_ignore_result=True,
    task_acks_late=True,
    task_reject_on_worker_lost=False,  # with a job that kills its worker, true means for ever
    worker_prefetch_multiplier=1,
    worker_hijack_root_logger=True,
    broker_connection_retry_on_startup=True,
    broker_connection_max_retries=None,  # a broker that is away is waited for
    # Longer than any render: a second delivery would only be told that the job is taken. The backend's own
    # sweep brings back the jobs of killed workers, long before this.
    broker_transport_options={"visibility_timeout": 2 * 3600, "unacked_restore_interval": 1},
)


@app.task(name=WAKE_TASK, queue=MEDIA_QUEUE)
def run_job(*, job_id: str, **_: Any) -> None:
    """Do one media job. See `Worker.run_job`."""
    _worker().run_job(UUID(job_id))


@functools.cache
def _worker() -> Worker:
    """Return this process's worker: connections and speech models stay warm from job to job."""
    return Worker(
        config=CONFIG,
        backend=BackendClient(backend_url=CONFIG.backend_url, worker_key=CONFIG.worker_key),
        links=ObjectLinks(),
        transcribers=_transcribers(CONFIG),
        is_stopping=_STOPPING.is_set,
    )


@worker_init.connect
def _tell_isolation(**_: Any) -> None:
    isolation = this_process_isolation()
    if isolation.bubblewrap is None:
        _LOGGER.warning("hostile files are read under limits only, without bubblewrap: %s", isolation.reason)
    else:
        _LOGGER.info("hostile files are read under bubblewrap, without network")


@worker_init.connect
def _remove_left_overs(**_: Any) -> None:
    remove_left_overs(CONFIG.work_dir)


@worker_shutting_down.connect
def _stop_working(**_: Any) -> None:
    _STOPPING.set()
