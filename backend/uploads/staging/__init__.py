"""The bytes of uploads that are not whole yet."""

from __future__ import annotations

from uuid import UUID

from backend.uploads.staging import local
from backend.uploads.staging.base import Staged


def staged(upload_id: UUID) -> Staged:
    """Return what is kept of an upload, the way this installation keeps it."""
    return local.LocalStaged(upload_id)


def staged_ids() -> list[UUID]:
    """Return the ids of all uploads of which something is kept within this machine's reach."""
    return local.staged_ids()
