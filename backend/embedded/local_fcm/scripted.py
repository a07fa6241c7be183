"""
What FCM can say to one request, each as it comes over the wire.

Source: FCM v1 reference (`projects.messages.send`, `ErrorCode`) and google.rpc.Status.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

Json = dict[str, Any]

_FCM_ERROR = "type.googleapis.com/google.firebase.fcm.v1.FcmError"
_BAD_REQUEST = "type.googleapis.com/google.rpc.BadRequest"
_HTML = {"Content-Type": "text/html"}


@dataclass(frozen=True)
class Scripted:
    """
    One answer. `silent_s`: silence before it; `dripping_s`: drop by drop; `reset`: cuts the line instead.

    `is_taken`: the message goes to its phone although the sender hears of no yes.
    """

    status: int = 200
    body: Json | str = field(default_factory=dict)
    headers: dict[str, str] = field(default_factory=dict)
    silent_s: float = 0.0
    dripping_s: float = 0.0
    reset: bool = False
    is_taken: bool = False


def _error(
    status: int, name: str, *, code: str | None = None, message: str = "", details: list[Json] | None = None
) -> Json:
    named = [{"@type": _FCM_ERROR, "errorCode": code}] if code else []
    return {"error": {"code": status, "status": name, "message": message or name, "details": named + (details or [])}}


UNREGISTERED = Scripted(404, _error(404, "NOT_FOUND", code="UNREGISTERED", message="Requested entity was not found."))
SENDER_ID_MISMATCH = Scripted(403, _error(403, "PERMISSION_DENIED", code="SENDER_ID_MISMATCH"))
THIRD_PARTY_AUTH = Scripted(401, _error(401, "UNAUTHENTICATED", code="THIRD_PARTY_AUTH_ERROR"))
UNAUTHENTICATED = Scripted(401, _error(401, "UNAUTHENTICATED", message="The access token is not known."))
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
UNAVAILABLE = Scripted(503, "<html><title>503</title>The service is unavailable.</html>", _HTML)
BAD_GATEWAY = Scripted(502, "<html><title>502 Bad Gateway</title></html>", _HTML)
INTERNAL = Scripted(500, _error(500, "INTERNAL", code="INTERNAL"))
RESET = Scripted(reset=True)
RESET_AFTER_TAKING = Scripted(reset=True, is_taken=True)


def accepted(message_id: str) -> Scripted:
    """Return FCM's yes. `message_id`: the whole name, `projects/…/messages/…`."""
    return Scripted(200, {"name": message_id})


def not_found(path: str) -> Scripted:
    """Return what an address that is none says."""
    return Scripted(404, _error(404, "NOT_FOUND", message=f"There is no {path}."))


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
    return Scripted(200, {"name": "projects/local/messages/late"}, silent_s=seconds)


def dripping(seconds: float) -> Scripted:
    """Return an acceptance that comes so slowly, yet never stops coming, that no time-out of a socket fires."""
    return Scripted(200, {"name": "projects/local/messages/dripped"}, dripping_s=seconds)


# What may be ordered by name; `seconds`: of Retry-After, or of the silence.
BY_NAME: dict[str, Callable[[int], Scripted]] = {
    "UNREGISTERED": lambda _: UNREGISTERED,
    "SENDER_ID_MISMATCH": lambda _: SENDER_ID_MISMATCH,
    "NOT_A_REGISTRATION": lambda _: NOT_A_REGISTRATION,
    "INVALID_ARGUMENT": lambda _: invalid_argument("refused because the panel says so"),
    "QUOTA_EXCEEDED": lambda seconds: quota_exceeded(str(seconds)),
    "UNAVAILABLE": unavailable_for,
    "INTERNAL": lambda _: INTERNAL,
    "BAD_GATEWAY": lambda _: BAD_GATEWAY,
    "THIRD_PARTY_AUTH_ERROR": lambda _: THIRD_PARTY_AUTH,
    "SILENCE": silence,
    "DRIPPING": dripping,
    "RESET": lambda _: RESET,
    "RESET_AFTER_TAKING": lambda _: RESET_AFTER_TAKING,
}
