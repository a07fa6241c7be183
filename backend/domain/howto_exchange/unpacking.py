"""Open a zip that somebody sends us. No name in it becomes a path, and no size in it is believed."""

from __future__ import annotations

import hashlib
import json
import struct
import tempfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any, BinaryIO, Final
from uuid import UUID
from zipfile import ZIP_DEFLATED, ZIP_STORED, BadZipFile, ZipFile, ZipInfo

from backend.domain.clips.content_kinds import is_surely_no_clip
from backend.domain.errors import InvalidInput
from backend.domain.howto_exchange.bundle import DOCUMENT_NAME
from backend.domain.howto_exchange.json_ld import film_name
from backend.domain.saying import said

MAX_FILE_BYTES: Final = 512 * 1024**2  # of a zip
MAX_FILMS_BYTES: Final = 1024 * 1024**2  # of what is in it, unpacked
MAX_DOCUMENT_BYTES: Final = 8 * 1024**2
_MAX_ENTRIES: Final = 2_000
_MAX_DIRECTORY_BYTES: Final = 1024**2
_BLOCK_BYTES: Final = 256 * 1024
_END: Final = struct.Struct("<4s4H2LH")  # the end of the central directory; APPNOTE.TXT, 4.3.16
_LONGEST_TAIL: Final = _END.size + 65_535
_ZIP64_LOCATOR_BYTES: Final = 20
_BAD: Final = (BadZipFile, zlib.error, EOFError, NotImplementedError, RuntimeError, ValueError)


@dataclass(frozen=True)
class UnpackedFilm:
    path: Path
    size_bytes: int
    sha256: str


class Parcel:
    """A zip that was looked at, and can be taken from."""

    def __init__(self, archive: ZipFile, folder: Path) -> None:
        self._archive = archive
        self._folder = folder
        self._room_bytes = MAX_FILMS_BYTES
        self._entries = {info.filename: info for info in archive.infolist()}
        if len(self._entries) != len(archive.infolist()):
            raise _refusal("It has two files of the same name.")

    def document(self) -> Any:
        """
        Return the JSON document.

        :raises InvalidInput: there is none, or it cannot be read.
        """
        info = self._entries.get(DOCUMENT_NAME)
        if info is None:
            raise _refusal(said("It has no %(name)s.", name=DOCUMENT_NAME))
        try:
            with self._open(info) as entry:
                return parse_document(entry.read(MAX_DOCUMENT_BYTES + 1))
        except _BAD as error:
            raise _refusal(said("Its %(name)s cannot be unpacked.", name=DOCUMENT_NAME)) from error

    def film(self, clip_id: UUID) -> UnpackedFilm | None:
        """
        Return a clip's film, unpacked into a file under a name of ours; None: it did not come along.

        :raises InvalidInput: it cannot be unpacked, is no film, or there is more than `MAX_FILMS_BYTES` of them.
        """
        info = self._entries.get(film_name(clip_id))
        if info is None:
            return None
        path = self._folder / str(clip_id)
        try:
            with self._open(info) as entry, path.open("wb") as file:
                return self._copy(entry, file, path)
        except _BAD as error:
            raise _refusal(said("The film %(id)s cannot be unpacked.", id=str(clip_id))) from error

    def _copy(self, entry: IO[bytes], file: BinaryIO, path: Path) -> UnpackedFilm:
        digest, size_bytes = hashlib.sha256(), 0
        while block := entry.read(_BLOCK_BYTES):
            if not size_bytes and is_surely_no_clip(block[:4096]):
                raise _refusal(said("%(name)s is no film.", name=path.name))
            size_bytes += len(block)
            self._room_bytes -= len(block)
            if self._room_bytes < 0:
                raise _refusal(said("Its films are larger than %(most)s bytes.", most=MAX_FILMS_BYTES))
            digest.update(block)
            file.write(block)
        if not size_bytes:
            raise _refusal(said("%(name)s is empty.", name=path.name))
        return UnpackedFilm(path, size_bytes, digest.hexdigest())

    def _open(self, info: ZipInfo) -> IO[bytes]:
        # The other methods cost far more memory or time than they save on films.
        if info.flag_bits & 1 or info.compress_type not in {ZIP_STORED, ZIP_DEFLATED}:
            raise _refusal(
                said("%(name)s is encrypted, or packed in a way that is not taken.", name=info.filename[:100])
            )
        return self._archive.open(info)


@contextmanager
def opened_parcel(file: BinaryIO) -> Iterator[Parcel]:
    """
    Open a zip, with a folder of its own for what is taken out, which is gone afterwards.

    :raises InvalidInput: it is no zip, or not one that we would open.
    """
    _check_directory(file)
    with tempfile.TemporaryDirectory(prefix="cuppa-import-") as folder:
        try:
            archive = ZipFile(file)
        except _BAD as error:
            raise _refusal("It is no zip that can be read.") from error
        with archive:
            yield Parcel(archive, Path(folder))


def parse_document(raw: bytes) -> Any:
    """
    Return what the JSON in `raw` says.

    :raises InvalidInput: it is too large, nested too deeply, or no JSON.
    """
    if len(raw) > MAX_DOCUMENT_BYTES:
        raise _refusal(said("The document is larger than %(most)s bytes.", most=MAX_DOCUMENT_BYTES))
    try:
        return json.loads(raw.decode())
    except (ValueError, RecursionError):
        raise _refusal("The document is not JSON that can be read.") from None


def _check_directory(file: BinaryIO) -> None:
    """Refuse a directory that would fill the memory before anything in it is looked at: zipfile reads it whole."""
    size_bytes = file.seek(0, 2)
    if size_bytes > MAX_FILE_BYTES:
        raise _refusal(said("It is larger than %(most)s bytes.", most=MAX_FILE_BYTES))
    file.seek(max(0, size_bytes - _LONGEST_TAIL - _ZIP64_LOCATOR_BYTES))
    tail = file.read()
    file.seek(0)
    place = tail.rfind(b"PK\x05\x06")
    if place < 0 or len(tail) - place < _END.size:
        raise _refusal("It is no zip that can be read.")
    _, _, _, _, entry_count, directory_bytes, _, _ = _END.unpack_from(tail, place)
    has_more_room = tail[max(0, place - _ZIP64_LOCATOR_BYTES) : place].startswith(b"PK\x06\x07")
    if has_more_room or entry_count > _MAX_ENTRIES or directory_bytes > _MAX_DIRECTORY_BYTES:
        raise _refusal("It has too many files.")


def _refusal(sentence: str) -> InvalidInput:
    return InvalidInput(file=sentence)
