"""
The public face of push: everything else in this package is private to it.

- `deliver`, `deliver_all`, `cancel`: for the handlers of `push.requested` and `push.cancelled`, in their transaction.
- `reachable`: who would hear of something outside the inbox.
- `explain_choices`, `set_choices`: how a person wants to be told of each kind of thing.
- `note_receipt`, `note_step`: what a phone says became of a push.
- `register_device`, `list_devices`, `remove_device`, `forget_session`, `follow_session`: a person's phones.
- `read_token`: what the reply token of a notification may answer, and as whom.
- `list_inbox`, `find_entry`, `mark_read`, `mark_read_up_to`, `unread_count`: what a person was told.
- `firebase_key_problem`, `list_refused_keys`, `list_closed_ways`: for whoever runs this installation.
- `send_test_push`, `find_test_push`: whether a push would arrive, and why not.
- `measure_backlog`: what is stuck on its way, for whoever looks after Cuppa.
- `send_again`, `lift_pause`: what they may do about it.
- `timeline_of`, `summarise`: what became of it, for that person; and for an organisation, without names.
- `send_deliveries`, `send_delivery`, `send_due_deliveries`: the sender's work, also as Celery tasks.

People and organisations are plain ids; every call names the organisation it acts in.
"""

from __future__ import annotations

from notifications.backlog import Backlog, measure_backlog
from notifications.delivering import MalformedPush, deliver, deliver_all
from notifications.devices import (
    DeviceNotFound,
    DeviceView,
    UnableToRegisterDevice,
    follow_session,
    forget_session,
    list_devices,
    register_device,
    remove_device,
)
from notifications.inbox import (
    InboxEntry,
    InboxPage,
    find_entry,
    list_inbox,
    mark_read,
    mark_read_up_to,
    unread_count,
)
from notifications.keys import RefusedKey, firebase_key_problem, list_closed_ways, list_refused_keys
from notifications.models import TellingMode
from notifications.obstacles import DeviceObstacles, Obstacles
from notifications.policy import Hindrance, PushPolicy, Telling
from notifications.preference_words import ExplainedChoice, ExplainedChoices, explain_choices
from notifications.preferences import Choice, UnableToSetPreferences, set_choices
from notifications.reaching import reachable
from notifications.receipts import ReceiptKind, note_receipt, note_step
from notifications.reply_tokens import ReplyPermit, ReplyTokenRefused, delete_expired_tokens, read_token
from notifications.sending import send_deliveries, send_delivery, send_due_deliveries
from notifications.sending_again import UnableToSendAgain, lift_pause, send_again
from notifications.states import DeliveryState
from notifications.summary import ChannelSummary, FaultSummary, StepSummary, Summary, summarise
from notifications.testing import TestPush, TooSoon, find_test_push, send_test_push
from notifications.timeline import DeliveryTimeline, ItemNotFound, Step, timeline_of
from notifications.withdrawing import NotInATransaction, cancel

__all__ = [
    "Backlog",
    "ChannelSummary",
    "Choice",
    "DeliveryState",
    "DeliveryTimeline",
    "DeviceNotFound",
    "DeviceObstacles",
    "DeviceView",
    "ExplainedChoice",
    "ExplainedChoices",
    "FaultSummary",
    "Hindrance",
    "InboxEntry",
    "InboxPage",
    "ItemNotFound",
    "MalformedPush",
    "NotInATransaction",
    "Obstacles",
    "PushPolicy",
    "ReceiptKind",
    "RefusedKey",
    "ReplyPermit",
    "ReplyTokenRefused",
    "Step",
    "StepSummary",
    "Summary",
    "Telling",
    "TellingMode",
    "TestPush",
    "TooSoon",
    "UnableToRegisterDevice",
    "UnableToSendAgain",
    "UnableToSetPreferences",
    "cancel",
    "delete_expired_tokens",
    "deliver",
    "deliver_all",
    "explain_choices",
    "find_entry",
    "find_test_push",
    "firebase_key_problem",
    "follow_session",
    "forget_session",
    "lift_pause",
    "list_closed_ways",
    "list_devices",
    "list_inbox",
    "list_refused_keys",
    "mark_read",
    "mark_read_up_to",
    "measure_backlog",
    "note_receipt",
    "note_step",
    "reachable",
    "read_token",
    "register_device",
    "remove_device",
    "send_again",
    "send_deliveries",
    "send_delivery",
    "send_due_deliveries",
    "send_test_push",
    "set_choices",
    "summarise",
    "timeline_of",
    "unread_count",
]
