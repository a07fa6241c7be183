"""Objects as files below one directory; `local_objects.py` serves the links."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterable
from datetime import timedelta
from pathlib import Path
from typing import BinaryIO

from api_schema.ids import uuid7
from backend.integrations.local_links import Grant, sign
from backend.integrations.object_keys import checked_key, checked_prefix

PARTIAL_SUFFIX = ".partial"


class LocalStore:
    """The `ObjectStore` of an installation on one machine."""

    def __init__(self, directory: Path, *, public_url: str) -> None:
        self.directory = directory
        self._public_url = public_url

    def path_of(self, key: str) -> Path:
        """Return where the object is kept, whether or not it exists."""
        return self.directory / checked_key(key)

    def put_file(self, key: str, *, path: Path, content_type: str) -> None:  # noqa: ARG002 - told by the link
        partial = self.begin_object(key)
        try:
            _link_or_copy(path, partial)
            self.finish_object(partial, key)
        finally:
            partial.unlink(missing_ok=True)

    def begin_object(self, key: str) -> Path:
        """Return a free path beside the object's own, for bytes that are not whole yet."""
        place = self.path_of(key)
        place.parent.mkdir(parents=True, exist_ok=True)
        return place.with_name(f".{uuid7().hex}{PARTIAL_SUFFIX}")

    def finish_object(self, partial: Path, key: str) -> None:
        """Make the whole file at `partial` the object: at once for every reader, and safe from a power cut."""
        with partial.open("rb") as file:
            os.fsync(file.fileno())
        partial.replace(self.path_of(key))

    def presigned_get(
        self, key: str, *, expires_in: timedelta, content_type: str | None = None, filename: str | None = None
    ) -> str:
        return self._link(Grant("GET", checked_key(key), content_type or "", filename or ""), expires_in)

    def presigned_put(self, key: str, *, expires_in: timedelta) -> str:
        return self._link(Grant("PUT", checked_key(key)), expires_in)

    def _link(self, grant: Grant, expires_in: timedelta) -> str:
        return f"{self._public_url}/objects/{sign(grant, expires_in=expires_in)}"

    def head(self, key: str) -> int | None:
        try:
            return self.path_of(key).stat().st_size
        except FileNotFoundError:
            return None

    def open(self, key: str, *, begin_at: int = 0) -> BinaryIO:
        file = self.path_of(key).open("rb")
        file.seek(begin_at)
        return file

    def list_keys(self, prefix: str) -> Iterable[str]:
        files = (path for path in (self.directory / checked_prefix(prefix)).rglob("*") if path.is_file())
        return [str(path.relative_to(self.directory)) for path in files if path.suffix != PARTIAL_SUFFIX]

    def delete(self, key: str) -> None:
        self.path_of(key).unlink(missing_ok=True)


def _link_or_copy(source: Path, target: Path) -> None:
    try:
        os.link(source, target)
    except OSError:  # another file system, or one without links
        shutil.copyfile(source, target)
