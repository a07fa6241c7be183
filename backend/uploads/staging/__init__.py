"""
The bytes of uploads that are not whole yet: `base.py` says what every staging promises.

    local.py   a file on the disk that all web processes share
    s3.py      parts in a bucket, written by one machine at a time
"""

from __future__ import annotations

import re
from pathlib import Path
from uuid import UUID

from django.conf import settings

from backend.integrations.object_store import multipart_store
from backend.uploads.staging.base import Staged
from backend.uploads.staging.local import LocalStaged
from backend.uploads.staging.rows import ids_in_bucket
from backend.uploads.staging.s3 import S3Staged

_OURS = re.compile(r"([0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})(?:\.guard|\.spool)?")


def staged(upload_id: UUID) -> Staged:
    """
    Return what is kept of an upload, the way this installation keeps it.

    An upload that began as a file ends as one, also when the installation moves to S3 meanwhile.
    """
    store = multipart_store()
    local = LocalStaged(upload_id)
    return local if store is None or local.path.exists() else S3Staged(upload_id, store)


def staged_ids() -> list[UUID]:
    """Return the ids of all uploads of which something is kept on this machine or in the bucket."""
    names = [_OURS.fullmatch(path.name) for path in Path(settings.UPLOAD_DIR).iterdir()]
    on_disk = {UUID(name[1]) for name in names if name}
    return [*on_disk.union(ids_in_bucket() if multipart_store() else [])]
