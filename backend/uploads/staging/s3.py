"""
Staging in a bucket: parts of `PART_BYTES`, and behind them the tail, on this machine's disk and in its own object.

A block costs no query; a part costs two, a request a handful. What `kill -9` of a process may cost: nothing, the
tail is on the disk. Of a machine: at most `PART_BYTES`, of what arrived since the last request ended.
"""

from __future__ import annotations

import hashlib
import logging
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path
from typing import BinaryIO
from uuid import UUID

from django.conf import settings
from django.utils import timezone

from backend.domain.errors import IdTaken
from backend.integrations.object_errors import ObjectStoreUnavailable
from backend.integrations.object_hash import sha256_of
from backend.integrations.object_reader import open_to_seek
from backend.integrations.s3_multipart import S3Multipart
from backend.uploads.models import BucketStaging
from backend.uploads.staging.base import FIRST_BYTES, GUARD_WAIT_S
from backend.uploads.staging.borrowed import borrowed_connection
from backend.uploads.staging.bucket_file import BucketFile
from backend.uploads.staging.everywhere import held_everywhere
from backend.uploads.staging.guard import Guard
from backend.uploads.staging.handover import ask_to_settle, watch
from backend.uploads.staging.machine import machine_id
from backend.uploads.staging.rows import change, find_row, open_row, remove_row, superseded, take_row
from backend.uploads.staging.spool import Spool

log = logging.getLogger(__name__)

SPOOL_SUFFIX = ".spool"
_LONG_AGO = timedelta(hours=1)


