"""
What it costs that 500 people watch threads, and how soon they hear: `python -m bench.live_readers [COUNT]`.

The web process is the real one, on a PostgreSQL of its own. Nothing happens for a minute; then things happen.
"""

from __future__ import annotations

import asyncio
import json
import os
import resource
import sys
import time
from collections.abc import Callable
from datetime import UTC, datetime
from functools import partial
from statistics import quantiles
from uuid import UUID

import psutil

from api_schema.ids import uuid7
from bench.people import Phones
from bench.throw_away_backend import empty_backend
from bench.web_process import web_process

_IDLE_S = 60
_EVENTS = 100
_EVENT_EVERY_S = 0.05


def _a_thread(phones: Phones) -> UUID:
    from backend.domain.accounts.models import Person  # noqa: PLC0415
    from backend.domain.equipment.operations import add_asset, add_asset_model  # noqa: PLC0415
    from backend.domain.threads.models import Thread  # noqa: PLC0415

    organisation = phones.site.organisation
    model = add_asset_model(organisation=organisation, make="Zephrane", name="AC-350", family="chiller", fault_codes={})
    asset = add_asset(asset_model=model, site=phones.site, tag="CHL-A", serial_number="1")
    asker = Person.objects.filter(site=phones.site).first()
    thread = Thread.objects.create(
        id=uuid7(), organisation=organisation, asker=asker, asset=asset, title="E4", created_at=datetime.now(tz=UTC)
    )
    return thread.pk


def _tell(organisation_id: UUID, thread_id: UUID) -> None:
    from django.db import transaction  # noqa: PLC0415

    from api_schema.live_events import LiveKind  # noqa: PLC0415
    from backend.live.append import tell  # noqa: PLC0415

    with transaction.atomic():
        now = datetime.now(tz=UTC)
        tell(organisation_id=organisation_id, thread_id=thread_id, kind=LiveKind.SEEN, now=now, told=time.time())


class _Crowd:
    """The readers, each on a socket of its own."""

    def __init__(self, port: int, thread_id: UUID, token: str) -> None:
        self._port, self._path, self._token = port, f"/api/v1/threads/{thread_id}/events", token
        self.lags_s: list[float] = []
        self._readers: list[asyncio.Task[None]] = []

    async def come(self, count: int) -> None:
        for _ in range(count):
            reader, writer = await asyncio.open_connection("127.0.0.1", self._port)
            request = f"GET {self._path} HTTP/1.1\r\nHost: 127.0.0.1\r\nX-Session-Token: {self._token}\r\n\r\n"
            writer.write(request.encode())
            await reader.readuntil(b"retry: 2000")
            self._readers.append(asyncio.create_task(self._read(reader, writer)))

    async def _read(self, reader: asyncio.StreamReader, _writer: asyncio.StreamWriter) -> None:
        while line := await reader.readline():
            if line.startswith(b"data: "):
                self.lags_s.append(time.time() - json.loads(line[6:])["told"])

    async def leave(self) -> None:
        for reader in self._readers:
            reader.cancel()
        await asyncio.gather(*self._readers, return_exceptions=True)


async def _measure(crowd: _Crowd, count: int, server: psutil.Process, tell: Callable[[], None]) -> None:
    await crowd.come(1)
    before_mb = server.memory_info().rss / 1e6
    await crowd.come(count - 1)
    busy_before = sum(server.cpu_times()[:2])
    await asyncio.sleep(_IDLE_S)
    idle_cpu = (sum(server.cpu_times()[:2]) - busy_before) / _IDLE_S
    after_mb = server.memory_info().rss / 1e6
    for _ in range(_EVENTS):
        await asyncio.to_thread(tell)
        await asyncio.sleep(_EVENT_EVERY_S)
    await asyncio.sleep(2)
    told = quantiles(crowd.lags_s, n=100)
    figures = {
        "readers": count,
        "kilobytes_a_reader": round(1000 * (after_mb - before_mb) / (count - 1), 1),
        "idle_cpu_share": round(idle_cpu, 4),
        "server_threads": server.num_threads(),
        "events_heard": len(crowd.lags_s),
        "told_to_heard_p50_s": round(told[49], 4),
        "told_to_heard_p99_s": round(told[98], 4),
    }
    await crowd.leave()
    print("BENCH", json.dumps(figures))


def main() -> None:
    count = int(sys.argv[1]) if len(sys.argv) > 1 else 500
    resource.setrlimit(resource.RLIMIT_NOFILE, (4096, resource.getrlimit(resource.RLIMIT_NOFILE)[1]))
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "backend.settings.embedded")
    with empty_backend(), web_process() as (port, server):
        phones = Phones.begin()
        token = phones.sign_in()
        thread_id = _a_thread(phones)
        tell = partial(_tell, phones.site.organisation_id, thread_id)
        asyncio.run(_measure(_Crowd(port, thread_id, token), count, server, tell))


if __name__ == "__main__":
    main()
