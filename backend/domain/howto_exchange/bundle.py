"""A zip of how-tos: the document, a page to read, and the clips' MP4s; written while it is sent."""

from __future__ import annotations

import io
import json
from collections.abc import Collection, Iterator, Sequence
from typing import IO, Final
from uuid import UUID
from zipfile import ZIP_DEFLATED, ZIP_STORED, ZipFile, ZipInfo

from backend.domain.howto_exchange.html import html_page
from backend.domain.howto_exchange.json_ld import film_name, json_ld
from backend.domain.howto_exchange.loading import ExportedHowTo
from backend.domain.howto_exchange.object_store import ObjectStore
from backend.domain.howto_exchange.sheet import Front, sheets_of

DOCUMENT_NAME: Final = "howtos.json"
PAGE_NAME: Final = "howtos.html"
_BLOCK_BYTES: Final = 256 * 1024
_SAME_TIME: Final = (1980, 1, 1, 0, 0, 0)  # the same how-tos are the same zip


def zip_of(
    howtos: list[ExportedHowTo], *, languages: Sequence[str], store: ObjectStore, front: Front | None = None
) -> Iterator[bytes]:
    """
    Yield the zip in blocks, as it is written: no more than a block of a film is in memory.

    Asks the object store as it goes, and no database. A film that is gone meanwhile is left out.
    """
    films = _films(howtos, store)
    sink = _Sink()
    with ZipFile(sink, "w", ZIP_STORED) as archive:
        yield from _write(archive, sink, DOCUMENT_NAME, [document_text(howtos, with_films=films, front=front)])
        page = html_page(sheets_of(howtos, languages=languages, store=store), with_films=films, front=front)
        yield from _write(archive, sink, PAGE_NAME, page)
        for clip_id, (key, size_bytes) in films.items():
            with store.open(key) as stream:
                yield from _copy(archive, sink, film_name(clip_id), stream, size_bytes)
    yield sink.take()


def document_text(
    howtos: Sequence[ExportedHowTo], *, with_films: Collection[UUID] = (), front: Front | None = None
) -> str:
    """Return the JSON-LD document as text."""
    return json.dumps(json_ld(howtos, with_films=with_films, front=front), ensure_ascii=False, indent=1)


def _films(howtos: list[ExportedHowTo], store: ObjectStore) -> dict[UUID, tuple[str, int]]:
    kept: dict[UUID, tuple[str, int]] = {}
    for clip_id, clip in {clip_id: clip for howto in howtos for clip_id, clip in howto.clips.items()}.items():
        size_bytes = store.head(clip.film_key) if clip.film_key else None
        if size_bytes is not None:
            kept[clip_id] = clip.film_key, size_bytes
    return kept


def _write(archive: ZipFile, sink: _Sink, name: str, texts: Sequence[str] | Iterator[str]) -> Iterator[bytes]:
    info = ZipInfo(name, _SAME_TIME)
    info.compress_type = ZIP_DEFLATED
    with archive.open(info, "w") as entry:
        for text in texts:
            entry.write(text.encode())
            yield sink.take()
    yield sink.take()


def _copy(archive: ZipFile, sink: _Sink, name: str, stream: IO[bytes], size_bytes: int) -> Iterator[bytes]:
    info = ZipInfo(name, _SAME_TIME)
    info.file_size = size_bytes  # decides whether its header has room for more than 2 GB
    with archive.open(info, "w") as entry:
        while block := stream.read(_BLOCK_BYTES):
            entry.write(block)
            yield sink.take()
    yield sink.take()


class _Sink(io.RawIOBase):
    """Where the archive writes to: what came since it was last asked. It cannot be sought in, as a socket cannot."""

    def __init__(self) -> None:
        self._blocks: list[bytes] = []

    def writable(self) -> bool:
        """Return that it takes bytes."""
        return True

    def write(self, block: bytes) -> int:  # type: ignore[override]  # zipfile writes bytes only
        """Keep a block until it is taken."""
        self._blocks.append(bytes(block))
        return len(block)

    def take(self) -> bytes:
        """Return what was written, and forget it."""
        taken = b"".join(self._blocks)
        self._blocks.clear()
        return taken
