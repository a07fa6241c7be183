"""Pushes as a channel gets them, for the tests of payloads and of FCM."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from api_schema.push_payloads import PushKind, PushUrgency
from notifications.outgoing import Address, OutgoingPush
from tests.notifications.pushes import ASK, NOW, THREAD, id_of

ANDROID = Address(kind="token", value="phone-1", platform="android")
IOS = Address(kind="token", value="iphone-1", platform="ios")
WEB = Address(kind="fid", value="browser-1", platform="web")
EVERY_PLATFORM = (ANDROID, IOS, WEB)


def outgoing_ask(address: Address = ANDROID, **changes: Any) -> OutgoingPush:
    """The ask to Petra, on its way to one of her devices."""
    facts: dict[str, Any] = {
        "push_id": id_of("the inbox item"),
        "kind": PushKind.ASK,
        "urgency": PushUrgency.NORMAL,
        "subject_id": THREAD,
        "title": "Olive asks: E4 on CHL-A",
        "body": "You fixed E4 on an AC-350 twice. 3 were asked.",
        "ids": {"ask_id": str(ASK), "thread_id": str(THREAD)},
        "requested_at": NOW,
        "expires_at": NOW + timedelta(hours=1),
        "ttl_s": 3600,
        "reply_token": "a-signed-token",
    }
    return OutgoingPush(address=address, **facts | changes)
