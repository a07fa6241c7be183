"""
A server that speaks FCM's v1 API and Google's token endpoint over a real socket.

It refuses what the real one refuses: a malformed or over-long message, a missing or unknown access token, a forged
JWT. It can be told what to answer to an address: `fcm.will_answer("token-1", UNREGISTERED)`.
Source: FCM v1 reference (`projects.messages.send`, `ErrorCode`); RFC 7523 for the token exchange.
"""

from __future__ import annotations

import json
import secrets
import socket
import struct
import threading
import time
from collections import defaultdict, deque
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from types import TracebackType
from typing import Any, Self, cast
from urllib.parse import parse_qs

import jwt
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import rsa

from api_schema.push_payloads import MAX_PAYLOAD_BYTES

Json = dict[str, Any]

PROJECT = "cuppa-test"
_FCM_ERROR = "type.googleapis.com/google.firebase.fcm.v1.FcmError"
_BAD_REQUEST = "type.googleapis.com/google.rpc.BadRequest"
_MESSAGE_FIELDS = {"token", "fid", "data", "notification", "android", "apns", "webpush", "fcm_options"}
_RESERVED_DATA = ("google.", "gcm.")


@dataclass(frozen=True)
class Scripted:
    """One answer. `silent_s`: silence before it; `dripping_s`: header by header; `reset`: cuts the line."""

    status: int = 200
    body: Json | str = field(default_factory=dict)
    headers: dict[str, str] = field(default_factory=dict)
    silent_s: float = 0.0
    dripping_s: float = 0.0
    reset: bool = False


def _error(
    status: int, name: str, *, code: str | None = None, message: str = "", details: list[Json] | None = None
) -> Json:
    named = [{"@type": _FCM_ERROR, "errorCode": code}] if code else []
    return {"error": {"code": status, "status": name, "message": message or name, "details": named + (details or [])}}


UNREGISTERED = Scripted(404, _error(404, "NOT_FOUND", code="UNREGISTERED", message="Requested entity was not found."))
SENDER_ID_MISMATCH = Scripted(403, _error(403, "PERMISSION_DENIED", code="SENDER_ID_MISMATCH"))
THIRD_PARTY_AUTH = Scripted(401, _error(401, "UNAUTHENTICATED", code="THIRD_PARTY_AUTH_ERROR"))
PERMISSION_DENIED = Scripted(
    403, _error(403, "PERMISSION_DENIED", message="The API has not been used in this project.")
)
NOT_A_REGISTRATION = Scripted(
    400,
    _error(
        400,
        "INVALID_ARGUMENT",
        code="INVALID_ARGUMENT",
        message="The registration token is not a valid FCM registration token",
    ),
)
UNAVAILABLE = Scripted(503, "<html><title>503</title>The service is unavailable.</html>", {"Content-Type": "text/html"})
BAD_GATEWAY = Scripted(502, "<html><title>502 Bad Gateway</title></html>", {"Content-Type": "text/html"})
INTERNAL = Scripted(500, _error(500, "INTERNAL", code="INTERNAL"))
RESET = Scripted(reset=True)


def invalid_argument(problem: str) -> Scripted:
    """Return the refusal of a message that breaks the contract."""
    details = [{"@type": _BAD_REQUEST, "fieldViolations": [{"field": "message", "description": problem}]}]
    return Scripted(400, _error(400, "INVALID_ARGUMENT", code="INVALID_ARGUMENT", message=problem, details=details))


def quota_exceeded(retry_after: str | None) -> Scripted:
    """Return a 429, with the Retry-After header given."""
    headers = {} if retry_after is None else {"Retry-After": retry_after}
    return Scripted(429, _error(429, "RESOURCE_EXHAUSTED", code="QUOTA_EXCEEDED"), headers)


def unavailable_for(seconds: int) -> Scripted:
    """Return a 503 that says when to come back."""
    return Scripted(503, _error(503, "UNAVAILABLE", code="UNAVAILABLE"), {"Retry-After": str(seconds)})


