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
        "reply_token": "GZcFyQx0dSgI0mq9a9nYkWc0yRk6vXH0sJ8oQ5b1t2U",
        "version": 3,
        "shows_details": True,
    }
    return OutgoingPush(address=address, **facts | changes)


def _discreet(address: Address, **changes: Any) -> OutgoingPush:
    return outgoing_ask(address, shows_details=False, **changes)


def _recall(address: Address) -> OutgoingPush:
    ids = {"thread_id": str(THREAD), "recall_id": str(id_of("the recall"))}
    facts = {"subject_id": id_of("the notice of the recall"), "ids": ids, "version": None}
    return _discreet(address, kind=PushKind.RECALL, urgency=PushUrgency.SAFETY, **facts)


# What stands in api_schema/examples, by the name of the file.
PUSH_EXAMPLES: dict[str, OutgoingPush] = {
    "push_ask_android": _discreet(ANDROID),
    "push_ask_ios": _discreet(IOS),
    "push_ask_web": _discreet(WEB),
    "push_ask_android_with_details": outgoing_ask(ANDROID),
    "push_ask_ios_with_details": outgoing_ask(IOS),
    "push_ask_web_with_details": outgoing_ask(WEB),
    "push_answer_ios": _discreet(IOS, kind=PushKind.ANSWER, ids={"thread_id": str(THREAD)}),
    "push_still_running_android": _discreet(
        ANDROID, kind=PushKind.STILL_RUNNING, ids={"thread_id": str(THREAD), "check_id": str(id_of("the check"))}
    ),
    "push_duty_safety_ios": _discreet(IOS, kind=PushKind.DUTY, urgency=PushUrgency.SAFETY),
    "push_recall_android": _recall(ANDROID),
    "push_recall_ios": _recall(IOS),
    "push_recall_web": _recall(WEB),
    "push_retract_android": outgoing_ask(ANDROID, is_retraction=True, reply_token=None),
    "push_retract_ios": outgoing_ask(IOS, is_retraction=True, reply_token=None),
    "push_retract_web": outgoing_ask(WEB, is_retraction=True, reply_token=None),
}
