"""The file of one upload: its parts in the bucket, its tail on this machine's disk, and their way into one object."""

from __future__ import annotations

import logging
from contextlib import suppress
from pathlib import Path
from uuid import UUID

from django.utils import timezone

from backend.integrations.object_errors import MultipartGone, ObjectStoreUnavailable
from backend.integrations.object_store import object_store
from backend.integrations.s3_multipart import MIN_PART_BYTES, Part, S3Multipart
from backend.uploads.models import BucketStaging
from backend.uploads.refusals import Superseded
from backend.uploads.staging.base import FIRST_BYTES
from backend.uploads.staging.rows import change, is_original, take_part_number
from backend.uploads.staging.spool import Spool

log = logging.getLogger(__name__)

PART_BYTES = MIN_PART_BYTES  # the smaller a part, the less a lost machine costs and the less a tail weighs
_NO_TAIL = {"tail_key": "", "tail_bytes": 0}


class BucketFile:
    """
    Changes go to the bucket first and then, fenced, to the row: what the row does not name does not exist.

    Every method that changes something raises `Superseded` when the row's lease is another's by now,
    and `ObjectStoreUnavailable`; both leave what is kept as it was.
    """

    def __init__(self, row: BucketStaging, *, machine: UUID, spools: Path, store: S3Multipart) -> None:
        self.row = row
        self._machine = machine
        self.spool = Spool(spools, start=row.part_bytes)
        self._store = store

    def size_bytes(self) -> int:
        return self.spool.start + (self.spool.size_bytes() if self._is_here else self.row.tail_bytes)

    @property
    def _is_here(self) -> bool:
        return self.row.holder == self._machine

    def bring_tail(self) -> None:
        """Have the tail on this machine's disk, unless more of it is there already."""
        if self._is_here and self.spool.size_bytes() >= self.row.tail_bytes:
            return
        self.spool.replace(self._tail())
        change(self.row, holder=self._machine, rewinds=self.row.rewinds + 1)

    def _tail(self) -> bytes:
        if not self.row.tail_key:
            return b""
        try:
            with object_store().open(self.row.tail_key) as stream:
                return stream.read()
        except FileNotFoundError:  # somebody tidied the bucket; the parts are still there
            log.warning("the tail %s is gone from the bucket", self.row.tail_key)
            change(self.row, **_NO_TAIL)
            return b""

    def append(self, block: memoryview) -> None:
        """Keep `block`, bringing each part into the bucket as it fills up."""
        rest = block
        while rest:
            self.put_full_parts()
            room_bytes = PART_BYTES - self.spool.size_bytes()
            self.spool.append(rest[:room_bytes])
            rest = rest[room_bytes:]

    def put_full_parts(self) -> None:
        """Bring what fills whole parts into the bucket."""
        while self.spool.size_bytes() >= PART_BYTES:
            self._put_part(PART_BYTES)

    def _put_part(self, count: int) -> None:
        content = self.spool.read(0, count)
        part = self._sent(content)
        following = self.spool.followed_by(count=count)
        old_tail = self.row.tail_key
        change(
            self.row,
            parts=[*self.row.parts, [part.number, part.etag, part.size_bytes]],
            first_bytes=self.row.first_bytes or content[:FIRST_BYTES],
            kept_at=timezone.now(),
            **_NO_TAIL,
        )
        self.spool.remove()
        self.spool = following
        _delete(old_tail)

    def _sent(self, content: bytes) -> Part:
        row = self.row
        if not row.multipart_id:
            change(row, multipart_id=self._store.begin(row.object_key, content_type=row.content_type))
        number = take_part_number(row)
        try:
            return self._store.put_part(row.object_key, row.multipart_id, number=number, content=content)
        except MultipartGone as gone:
            raise self._begin_again() from gone

    def check_parts(self) -> None:
        """Begin again if the bucket's own rules threw the parts away: to be told before bytes come, not after."""
        try:
            if self.row.parts and not self.row.is_assembled:
                self._store.list_parts(self.row.object_key, self.row.multipart_id)
        except MultipartGone:
            self._begin_again()

    def _begin_again(self) -> ObjectStoreUnavailable:
        """Forget everything: the bucket's own rules threw the parts away. The phone is told an offset of 0."""
        log.error("the parts of upload %s are gone from the bucket; see docs/production.md", self.row.upload_id)
        self.spool.remove_all()
        change(self.row, multipart_id="", parts=[], first_bytes=b"", rewinds=self.row.rewinds + 1, **_NO_TAIL)
        self.spool = self.spool.beginning()
        return ObjectStoreUnavailable("The parts of this upload are gone.")

    def put_tail(self) -> None:
        """Bring what is behind the last part into the bucket, as an object of its own."""
        size_bytes = self.spool.size_bytes()
        self.spool.flush()
        if size_bytes == self.row.tail_bytes:
            change(self.row, is_settled=True, is_wanted=False)
            return
        self._put_new_tail(size_bytes)

    def _put_new_tail(self, size_bytes: int) -> None:
        row, old_tail = self.row, self.row.tail_key
        # Never the same name twice: a late writer cannot put its tail in place of a newer one's.
        key = f"{self._tails}/{self.spool.start}-{size_bytes}-{row.lease}" if size_bytes else ""
        if key:
            object_store().put_file(key, path=self.spool.path, content_type=row.content_type)
        try:
            change(row, tail_key=key, tail_bytes=size_bytes, is_settled=True, is_wanted=False, kept_at=timezone.now())
        except Superseded:
            _delete(key)
            raise
        if old_tail != key:
            _delete(old_tail)

    @property
    def _tails(self) -> str:
        return f"staging/{self.row.organisation_id}/{self.row.upload_id}"

    def assemble(self) -> None:
        """Make everything one object. Idempotent, also after a crash at any point; nothing can be added any more."""
        row = self.row
        if row.is_assembled:
            return
        self.bring_tail()
        if not row.parts:
            object_store().put_file(row.object_key, path=self.spool.path, content_type=row.content_type)
        else:
            self._complete()
        change(row, is_assembled=True)

    def _complete(self) -> None:
        row = self.row
        if self.spool.size_bytes():
            self._put_part(self.spool.size_bytes())
        try:
            self._store.complete(row.object_key, row.multipart_id, parts=[Part(*part) for part in row.parts])
        except MultipartGone as gone:  # put together before a crash, we hope
            if object_store().head(row.object_key) != row.part_bytes:
                raise self._begin_again() from gone

    def forget(self) -> None:
        """Delete what the bucket has of it, unless it became a clip's original. Idempotent."""
        row = self.row
        if row.multipart_id and not row.is_assembled:
            with suppress(MultipartGone):
                self._store.give_up(row.object_key, row.multipart_id)
        if not is_original(row):
            object_store().delete(row.object_key)
        self._store.delete_below(self._tails)


def _delete(key: str) -> None:
    """Delete an object that nothing names any more; what cannot be reached now goes with the upload's other tails."""
    if key:
        with suppress(ObjectStoreUnavailable):
            object_store().delete(key)
