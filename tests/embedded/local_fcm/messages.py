"""Messages as a sender builds them, for the tests of the local FCM."""

from __future__ import annotations

from typing import Any

Json = dict[str, Any]


def ask(push_id: str = "push-1", *, address: str = "phone-1", **data: str) -> Json:
    """Return an ask to an Android phone, with words."""
    return {"token": address, "data": ask_data(push_id, **data), "android": {"ttl": "3600s", "priority": "high"}}


def ask_data(push_id: str = "push-1", **changed: str) -> dict[str, str]:
    """Return the `data` of an ask."""
    return {
        "push_id": push_id,
        "kind": "ask",
        "urgency": "high",
        "collapse_id": "thread-1",
        "reply_token": "a-reply-token",
        "title": "Asha asks: E4 on CHL-A",
        "body": "Asking you because you fixed E4 before. 3 were asked.",
    } | changed


def ask_on_iphone(**aps: Any) -> Json:
    """Return an ask to an iPhone."""
    shown = {"alert": {"title": "Asha asks", "body": "E4 on CHL-A"}, "category": "ask", **aps}
    data = {key: value for key, value in ask_data().items() if key not in {"title", "body"}}
    return {"fid": "phone-1", "data": data, "apns": {"headers": {}, "payload": {"aps": shown}}}


def ask_in_browser() -> Json:
    """Return an ask to a browser, which shows two buttons."""
    actions = [{"action": "answer", "title": "Answer"}, {"action": "claim", "title": "I'm on it"}]
    shown = {"title": "Asha asks", "body": "E4 on CHL-A", "actions": actions}
    return {"token": "phone-1", "data": ask_data(), "webpush": {"headers": {}, "notification": shown}}
