"""Where the files that phones sent are kept for good."""

from __future__ import annotations

from backend.domain.clips.models import Upload


def original_key(upload: Upload) -> str:
    """Return the object store's key of the file that came with this upload."""
    return f"originals/{upload.organisation_id}/{upload.clip_id or 'pieces'}/{upload.id}"
