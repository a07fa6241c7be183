"""How much of uploads is kept: noted for others to see while the bytes still come, told to whoever watches."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final

from django.conf import settings
from django.db import connection

from backend.domain.clips.models import Upload
from backend.domain.clips.states import UploadStatus
from backend.domain.clips.upload_progress import smoothed_rate
from backend.domain.clips.watching import tell_of_uploads

TELL_EVERY: Final = timedelta(seconds=2)
STEPS: Final = 20  # who watches hears of each twentieth, at most

# Locked in the order of ids first: two processes that note some of the same uploads never wait for each other.
_NOTE_KEPT = """
    WITH told AS (
        SELECT * FROM unnest(%(ids)s::uuid[], %(leases)s::int[], %(stored_bytes)s::bigint[], %(rates)s::bigint[])
            AS told(id, lease, stored_bytes, rate)
    ), mine AS (
        SELECT upload.id, upload.clip_id IS NOT NULL
            AND (upload.told_at IS NULL OR upload.told_at <= %(told_before)s)
            AND told.stored_bytes > upload.told_bytes
            AND (told.stored_bytes - upload.told_bytes) * %(steps)s >= coalesce(upload.declared_bytes, 0) AS is_news
        FROM clips_upload upload JOIN told USING (id, lease)
        WHERE upload.status = %(open)s ORDER BY upload.id FOR NO KEY UPDATE OF upload
    )
    UPDATE clips_upload upload
    SET stored_bytes = told.stored_bytes, bytes_per_second = told.rate,
        noted_at = %(now)s, expires_at = %(expires_at)s,
        told_bytes = CASE WHEN mine.is_news THEN told.stored_bytes ELSE upload.told_bytes END,
        told_at = CASE WHEN mine.is_news THEN %(now)s ELSE upload.told_at END
    FROM told JOIN mine USING (id)
    WHERE upload.id = told.id AND upload.lease = told.lease AND upload.status = %(open)s
    RETURNING upload.id, upload.lease, mine.is_news
"""


@dataclass(frozen=True)
class KeptBytes:
    """How much a writer of `upload` has kept; `upload` is the row as that writer last saw it."""

    upload: Upload
    lease: int
    stored_bytes: int


def record_stored_bytes(*, upload: Upload, lease: int, stored_bytes: int, now: datetime) -> bool:
    """Note how far one upload is, as `record_kept_bytes` does; return whether it was noted."""
    return bool(record_kept_bytes([KeptBytes(upload, lease, stored_bytes)], now=now))


def record_kept_bytes(kept: Sequence[KeptBytes], *, now: datetime) -> list[KeptBytes]:
    """
    Note how much of uploads is kept and how fast it comes, for others to see, and let their lives begin anew.

    Whoever watches the thread hears of every twentieth of a clip, at most every two seconds.
    Tenancy: the rows came through the door, when each writer's request looked its upload up; they are of any number
    of organisations, and nothing is read or told across them.
    Transaction: none; one statement notes, however many there are, and three more tell when there is news. A crash in
    between costs a step on somebody's screen, not a byte.
    Idempotent. Returns those that were noted: the others have a newer writer or are over.
    """
    rates = [smoothed_rate(one.upload, stored_bytes=one.stored_bytes, now=now) for one in kept]
    expires_at = now + settings.UPLOAD_LIFE
    is_news = _note(kept, rates, expires_at=expires_at, now=now)
    noted = [(one, rate) for one, rate in zip(kept, rates, strict=True) if (one.upload.pk, one.lease) in is_news]
    for one, rate in noted:
        one.upload.stored_bytes, one.upload.bytes_per_second = one.stored_bytes, rate
        one.upload.noted_at, one.upload.expires_at = now, expires_at
    news = [one.upload for one, _ in noted if is_news[one.upload.pk, one.lease]]
    if news:
        tell_of_uploads(news, now=now)
    return [one for one, _ in noted]


def _note(
    kept: Sequence[KeptBytes], rates: Sequence[int], *, expires_at: datetime, now: datetime
) -> dict[tuple[Any, int], bool]:
    """Return for each upload and lease that was noted whether those who watch must hear of it."""
    facts: dict[str, Any] = {
        "ids": [one.upload.pk for one in kept],
        "leases": [one.lease for one in kept],
        "stored_bytes": [one.stored_bytes for one in kept],
        "rates": rates,
        "open": UploadStatus.OPEN,
        "now": now,
        "expires_at": expires_at,
        "told_before": now - TELL_EVERY,
        "steps": STEPS,
    }
    with connection.cursor() as cursor:
        cursor.execute(_NOTE_KEPT, facts)
        return {(upload_id, lease): is_news for upload_id, lease, is_news in cursor.fetchall()}