def silence(seconds: float) -> Scripted:
    """Return an acceptance that comes only after `seconds`."""
    return Scripted(200, {"name": f"projects/{PROJECT}/messages/late"}, silent_s=seconds)


def dripping(seconds: float) -> Scripted:
    """Return an acceptance that comes so slowly, yet never stops coming, that no time-out of a socket fires."""
    return Scripted(200, {"name": f"projects/{PROJECT}/messages/dripped"}, dripping_s=seconds)


@dataclass(frozen=True)
class Received:
    """One send request as it came in. `body_bytes`: the size of the whole JSON body."""

    message: Json
    body_bytes: int
    answered: int  # the HTTP status; 0 when the connection was cut

    @property
    def address(self) -> str:
        return _address(self.message)


class FakeFcm:
    """Use as a context manager. `url` is the setting FCM_URL, `write_key` makes the file for FIREBASE_CREDENTIALS."""

    def __init__(self) -> None:
        self.received: list[Received] = []
        self.token_requests = 0
        self.token_answers: deque[Scripted] = deque()
        self._answers: dict[str, deque[Scripted]] = defaultdict(deque)
        self._access_tokens: set[str] = set()
        self._key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
        self._lock = threading.Lock()
        self._server = _Server(self)

    def __enter__(self) -> Self:
        threading.Thread(target=self._server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True).start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._server.shutdown()
        self._server.server_close()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self._server.server_address[1]}"

    @property
    def accepted(self) -> list[Received]:
        return [received for received in self.received if received.answered == 200]

    def will_answer(self, address: str, *answers: Scripted) -> None:
        """Give these answers, in order, to the next sends to `address`; after them, accept again."""
        self._answers[address].extend(answers)

    def write_key(self, path: Path) -> Path:
        """Write a service account key whose token exchange happens here."""
        key = self._key.private_bytes(
            serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
        )
        account = {
            "type": "service_account",
            "project_id": PROJECT,
            "private_key_id": "1",
            "private_key": key.decode(),
            "client_email": f"push@{PROJECT}.iam.gserviceaccount.com",
            "client_id": "1",
            "token_uri": f"{self.url}/token",
        }
        path.write_text(json.dumps(account))
        return path

    def exchange(self, form: dict[str, list[str]]) -> Scripted:
        """Answer one request to the token endpoint (RFC 7523): checks grant type, signature, issuer, life and scope."""
        with self._lock:
            self.token_requests += 1
            if self.token_answers:
                return self.token_answers.popleft()
        if form.get("grant_type") != ["urn:ietf:params:oauth:grant-type:jwt-bearer"]:
            return Scripted(400, {"error": "unsupported_grant_type"})
        try:
            self._check_assertion(form["assertion"][0])
        except (jwt.InvalidTokenError, KeyError, ValueError) as error:
            return Scripted(400, {"error": "invalid_grant", "error_description": str(error)})
        access_token = secrets.token_urlsafe()
        self._access_tokens.add(access_token)
        return Scripted(200, {"access_token": access_token, "expires_in": 3599, "token_type": "Bearer"})

    def _check_assertion(self, assertion: str) -> None:
        claims = jwt.decode(
            assertion,
            self._key.public_key(),
            algorithms=["RS256"],
            audience="https://oauth2.googleapis.com/token",
            issuer=f"push@{PROJECT}.iam.gserviceaccount.com",
            options={"require": ["exp", "iat"]},
        )
        if claims["exp"] - claims["iat"] > 3600:
            raise ValueError("an assertion lives one hour at most")
        if not any("firebase" in scope or "cloud-platform" in scope for scope in claims["scope"].split()):
            raise ValueError("the scope does not cover messaging")

    def send(self, authorization: str, body: bytes) -> Scripted:
        """Answer one send request, and remember it when it was signed in and well-formed JSON."""
        if authorization.removeprefix("Bearer ") not in self._access_tokens:
            return Scripted(401, _error(401, "UNAUTHENTICATED", message="The access token is not known."))
        message = json.loads(body).get("message", {})
        with self._lock:
            answer = self._answer(message, body)
            self.received.append(Received(message, len(body), 0 if answer.reset else answer.status))
        return answer

    def _answer(self, message: Json, body: bytes) -> Scripted:
        if problem := _problem(message, body):
            return invalid_argument(problem)
        scripted = self._answers[_address(message)]
        if scripted:
            return scripted.popleft()
        return Scripted(200, {"name": f"projects/{PROJECT}/messages/{len(self.received) + 1}"})


