"""A mail server that speaks SMTP (RFC 5321) on a free port of this machine, and refuses when it is told to."""

from __future__ import annotations

import base64
import socketserver
import threading
from dataclasses import dataclass, field
from email import message_from_bytes, policy
from email.message import EmailMessage
from types import TracebackType
from typing import Self

Answer = tuple[int, str]
HANG_UP: Answer = (0, "")
SILENCE: Answer = (-1, "")


@dataclass
class Received:
    """One e-mail as it came. `sender`, `recipients`: of the envelope."""

    sender: str
    recipients: list[str]
    message: EmailMessage


@dataclass
class FakeSmtp:
    """`answers`: what to say to a verb instead of yes, as `{"RCPT": (550, "No such user")}`."""

    answers: dict[str, Answer] = field(default_factory=dict)
    extensions: tuple[str, ...] = ("AUTH PLAIN LOGIN",)
    password: str | None = None
    received: list[Received] = field(default_factory=list)

    def __enter__(self) -> Self:
        self._server = _Server(("127.0.0.1", 0), _Conversation)
        self._server.fake = self
        threading.Thread(target=self._server.serve_forever, args=(0.05,), daemon=True).start()
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self._server.shutdown()
        self._server.server_close()

    @property
    def port(self) -> int:
        return int(self._server.server_address[1])


class _Server(socketserver.ThreadingTCPServer):
    daemon_threads = True
    fake: FakeSmtp


class _Conversation(socketserver.StreamRequestHandler):
    server: _Server

    def handle(self) -> None:
        self.fake, self.sender, self.recipients = self.server.fake, "", list[str]()
        self._say(220, "fake.example ESMTP")
        while line := self.rfile.readline().decode().strip():
            if not self._answer(line):
                return

    def _answer(self, line: str) -> bool:
        """Answer one line; return whether the conversation goes on."""
        verb = line.split(maxsplit=1)[0].upper()
        scripted = self.fake.answers.get(verb)
        if scripted == HANG_UP:
            return False
        if scripted == SILENCE:
            return bool(self.rfile.readline())  # until the client gives up
        if scripted is not None:
            self._say(*scripted)
            return True
        return bool(getattr(self, f"_on_{verb.lower()}", self._on_other)(line))

    def _on_ehlo(self, _line: str) -> bool:
        lines = ["fake.example", *self.fake.extensions]
        for number, text in enumerate(lines):
            self.wfile.write(f"250{' ' if number == len(lines) - 1 else '-'}{text}\r\n".encode())
        return True

    def _on_auth(self, line: str) -> bool:
        given = base64.b64decode(line.split()[2]).split(b"\x00")[-1].decode()
        return self._say(235, "Welcome") if given == self.fake.password else self._say(535, "Bad credentials")

    def _on_mail(self, line: str) -> bool:
        self.sender = line.split("<")[1].split(">", maxsplit=1)[0]
        return self._say(250, "OK")

    def _on_rcpt(self, line: str) -> bool:
        self.recipients.append(line.split("<")[1].split(">", maxsplit=1)[0])
        return self._say(250, "OK")

    def _on_data(self, _line: str) -> bool:
        self._say(354, "Go on")
        lines = list(iter(self.rfile.readline, b".\r\n"))
        message = message_from_bytes(b"".join(lines), policy=policy.default)
        assert isinstance(message, EmailMessage)
        self.fake.received.append(Received(self.sender, self.recipients, message))
        scripted = self.fake.answers.get("END")
        return False if scripted == HANG_UP else self._say(*(scripted or (250, "Queued")))

    def _on_quit(self, _line: str) -> bool:
        self._say(221, "Bye")
        return False

    def _on_other(self, _line: str) -> bool:
        return self._say(250, "OK")

    def _say(self, code: int, text: str) -> bool:
        self.wfile.write(f"{code} {text}\r\n".encode())
        return True
