"""
What a phone makes of a message: Android's app draws its own from `data`, iOS and browsers are told what to show.

Source: FCM v1 `Message`, APNs payload keys, the Notifications API.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from api_schema.push_payloads import ACTION_LABELS, ACTIONS, RETRACT, PushKind

Json = dict[str, Any]

# What the Android app says when a push holds ids only.
_WORDS_OF_THE_APP = {
    PushKind.ASK: "A colleague asks for your help",
    PushKind.ANSWER: "You have an answer",
    PushKind.CLAIMED: "Somebody is on it",
    PushKind.DUTY: "A question is yours now",
    PushKind.STILL_RUNNING: "Is it still running?",
    PushKind.RECALL: "Something you know is unsafe",
    PushKind.TEST: "This is a test",
}
_NO_WORDS = "There is news for you"


@dataclass(frozen=True)
class Button:
    action: str
    label: str


@dataclass(frozen=True)
class Drawn:
    """One notification as the phone shows it. `collapse_id`: it takes the place of another with the same."""

    push_id: str
    collapse_id: str
    kind: str
    urgency: str
    title: str
    body: str
    buttons: tuple[Button, ...]
    reply_token: str
    version: str


def draw(message: Json) -> Drawn | None:
    """Return what the phone shows, or None when `message` is none of Cuppa's."""
    data: Json = message.get("data", {})
    if data.get("kind") not in {kind.value for kind in PushKind}:
        return None
    kind = PushKind(data["kind"])
    title, body = _words(message, kind)
    return Drawn(
        push_id=data.get("push_id", ""),
        collapse_id=data.get("collapse_id", ""),
        kind=kind,
        urgency=data.get("urgency", ""),
        title=title,
        body=body,
        buttons=_buttons(message, kind),
        reply_token=data.get("reply_token", ""),
        version=data.get("version", ""),
    )


def retracts(message: Json) -> str:
    """Return the push id of what `message` takes back, empty when it is not there to take anything back."""
    data: Json = message.get("data", {})
    return str(data.get("push_id", "")) if data.get("kind") == RETRACT else ""


def _words(message: Json, kind: PushKind) -> tuple[str, str]:
    if "apns" in message:
        shown = message["apns"]["payload"]["aps"].get("alert", {})
    elif "webpush" in message:
        shown = message["webpush"].get("notification", {})
    else:
        shown = message["data"]
    return shown.get("title") or _WORDS_OF_THE_APP.get(kind, _NO_WORDS), shown.get("body", "")


def _buttons(message: Json, kind: PushKind) -> tuple[Button, ...]:
    if "webpush" in message:
        offered = message["webpush"].get("notification", {}).get("actions", [])
        return tuple(Button(each["action"], each["title"]) for each in offered)
    if "apns" in message:
        # The app registered its buttons by category; one it does not know has none.
        category = message["apns"]["payload"]["aps"].get("category", "")
        names = ACTIONS[kind] if category == kind else ()
    else:
        names = ACTIONS[kind]
    return tuple(Button(name, ACTION_LABELS[name]) for name in names)