def _address(message: Json) -> str:
    return cast(str, message.get("token") or message.get("fid") or "")


def _problem(message: Json, body: bytes) -> str | None:
    """Return why FCM would refuse the message, or None. The size is that of the whole body: stricter than FCM."""
    if len(body) > MAX_PAYLOAD_BYTES:
        return f"{len(body)} bytes, the limit is {MAX_PAYLOAD_BYTES}"
    if unknown := set(message) - _MESSAGE_FIELDS:
        return f"unknown fields {sorted(unknown)}"
    if len({"token", "fid"} & set(message)) != 1:
        return "exactly one of token and fid is needed"
    return _data_problem(message.get("data", {})) or _part_problem(message)


def _data_problem(data: Json) -> str | None:
    for key, value in data.items():
        if not isinstance(value, str):
            return f"data.{key} is not text"
        if key in {"from", "message_type"} or key.startswith(_RESERVED_DATA):
            return f"data.{key} is reserved"
    return None


def _part_problem(message: Json) -> str | None:
    android, apns, webpush = (message.get(part, {}) for part in ("android", "apns", "webpush"))
    if not android.get("ttl", "0s").endswith("s") or android.get("priority", "normal") not in {"normal", "high"}:
        return "android.ttl or android.priority"
    headers: Json = apns.get("headers", {})
    if len(headers.get("apns-collapse-id", "")) > 64 or headers.get("apns-priority", "5") not in {"5", "10"}:
        return "apns.headers"
    if apns and "aps" not in apns.get("payload", {}):
        return "apns.payload.aps is missing"
    return "webpush Topic is over 32 characters" if len(webpush.get("headers", {}).get("Topic", "")) > 32 else None


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    block_on_close = False  # a silent answer must not hold up the end of a test
    request_queue_size = 128

    def __init__(self, fcm: FakeFcm) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.fcm = fcm


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True  # else every answer waits 40 ms for an acknowledgement
    server: _Server

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"]))
        if self.path == "/token":
            self._say(self.server.fcm.exchange(parse_qs(body.decode())))
        elif self.path == f"/v1/projects/{PROJECT}/messages:send":
            self._say(self.server.fcm.send(self.headers.get("Authorization", ""), body))
        else:
            self._say(Scripted(404, _error(404, "NOT_FOUND", message=f"There is no {self.path}.")))

    def _say(self, answer: Scripted) -> None:
        time.sleep(answer.silent_s)
        if answer.reset:
            self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
            self.close_connection = True
            self.connection.close()
            return
        text = answer.body if isinstance(answer.body, str) else json.dumps(answer.body)
        try:
            self._write(answer, text.encode())
        except (BrokenPipeError, ConnectionResetError):
            self.close_connection = True  # the sender has given up waiting

    def _write(self, answer: Scripted, body: bytes) -> None:
        self.send_response(answer.status)
        for number in range(int(answer.dripping_s / 0.5)):
            self.send_header(f"X-Drip-{number}", "drop")
            self.flush_headers()
            time.sleep(0.5)
        for name, value in ({"Content-Type": "application/json"} | answer.headers).items():
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *args: Any) -> None:  # noqa: A002  # the signature is the base class's
        """Stay quiet: `received` is the log."""
