"""Every process of the embedded stack, in the order of starting; stopping goes the other way round."""

from __future__ import annotations

import os
import sys
from dataclasses import dataclass, field

from backend.embedded import postgres, redis
from backend.embedded.environments import backend_environment, media_environment
from backend.embedded.places import Places
from backend.embedded.server_account import find_server_account

BODIES_AS_READ = "backend.uploads.reading:BodiesAsRead"  # named only: nothing of the web process is loaded here

SETTLE_S = 8  # importing alone takes seconds: a process of ours that dies sooner has never worked


@dataclass(frozen=True)
class Program:
    """
    One supervised process.

    It counts as started when it stayed up for `settle_s`; ending sooner is a failed start, tried again ever more
    slowly. It stops orderly on `stop_signal`, within `stop_timeout_s`.
    """

    name: str
    command: tuple[str, ...]
    environment: dict[str, str] = field(default_factory=dict)
    account: str | None = None
    settle_s: int = 1
    stop_signal: str = "TERM"
    stop_timeout_s: int = 10


def server_programs(places: Places) -> list[Program]:
    """Return the database and the two brokers, which everything else needs first."""
    account = find_server_account()
    return [
        Program(
            "postgres",
            tuple(postgres.server_command(places.postgres)),
            account=account.name if account else None,
            # INT closes clients' connections and writes everything; TERM would wait for the clients to leave.
            stop_signal="INT",
            stop_timeout_s=30,
        ),
        Program("redis", tuple(redis.server_command(places.redis))),
        Program("media-redis", tuple(redis.server_command(places.media_redis))),
        _guard(places),
    ]


def cuppa_programs(places: Places, *, port: int, phones_url: str | None) -> list[Program]:
    """
    Return Cuppa's own processes. They need the servers ready and the database migrated.

    `phones_url`: where the local FCM is to listen; None: there is none.
    """
    public_url = f"http://127.0.0.1:{port}"
    backend = backend_environment(places, public_url=public_url, phones_url=phones_url)
    media = media_environment(places, public_url=public_url)
    web = ("uvicorn", "backend.asgi:application", "--http", BODIES_AS_READ, "--host", "127.0.0.1", "--port", str(port))
    beat_file = str(places.run_dir / "beat")
    return [
        *([_local_fcm(places, phones_url, public_url)] if phones_url else []),
        _ours("web", _module(*web, "--timeout-graceful-shutdown", "3"), backend),
        _ours("relay", _module("backend.manage", "relay_outbox"), backend),
        _ours("jobs", _worker("backend.jobs.app", "jobs"), backend),
        _ours("push", _worker("backend.jobs.app", "push"), backend),
        _ours("beat", _module("celery", "-A", "backend.jobs.app", "beat", "-s", beat_file, "--pidfile="), backend),
        _ours("media", _worker("media_worker.app", "media", "-c", "1", "--prefetch-multiplier", "1"), media),
    ]


def _local_fcm(places: Places, phones_url: str, public_url: str) -> Program:
    port = phones_url.rpartition(":")[2]
    told = ("--port", port, "--key", str(places.fcm_key_file), "--backend", public_url)
    return _ours("fcm", _module("backend.embedded.local_fcm", *told), {})


def _ours(name: str, command: tuple[str, ...], environment: dict[str, str]) -> Program:
    return Program(name, command, environment, settle_s=SETTLE_S)


def _module(name: str, *arguments: str) -> tuple[str, ...]:
    return (sys.executable, "-m", name, *arguments)


def _worker(app: str, queue: str, *arguments: str) -> tuple[str, ...]:
    # Alone on one machine: greeting and gossiping with other workers would only delay the start.
    quiet = ("--without-mingle", "--without-gossip")
    return _module("celery", "-A", app, "worker", "-Q", queue, "-n", f"{queue}@embedded", *quiet, *arguments)


def _guard(places: Places) -> Program:
    return Program("guard", _module("backend.embedded.guard", str(os.getpid()), str(places.supervisor_socket)))
