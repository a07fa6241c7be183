"""How much more an upload may bring, and why no more."""

from __future__ import annotations

from django.conf import settings

from backend.domain.clips.models import Upload
from backend.domain.clips.upload_quota import QuotaExceeded
from backend.domain.clips.upload_rules import UploadTooLarge
from backend.domain.errors import DomainError
from backend.uploads.refusals import UploadOverrun


def no_room(upload: Upload) -> DomainError:
    """Return the refusal of bytes beyond an upload's room. What is within may stay."""
    if upload.declared_bytes is not None:
        return UploadOverrun(f"The upload has {upload.declared_bytes:,} bytes; more came. Nothing beyond them is kept.")
    if upload.reserved_bytes == settings.UPLOAD_MAX_BYTES:
        return UploadTooLarge(
            f"A clip may have at most {upload.reserved_bytes:,} bytes.", max_bytes=upload.reserved_bytes
        )
    return QuotaExceeded(f"Only {upload.reserved_bytes:,} bytes were left of the day when this upload began.")
