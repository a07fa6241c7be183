"""
What a phone receives. FCM `data` messages: every value is text, the whole at most 4096 bytes.

Android gets data only (a `notification` payload carries no buttons); iOS gets an APNs alert with the
category whose buttons the app registered. Source: FCM v1 reference; APNs payload key reference.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from uuid import UUID

MAX_PAYLOAD_BYTES = 4096
MAX_IDS = 8  # in `PushRequested.data`


class PushKind(StrEnum):
    """Why somebody is told; also the iOS category and the Android channel."""

    ASK = "ask"
    ANSWER = "answer"
    OUTCOME = "outcome"
    CLIP_REJECTED = "clip_rejected"
    HOWTO_REVIEW = "howto_review"
    HOWTO_RELEASED = "howto_released"
    CLAIMED = "claimed"  # the asker: somebody is on it, or asks to be called
    DUTY = "duty"  # an unanswered thread is theirs now
    STILL_RUNNING = "still_running"  # did the fix hold?
    SAFETY = "safety"  # advice waits for a signature, or was corrected
    RECALL = "recall"  # what they applied or saw is unsafe: they acknowledge
    DUE = "due"  # a thread of theirs has waited too long
    DIGEST = "digest"
    TEST = "test"


class PushUrgency(StrEnum):
    NORMAL = "normal"
    HIGH = "high"
    SAFETY = "safety"


# In place of a PushKind, in a push that shows nothing: take the notification of its `push_id` off the screen.
RETRACT = "retract"

# How long a push may be on its way when its sender names no time: whoever waits for help asks the next one meanwhile.
TTL_S: dict[PushUrgency, int] = {
    PushUrgency.NORMAL: 24 * 3600,
    PushUrgency.HIGH: 4 * 3600,
    PushUrgency.SAFETY: 24 * 3600,
}


# The buttons a notification of this kind offers, in order.
ACTIONS: dict[PushKind, tuple[str, ...]] = {
    PushKind.ASK: ("answer", "claim", "call_me", "busy", "not_my_kit", "refer", "pass", "voice"),
    PushKind.ANSWER: ("open",),
    PushKind.OUTCOME: ("open",),
    PushKind.CLIP_REJECTED: ("open",),
    PushKind.HOWTO_REVIEW: ("open",),
    PushKind.HOWTO_RELEASED: ("open",),
    PushKind.CLAIMED: ("open",),
    PushKind.DUTY: ("answer", "claim", "call_me", "refer", "voice"),
    PushKind.STILL_RUNNING: ("still_running_yes", "still_running_no"),
    PushKind.SAFETY: ("open",),
    PushKind.RECALL: ("acknowledge", "open"),
    PushKind.DUE: ("open",),
    PushKind.DIGEST: ("open",),
    PushKind.TEST: ("open",),
}

# What a browser offers instead: it takes no words and has room for two or three. Tapping the rest opens the page.
WEB_ACTIONS: dict[PushKind, tuple[str, ...]] = ACTIONS | {
    PushKind.ASK: ("claim", "pass", "busy"),
    PushKind.DUTY: ("claim", "call_me", "refer"),
}

# What the buttons say where we draw them (web); phones bring their own words.
ACTION_LABELS: dict[str, str] = {
    "answer": "Answer",
    "claim": "I'm on it",
    "call_me": "Seen this, call me",
    "busy": "Busy",
    "pass": "Not me",
    "voice": "Voice note",
    "not_my_kit": "Not my kit",
    "refer": "Ask someone else",
    "still_running_yes": "Still running",
    "still_running_no": "Failed again",
    "acknowledge": "I have read it",
    "open": "Open",
}


@dataclass(frozen=True)
class PushData:
    """
    The fixed keys of `data` in every push; beside them stand the ids of `PushRequested.data` (`ask_id`, `thread_id` …),
    except in a retraction.

    A repeat carries the same `push_id`: the phone shows it once. None means that the key is absent.
    """

    push_id: str  # the inbox item
    kind: str  # a PushKind, or RETRACT
    urgency: str
    subject_id: str
    collapse_id: str  # the same for everything of this kind about this subject: the newest replaces the others
    requested_at: str  # ISO 8601, UTC
    reply_token: str | None = None  # answers this push and marks it as seen; made when the push is sent
    version: str | None = None  # of the thread, to be sent back as `seen_version`
    # Android only: the app draws the notification itself. May be cut, ends in "…" then. Absent unless the organisation
    # lets details travel: then the app has words of its own for the kind, or fetches them.
    title: str | None = None
    body: str | None = None


PUSH_DATA_KEYS = frozenset(PushData.__dataclass_fields__)


def is_ids_only(data: dict[str, str]) -> bool:
    """Return whether `data` may travel in a push: at most `MAX_IDS` keys `…_id` of ours, each value a UUID."""
    return len(data) <= MAX_IDS and all(_is_id(key, value) for key, value in data.items())


def _is_id(key: str, value: str) -> bool:
    if not key.endswith("_id") or len(key) > 32 or not key.isascii() or key in PUSH_DATA_KEYS:
        return False
    try:
        return str(UUID(value)) == value
    except ValueError:
        return False
