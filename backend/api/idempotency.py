"""
POSTs that a phone may send again because the first answer was lost.

The record is written in the transaction of the work itself: either both are there or neither, so a crash
in between leaves nothing to repair, and a refused request leaves nothing behind and may be sent again.
"Still running" is an advisory lock of that transaction, which PostgreSQL drops with the connection.
"""

from __future__ import annotations

import functools
import hashlib
import json
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.db import connection, transaction
from django.utils import timezone
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter
from rest_framework.renderers import JSONRenderer
from rest_framework.request import Request
from rest_framework.response import Response

from backend.api.models import IdempotencyRecord
from backend.domain import tenancy
from backend.domain.actor import Actor
from backend.domain.errors import DomainError

HEADER = "Idempotency-Key"
REPLAYED_HEADER = "Idempotency-Replayed"
KEPT_FOR = timedelta(days=30)  # phones go offline for days
MAX_KEY_LENGTH = 255

HEADER_PARAMETER = OpenApiParameter(
    HEADER,
    OpenApiTypes.STR,
    OpenApiParameter.HEADER,
    required=True,
    description="A new random text for each new action, the same for each retry of it. Answers are kept for 30 days.",
)


class KeyMissing(DomainError):
    """The request cannot be told from its retry."""

    code = "idempotency_key_missing"


class KeyReused(DomainError):
    """The key belongs to another request."""

    code = "idempotency_key_reused"


class StillRunning(DomainError):
    """The first request with this key has not ended."""

    code = "idempotency_in_progress"


def once_per_key(method: Callable[..., Response]) -> Callable[..., Response]:
    """Run a view method once for each person and Idempotency-Key; a repeat gets the first answer again."""

    @functools.wraps(method)
    def once(view: Any, request: Request, *args: Any, **kwargs: Any) -> Response:
        key, digest, now = _key_of(request), _digest_of(request), timezone.now()
        with transaction.atomic():
            _hold(view.actor.person_id, key)
            earlier = _find(view.actor, key, now=now)
            if earlier is not None:
                return _replay(earlier, digest)
            response = method(view, request, *args, **kwargs)
            _keep(view.actor, key, digest, response, now=now)
        return response

    return once


def delete_expired_records(*, now: datetime) -> int:
    """Forget answers older than 30 days; return how many."""
    records = tenancy.across_organisations(IdempotencyRecord, why="the same age limit for everybody")
    return records.filter(created_at__lt=now - KEPT_FOR).delete()[0]


def _key_of(request: Request) -> str:
    key = request.headers.get(HEADER, "").strip()
    if not key or len(key) > MAX_KEY_LENGTH:
        raise KeyMissing(f"Send the header {HEADER}, at most {MAX_KEY_LENGTH} characters.")
    return key


def _digest_of(request: Request) -> str:
    parts = [str(request.method), request.get_full_path(), json.dumps(request.data, sort_keys=True)]
    return hashlib.sha256("\n".join(parts).encode()).hexdigest()


def _hold(person_id: UUID, key: str) -> None:
    """Take the lock of this key until the transaction ends, or refuse. It is a 64-bit hash: no two keys will meet."""
    lock = int.from_bytes(hashlib.sha256(f"{person_id} {key}".encode()).digest()[:8], signed=True)
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_xact_lock(%s)", [lock])
        (is_held,) = cursor.fetchone()
    if not is_held:
        raise StillRunning("The first request with this key is still running. Send it again in a moment.")


def _find(actor: Actor, key: str, *, now: datetime) -> IdempotencyRecord | None:
    records = tenancy.within(actor, IdempotencyRecord).filter(person_id=actor.person_id, key=key)
    records.filter(created_at__lt=now - KEPT_FOR).delete()
    return records.first()


def _replay(record: IdempotencyRecord, digest: str) -> Response:
    if record.request_sha256 != digest:
        raise KeyReused("Take a new key for a new request.")
    return Response(record.answer, status=record.status, headers={REPLAYED_HEADER: "true"})


def _keep(actor: Actor, key: str, digest: str, response: Response, *, now: datetime) -> None:
    tenancy.create(
        IdempotencyRecord,
        organisation_id=actor.organisation_id,
        person_id=actor.person_id,
        key=key,
        request_sha256=digest,
        status=response.status_code,
        answer=json.loads(JSONRenderer().render(response.data) or b"null"),
        created_at=now,
    )
