"""What a hostile file would like to reach: files next door that are watched, and a server that waits for a call."""

from __future__ import annotations

import ctypes
import os
import shutil
import socket
import struct
from dataclasses import dataclass, field
from pathlib import Path
from typing import Self

_IN_ACCESS, _IN_MODIFY, _IN_OPEN, _IN_CREATE = 0x1, 0x2, 0x20, 0x100
_EVENT = struct.Struct("iIII")  # watch, mask, cookie, length of the name that follows
_SECRETS = ("secret.mp4", "secret.ts", "secret.txt", "secret.mov", "secret-000.png")


@dataclass
class Trap:
    """`directory` holds `_SECRETS`, each a playable clip; nobody has a reason to open one while the trap is set."""

    directory: Path
    clip: Path
    server: socket.socket = field(default_factory=lambda: socket.create_server(("127.0.0.1", 0)))

    def __enter__(self) -> Self:
        self.directory.mkdir()
        for name in _SECRETS:
            shutil.copy(self.clip, self.directory / name)
        self.server.setblocking(False)
        self._watch = _watch(self.directory)
        return self

    def __exit__(self, *_: object) -> None:
        os.close(self._watch)
        self.server.close()

    @property
    def address(self) -> str:
        host, port = self.server.getsockname()
        return f"{host}:{port}"

    def touched(self) -> set[str]:
        """Return the names of the files that were opened, read, written or made since the last call."""
        try:
            events = os.read(self._watch, 64 * 1024)
        except BlockingIOError:
            return set()
        return set(_names(events))

    def was_called(self) -> bool:
        """Return whether anybody connected since the last call."""
        try:
            connection, _ = self.server.accept()
        except BlockingIOError:
            return False
        connection.close()
        return True


def _watch(directory: Path) -> int:
    libc = ctypes.CDLL(None, use_errno=True)
    descriptor = int(libc.inotify_init1(os.O_NONBLOCK | os.O_CLOEXEC))
    mask = _IN_ACCESS | _IN_MODIFY | _IN_OPEN | _IN_CREATE
    if descriptor < 0 or libc.inotify_add_watch(descriptor, os.fsencode(directory), mask) < 0:
        raise OSError(ctypes.get_errno(), "inotify")
    return descriptor


def _names(events: bytes) -> list[str]:
    names, start = [], 0
    while start < len(events):
        length = _EVENT.unpack_from(events, start)[3]
        start += _EVENT.size
        names.append(events[start : start + length].rstrip(b"\0").decode())
        start += length
    return names
