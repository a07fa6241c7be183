"""
Turn one push into an FCM v1 message: at most 4096 bytes, ids only, unless the organisation lets title and body travel.

Only `title` and `body` may be cut; ids, tokens and categories never are. Android gets data alone, because a
`notification` payload carries no buttons. Source: FCM v1 `Message` reference, APNs payload key reference, RFC 8030.
"""

from __future__ import annotations

from typing import Any
from uuid import UUID, uuid5

from django.utils import translation

from api_schema.push_payloads import RETRACT, WEB_ACTIONS, PushData, PushKind, PushUrgency
from notifications.buttons import label_of
from notifications.cutting import cut
from notifications.discreet import body_of, title_of
from notifications.outgoing import OutgoingPush

# Wire bytes, so that both, the ids, the longest address and the fixed parts stay under the limit together.
MAX_TITLE_BYTES = 300
MAX_BODY_BYTES = 1200

Json = dict[str, Any]


def collapse_id(kind: PushKind, subject_id: UUID) -> str:
    """
    Return the id under which a newer push of `kind` about `subject_id` replaces an older one on the phone.

    32 hexadecimal digits: APNs takes up to 64 bytes, a web-push topic up to 32 of the base64url alphabet.
    """
    return uuid5(subject_id, kind).hex


def fcm_message(push: OutgoingPush) -> Json:
    """Return the `message` of an FCM v1 send request for `push`, in the language of who is told."""
    message: Json = {push.address.kind: push.address.value, "data": _data(push)}
    with translation.override(push.language):
        message[_PLATFORM_KEY[push.address.platform]] = _PLATFORM_PART[push.address.platform](push)
    return message


def _data(push: OutgoingPush) -> dict[str, str]:
    draws_itself = push.address.platform == "android" and push.shows_details and not push.is_retraction
    fixed = PushData(
        push_id=str(push.push_id),
        kind=RETRACT if push.is_retraction else push.kind,
        urgency=push.urgency,
        subject_id=str(push.subject_id),
        collapse_id=collapse_id(push.kind, push.subject_id),
        requested_at=push.requested_at.isoformat(),
        reply_token=push.reply_token,
        version=None if push.version is None or push.is_retraction else str(push.version),
        title=_title(push) if draws_itself else None,
        body=_body(push) if draws_itself else None,
    )
    ids = {} if push.is_retraction else push.ids
    return ids | {key: str(value) for key, value in vars(fixed).items() if value is not None}


def _title(push: OutgoingPush) -> str:
    return cut(title_of(push), max_bytes=MAX_TITLE_BYTES)


def _body(push: OutgoingPush) -> str:
    return cut(body_of(push), max_bytes=MAX_BODY_BYTES)


def _words(push: OutgoingPush) -> Json:
    """Return what the system draws: the push's own words, or the sentence of its kind alone."""
    body = _body(push)
    return {"title": _title(push)} | ({"body": body} if body else {})


def _is_high(push: OutgoingPush) -> bool:
    # High priority must show something, or Android demotes the app.
    return not push.is_retraction and (push.kind is PushKind.ASK or push.urgency is not PushUrgency.NORMAL)


def _android(push: OutgoingPush) -> Json:
    return {
        "collapse_key": collapse_id(push.kind, push.subject_id),
        "priority": "high" if _is_high(push) else "normal",
        "ttl": f"{push.ttl_s}s",
    }


def _apns(push: OutgoingPush) -> Json:
    return {
        "headers": {
            "apns-collapse-id": collapse_id(push.kind, push.subject_id),
            "apns-expiration": str(int(push.expires_at.timestamp())),
            "apns-priority": "10" if _is_high(push) else "5",
            "apns-push-type": "background" if push.is_retraction else "alert",
        },
        "payload": {"aps": {"content-available": 1} if push.is_retraction else _aps(push)},
    }


def _aps(push: OutgoingPush) -> Json:
    is_safety = push.urgency is PushUrgency.SAFETY
    # Mutable: without details the app's own extension may fetch them, as the person who is signed in, and show them.
    return ({} if push.shows_details else {"mutable-content": 1}) | {
        "alert": _words(push),
        "category": push.kind.value,
        "interruption-level": "time-sensitive" if is_safety else "active",
        "sound": "default",
        "thread-id": push.subject_id.hex,
    }


def _webpush(push: OutgoingPush) -> Json:
    headers = {
        "TTL": str(push.ttl_s),
        "Topic": collapse_id(push.kind, push.subject_id),
        "Urgency": "high" if _is_high(push) else "normal",
    }
    if push.is_retraction:
        return {"headers": headers}
    buttons = [{"action": name, "title": label_of(name)} for name in WEB_ACTIONS[push.kind]]
    shown = {"tag": collapse_id(push.kind, push.subject_id), "actions": buttons}
    return {"headers": headers, "notification": _words(push) | shown}


_PLATFORM_KEY = {"android": "android", "ios": "apns", "web": "webpush"}
_PLATFORM_PART = {"android": _android, "ios": _apns, "web": _webpush}
