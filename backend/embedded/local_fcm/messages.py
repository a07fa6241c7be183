"""
What FCM takes and what it refuses: the check of one `message`.

Source: FCM v1 `Message` reference, APNs header reference, RFC 8030 for web push.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from api_schema.push_payloads import MAX_PAYLOAD_BYTES

Json = dict[str, Any]

_MESSAGE_FIELDS = {"token", "fid", "data", "notification", "android", "apns", "webpush", "fcm_options"}
_RESERVED_DATA = ("google.", "gcm.")


@dataclass(frozen=True)
class Received:
    """One send request as it came in. `number` counts them from 1; `body_bytes`: the size of the whole JSON body."""

    message: Json
    body_bytes: int
    answered: int  # the HTTP status; 0 when the connection was cut
    number: int
    received_at: datetime

    @property
    def address(self) -> str:
        return address_of(self.message)


def address_of(message: Json) -> str:
    """Return the registration token or installation id that `message` is for, empty without one."""
    address = message.get("token") or message.get("fid")
    return address if isinstance(address, str) else ""


def message_in(body: bytes) -> Json:
    """Return the `message` of a send request, empty when there is none to be found."""
    try:
        message = json.loads(body).get("message", {})
    except (ValueError, AttributeError):
        return {}
    return message if isinstance(message, dict) else {}


def problem_of(message: Json, *, body_bytes: int) -> str | None:
    """Return why FCM would refuse the message, or None. The size is that of the whole body: stricter than FCM."""
    if body_bytes > MAX_PAYLOAD_BYTES:
        return f"{body_bytes} bytes, the limit is {MAX_PAYLOAD_BYTES}"
    if unknown := set(message) - _MESSAGE_FIELDS:
        return f"unknown fields {sorted(unknown)}"
    if len({"token", "fid"} & set(message)) != 1:
        return "exactly one of token and fid is needed"
    for part in ("data", "notification", "android", "apns", "webpush"):
        if not isinstance(message.get(part, {}), dict):
            return f"{part} is not an object"
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
    if not _text(android, "ttl", "0s").endswith("s") or android.get("priority", "normal") not in ["normal", "high"]:
        return "android.ttl or android.priority"
    headers = _object(apns, "headers")
    if len(_text(headers, "apns-collapse-id")) > 64 or headers.get("apns-priority", "5") not in ["5", "10"]:
        return "apns.headers"
    if apns and "aps" not in _object(apns, "payload"):
        return "apns.payload.aps is missing"
    return "webpush Topic is over 32 characters" if len(_text(_object(webpush, "headers"), "Topic")) > 32 else None


def _object(part: Json, name: str) -> Json:
    found = part.get(name, {})
    return found if isinstance(found, dict) else {}


def _text(part: Json, name: str, default: str = "") -> str:
    found = part.get(name, default)
    return found if isinstance(found, str) else ""
