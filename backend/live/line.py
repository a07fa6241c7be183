"""
What the web server and an answer without an end tell each other, beyond ASGI.

`backend.uploads.reading:BodiesAsRead` lays a line for each request. Under another protocol of uvicorn a stopping server
waits for open streams as long as it is told to, and a reader that takes nothing keeps its socket.
"""

from __future__ import annotations

from collections.abc import Callable, MutableMapping
from typing import Any

_EXTENSION = "cuppa.line"


class Line:
    """The connection of one request. `cut` closes it at once; what was not sent yet is forgotten."""

    def __init__(self, cut: Callable[[], None] | None = None) -> None:
        self._cut = cut
        self.on_shutdown: Callable[[], None] | None = None  # called when the server stops

    def drop(self) -> None:
        """Cut the connection, where that can be done."""
        if self._cut:
            self._cut()


def lay_line(line: Line, scope: MutableMapping[str, Any]) -> None:
    """Let the app that gets `scope` find `line` there."""
    scope["extensions"] = {**scope.get("extensions", {}), _EXTENSION: line}


def line_of(scope: MutableMapping[str, Any]) -> Line:
    """Return the line of a request; one that does nothing where none was laid."""
    line = scope.get("extensions", {}).get(_EXTENSION)
    return line if isinstance(line, Line) else Line()
