"""JSON from the outside."""

from __future__ import annotations

from collections.abc import Mapping
from typing import IO, Any

from rest_framework.exceptions import ParseError
from rest_framework.parsers import JSONParser
from rest_framework.utils import json

MAX_BODY_BYTES = 8 * 1024**2  # a transcript of the longest clip with every word's time is about 1 MB


class StrictJsonParser(JSONParser):
    """JSON of a sane size, whose text can be written out again as UTF-8."""

    max_body_bytes = MAX_BODY_BYTES

    def parse(
        self,
        stream: IO[Any],
        media_type: str | None = None,  # noqa: ARG002
        parser_context: Mapping[str, Any] | None = None,  # noqa: ARG002
    ) -> Any:
        """
        Return what `stream` holds.

        :raises ParseError: it is too large, nested too deeply, no JSON, or has half a surrogate pair in a text.
        """
        raw = stream.read(self.max_body_bytes + 1)
        if len(raw) > self.max_body_bytes:
            raise self.too_large()
        try:
            parsed = json.loads(raw.decode())
            json.dumps(parsed, ensure_ascii=False).encode()  # "\ud800" alone parses, and breaks whoever writes it
        except (ValueError, RecursionError):
            raise ParseError("The body is not JSON that can be read.") from None
        return parsed

    def too_large(self) -> Exception:
        """Return how a body over `max_body_bytes` is refused; nothing of it is parsed."""
        return ParseError(f"The body is larger than {self.max_body_bytes} bytes.")
