"""Bodies that are files: kept on the disk, not in memory."""

from __future__ import annotations

import tempfile
from collections.abc import Mapping
from typing import IO, Any, Final

from rest_framework.exceptions import ParseError
from rest_framework.parsers import BaseParser

from backend.domain.howto_exchange.unpacking import MAX_FILE_BYTES

_IN_MEMORY_BYTES: Final = 1024**2
_BLOCK_BYTES: Final = 256 * 1024


class FileParser(BaseParser):
    """The body as a file that can be sought in; it is gone when nobody holds it any more."""

    def parse(
        self,
        stream: IO[Any],
        media_type: str | None = None,  # noqa: ARG002
        parser_context: Mapping[str, Any] | None = None,  # noqa: ARG002
    ) -> Any:
        """
        Return what `stream` holds.

        :raises ParseError: it is too large.
        """
        file = tempfile.SpooledTemporaryFile(max_size=_IN_MEMORY_BYTES)  # noqa: SIM115 - the view reads it
        while block := stream.read(_BLOCK_BYTES):
            if file.tell() + len(block) > MAX_FILE_BYTES:
                file.close()
                raise ParseError(f"The file is larger than {MAX_FILE_BYTES:,} bytes.")
            file.write(block)
        file.seek(0)
        return file


class ZipParser(FileParser):
    media_type = "application/zip"


class JsonFileParser(FileParser):
    media_type = "application/json"


class JsonLdFileParser(FileParser):
    media_type = "application/ld+json"