class S3Staged:
    """
    The `Staged` of an installation with an S3: several machines may serve one upload, one after the other.

    Two fences: between processes of one machine the guard's lease, asked for each block; between machines the
    row's, which every change of the row has in its condition.
    """

    def __init__(self, upload_id: UUID, store: S3Multipart) -> None:
        self.upload_id = upload_id
        self.machine = machine_id()
        self._store = store
        self._spools = Path(settings.UPLOAD_DIR) / f"{upload_id}{SPOOL_SUFFIX}"
        self._guard = Guard(Path(settings.UPLOAD_DIR) / f"{upload_id}.guard")
        self._opened: BucketFile | None = None
        self._opening = threading.Lock()  # a request hashes and writes in two threads
        self._is_writing = False
        self._is_revocable = False

    @contextmanager
    def guarded(self, *, wait_s: float = GUARD_WAIT_S) -> Iterator[None]:
        with self._guard.held(wait_s=wait_s):
            yield

    @contextmanager
    def guarded_everywhere(self, *, wait_s: float = GUARD_WAIT_S) -> Iterator[None]:
        with self._guard.held(wait_s=wait_s), held_everywhere(self.upload_id, wait_s=wait_s):
            self._opened = None  # read again: another machine may have written until now
            yield

    def lease(self) -> int:
        return self._guard.lease()

    def set_lease(self, lease: int) -> None:
        row = open_row(self.upload_id)
        if row.is_direct:
            raise IdTaken("This upload goes straight to the bucket; end it first.", upload_id=str(self.upload_id))
        ask_to_settle(row, machine=self.machine)
        take_row(row, lease=lease)
        file = self._opened = self._open_file(row)
        if timezone.now() - row.kept_at > _LONG_AGO:
            file.check_parts()
        file.bring_tail()
        self._guard.set_lease(lease)
        if not row.is_settled:  # a process of this machine died while it wrote
            self._try_to_settle(file)

    def _try_to_settle(self, file: BucketFile) -> None:
        try:
            file.put_full_parts()
            file.put_tail()
        except ObjectStoreUnavailable as error:  # it lies on this disk; the next request tries again
            log.warning("the tail of upload %s stays on this machine: %s", self.upload_id, error)

    def _file(self) -> BucketFile | None:
        with self._opening:
            if self._opened is None and (row := find_row(self.upload_id)):
                self._opened = self._open_file(row)
            return self._opened

    def _open_file(self, row: BucketStaging) -> BucketFile:
        return BucketFile(row, machine=self.machine, spools=self._spools, store=self._store)

    def _existing_file(self) -> BucketFile:
        file = self._file()
        if file is None:
            raise superseded()  # its upload ended meanwhile
        return file

    def rewinds(self) -> int:
        file = self._file()
        return file.row.rewinds if file else 0

    def size_bytes(self) -> int:
        file = self._file()
        return file.size_bytes() if file else 0

    def append(self, block: bytes | memoryview, *, revocable: bool = False) -> None:
        with borrowed_connection():
            file = self._file_to_write()
            if revocable:
                self._is_revocable = True
                file.spool.append(memoryview(block))
            else:
                file.append(memoryview(block))

    def _file_to_write(self) -> BucketFile:
        file = self._existing_file()
        if not self._is_writing:
            if file.row.lease != self._guard.lease():
                raise superseded()
            change(file.row, is_settled=False)
            self._is_writing = True
            watch.add(self)
        return file

    def truncate(self, size_bytes: int) -> None:
        file = self._existing_file()
        if size_bytes < file.spool.start:
            raise ValueError("Parts in the bucket cannot be taken back.")
        if size_bytes < file.size_bytes():
            file.spool.truncate(size_bytes - file.spool.start)

    def flush(self) -> None:
        if self._is_writing:
            with self._guard.held(wait_s=GUARD_WAIT_S), borrowed_connection():
                self._settle()

    def settle_for_another(self) -> None:
        """Do what `flush` does because another machine asks; not while bytes may still be taken back."""
        with self._guard.held(wait_s=GUARD_WAIT_S):
            if self._is_writing and not self._is_revocable:
                self._settle()

    def _settle(self) -> None:
        file = self._existing_file()
        self._is_writing = self._is_revocable = False
        watch.remove(self)
        if self._guard.lease() != file.row.lease:
            raise superseded()
        file.put_full_parts()
        file.put_tail()

    def is_quiet(self, *, for_s: float) -> bool:
        file = self._file()
        if file is None:
            return False
        is_old = timezone.now() - file.row.kept_at > timedelta(seconds=for_s)
        return is_old and file.spool.is_quiet(for_s=for_s)

    def open(self) -> BinaryIO | None:
        with borrowed_connection():
            file = self._file()
        if file is None:
            return None
        if file.row.is_assembled:
            return open_to_seek(file.row.object_key)
        return None if file.row.parts else file.spool.open()

    def first_bytes(self) -> bytes:
        file = self._existing_file()
        if file.row.is_direct:  # nothing of it passed here
            return self._first_bytes_of_object(file)
        return bytes(file.row.first_bytes) or file.spool.read(0, FIRST_BYTES)

    def _first_bytes_of_object(self, file: BucketFile) -> bytes:
        file.assemble()
        with open_to_seek(file.row.object_key) as stream:
            return stream.read(FIRST_BYTES)

    def seal(self) -> None:
        self._existing_file().assemble()

    def sha256(self) -> str:
        file = self._existing_file()
        if file.row.parts:
            file.assemble()  # S3 shows no part before
            return sha256_of(file.row.object_key)
        file.bring_tail()
        with file.spool.path.open("rb") as stream:
            return hashlib.file_digest(stream, "sha256").hexdigest()

    def store_as(self, key: str, *, content_type: str) -> None:  # noqa: ARG002 - was told at the first part
        file = self._existing_file()
        if key != file.row.object_key:
            raise ValueError(f"This upload becomes {file.row.object_key}.")
        file.assemble()

    def discard(self) -> None:
        self._guard.remove()
        file = self._file()
        try:
            if file:
                file.forget()
                remove_row(file.row)
        except ObjectStoreUnavailable as error:  # the row stays, and the sweep comes by again
            log.warning("upload %s is not forgotten in the bucket yet: %s", self.upload_id, error)
        Spool(self._spools, start=0).remove_all()
