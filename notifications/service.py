"""
The public face of push: everything else in this package is private to it.

- `deliver`, `cancel`: called by the handlers of `push.requested` and `push.cancelled`, inside their transaction.
- `register_device`, `list_devices`, `remove_device`, `forget_session`: a person's phones.
- `read_token`: what the reply token of a notification may answer, and as whom.
- `list_inbox`, `mark_read`, `unread_count`: what a person was told.
- `send_delivery`, `send_due_deliveries`: the sender's work, also as Celery tasks of the same names.

People and organisations are plain ids; every call names the organisation it acts in.
"""

from __future__ import annotations

from notifications.delivering import MalformedPush, deliver
from notifications.devices import (
    DeviceNotFound,
    DeviceView,
    UnableToRegisterDevice,
    forget_session,
    list_devices,
    register_device,
    remove_device,
)
from notifications.inbox import InboxEntry, InboxPage, list_inbox, mark_read, unread_count
from notifications.policy import PushPolicy, Telling
from notifications.reply_tokens import ReplyPermit, ReplyTokenRefused, delete_expired_tokens, read_token
from notifications.sending import send_delivery, send_due_deliveries
from notifications.withdrawing import NotInATransaction, cancel

__all__ = [
    "DeviceNotFound",
    "DeviceView",
    "InboxEntry",
    "InboxPage",
    "MalformedPush",
    "NotInATransaction",
    "PushPolicy",
    "ReplyPermit",
    "ReplyTokenRefused",
    "Telling",
    "UnableToRegisterDevice",
    "cancel",
    "delete_expired_tokens",
    "deliver",
    "forget_session",
    "list_devices",
    "list_inbox",
    "mark_read",
    "read_token",
    "register_device",
    "remove_device",
    "send_delivery",
    "send_due_deliveries",
    "unread_count",
]
