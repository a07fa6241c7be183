"""Reading and writing objects through presigned links: the only way the worker reaches the object store."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from types import TracebackType
from typing import Self

import httpx

from api_schema.media_jobs import FailureCode
from media_worker.failures import JobFailed
from media_worker.retries import RetryPolicy

_BLOCK_BYTES = 1024**2
_TRANSFER_TIMEOUT = httpx.Timeout(30.0, connect=5.0)


class LinkRefused(Exception):
    """The object store does not take this link (any more)."""


class ObjectLinks:
    """Connections to the object store. Safe to use from several threads."""

    def __init__(self, *, retry: RetryPolicy | None = None) -> None:
        self._retry = retry or RetryPolicy()
        self._http = httpx.Client(timeout=_TRANSFER_TIMEOUT, trust_env=False)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._http.close()

    def download(self, url: str, target: Path, *, size_bytes: int, check: Callable[[], None]) -> None:
        """
        Write the object to `target`, calling `check` with each block.

        :raises JobFailed: the object is not of the promised size.
        :raises LinkRefused, Unreachable: there is no reading it.
        """

        def fetch() -> httpx.Response:
            with self._http.stream("GET", url) as response:
                if response.is_success:
                    _write(response.iter_bytes(_BLOCK_BYTES), target, most_bytes=size_bytes, check=check)
                return response

        _require_success(self._retry.send(fetch))
        if target.stat().st_size != size_bytes:
            raise JobFailed(FailureCode.WORKER_ERROR, "The stored file is not the one that was uploaded.")

    def upload(self, url: str, source: Path) -> int:
        """
        Write the file to the object behind `url` and return its size in bytes. Repeating it changes nothing.

        :raises LinkRefused, Unreachable: there is no writing it.
        """
        size_bytes = source.stat().st_size
        # With a length, because S3 takes no chunked bodies; in blocks, because a clip may be larger than memory.
        headers = {"Content-Length": str(size_bytes)}
        _require_success(self._retry.send(lambda: self._http.put(url, content=_blocks(source), headers=headers)))
        return size_bytes


def _write(blocks: Iterator[bytes], target: Path, *, most_bytes: int, check: Callable[[], None]) -> None:
    written_bytes = 0
    with target.open("wb") as file:
        for block in blocks:
            check()
            written_bytes += len(block)
            if written_bytes > most_bytes:
                raise JobFailed(FailureCode.WORKER_ERROR, "The stored file is larger than the one that was uploaded.")
            file.write(block)


def _blocks(source: Path) -> Iterator[bytes]:
    with source.open("rb") as file:
        while block := file.read(_BLOCK_BYTES):
            yield block


def _require_success(response: httpx.Response) -> None:
    if not response.is_success:
        raise LinkRefused(f"the object store answered {response.status_code}")
