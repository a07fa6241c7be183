"""
The public face of push: everything else in this package is private to it.

- `deliver`, `cancel`: called by the handlers of `push.requested` and `push.cancelled`, inside their transaction.
- `register_device`, `list_devices`, `remove_device`, `forget_session`: a person's phones.
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
from notifications.sending import send_delivery, send_due_deliveries
from notifications.withdrawing import NotInATransaction, cancel

__all__ = [
    "DeviceNotFound",
    "DeviceView",
    "InboxEntry",
    "InboxPage",
    "MalformedPush",
    "NotInATransaction",
    "UnableToRegisterDevice",
    "cancel",
    "deliver",
    "forget_session",
    "list_devices",
    "list_inbox",
    "mark_read",
    "register_device",
    "remove_device",
    "send_delivery",
    "send_due_deliveries",
    "unread_count",
]
