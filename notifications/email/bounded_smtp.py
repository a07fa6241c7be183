"""Django's mail over SMTP, in which a whole conversation has one deadline."""

from __future__ import annotations

import smtplib
import time
from collections.abc import Callable
from functools import partial
from typing import Any

from django.core.mail.backends.smtp import EmailBackend


class BoundedSmtp(EmailBackend):
    """
    Django's backend, over within `limit_s`: a server that drips bytes resets no clock.

    Only the look-up of its name, and a server that drips through the handshake of TLS, may take longer.
    """

    def __init__(self, *, limit_s: float, **server: Any) -> None:
        super().__init__(timeout=limit_s, **server)
        self._ends_at = time.monotonic() + limit_s

    @property
    def connection_class(self) -> Callable[..., smtplib.SMTP]:  # type: ignore[override]  # Django only calls it
        return partial(_TlsConversation if self.use_ssl else _Conversation, self._left_s)

    def _left_s(self) -> float:
        """
        Return how long the server may still take.

        :raises TimeoutError: no longer.
        """
        left_s = self._ends_at - time.monotonic()
        if left_s <= 0:
            raise TimeoutError("it took too long")
        return left_s


class _Conversation(smtplib.SMTP):
    def __init__(self, left_s: Callable[[], float], *server: Any, **more: Any) -> None:
        self._left_s = left_s
        super().__init__(*server, **more)

    def getreply(self) -> tuple[int, bytes]:
        """As smtplib's, which keeps the file it reads from until the connection is another."""
        if self.file is None:
            self.file = _Lines(self.sock, self._left_s)
        return super().getreply()

    def send(self, s: Any) -> None:
        """As smtplib's."""
        if self.sock:
            self.sock.settimeout(self._left_s())  # of all of `sendall`
        super().send(s)


class _TlsConversation(_Conversation, smtplib.SMTP_SSL):
    """The same, encrypted from its start."""


class _Lines:
    """What smtplib reads: the file of a socket, each read of which waits only as long as is left."""

    def __init__(self, sock: Any, left_s: Callable[[], float]) -> None:
        self._sock = sock
        self._left_s = left_s
        self._held = b""

    def readline(self, size: int) -> bytes:
        while b"\n" not in self._held and len(self._held) < size:
            self._sock.settimeout(self._left_s())
            came = self._sock.recv(4096)
            if not came:
                break
            self._held += came
        ends = self._held.find(b"\n") + 1 or len(self._held)
        line, self._held = self._held[: min(ends, size)], self._held[min(ends, size) :]
        return line

    def close(self) -> None:
        """Nothing to do: the socket is smtplib's."""
