"""An object as a file that can be read from any place."""

from __future__ import annotations

import io
from typing import BinaryIO, cast

from backend.integrations.object_store import object_store
from backend.integrations.s3_client import reachable

_BUFFER_BYTES = 1024**2


def open_to_seek(key: str) -> BinaryIO:
    """
    Return the object `key` as a seekable file. Each jump costs a request, reading on does not.

    :raises FileNotFoundError: there is none.
    :raises ObjectStoreUnavailable: here, and when reading.
    """
    size_bytes = object_store().head(key)
    if size_bytes is None:
        raise FileNotFoundError("There is no such object.")
    return cast("BinaryIO", io.BufferedReader(_ObjectReader(key, size_bytes), _BUFFER_BYTES))


class _ObjectReader(io.RawIOBase):
    def __init__(self, key: str, size_bytes: int) -> None:
        self._key = key
        self._size_bytes = size_bytes
        self._position = 0
        self._stream: BinaryIO | None = None

    def readable(self) -> bool:
        return True

    def seekable(self) -> bool:
        return True

    def seek(self, offset: int, whence: int = io.SEEK_SET) -> int:
        begin = {io.SEEK_SET: 0, io.SEEK_CUR: self._position, io.SEEK_END: self._size_bytes}[whence]
        if begin + offset != self._position:
            self._let_go()
        self._position = begin + offset
        return self._position

    def readinto(self, buffer: memoryview) -> int:  # type: ignore[override]  # the stubs know only a private name
        if self._position >= self._size_bytes:
            return 0
        with reachable():
            if self._stream is None:
                self._stream = object_store().open(self._key, begin_at=self._position)
            block = self._stream.read(len(buffer))
        buffer[: len(block)] = block
        self._position += len(block)
        return len(block)

    def close(self) -> None:
        self._let_go()
        super().close()

    def _let_go(self) -> None:
        if self._stream is not None:
            self._stream.close()
            self._stream = None
