"""
What a phone receives. FCM `data` messages: every value is text, the whole at most 4096 bytes.

Android gets data only (a `notification` payload carries no buttons); iOS gets an APNs alert with the
category whose buttons the app registered. Source: FCM v1 reference; APNs payload key reference.
"""

from __future__ import annotations

from enum import StrEnum

MAX_PAYLOAD_BYTES = 4096

# Signs the token with which a lock screen answers one ask. See docs/adr for what it may do.
REPLY_TOKEN_SALT = "cuppa.reply-token.v1"


class PushKind(StrEnum):
    """Why somebody is told; also the iOS category and the Android channel."""

    ASK = "ask"
    ANSWER = "answer"
    OUTCOME = "outcome"
    CLIP_REJECTED = "clip_rejected"
    HOWTO_REVIEW = "howto_review"
    HOWTO_RELEASED = "howto_released"


class PushUrgency(StrEnum):
    NORMAL = "normal"
    HIGH = "high"
    SAFETY = "safety"


# The buttons a notification of this kind offers, in order.
ACTIONS: dict[PushKind, tuple[str, ...]] = {
    PushKind.ASK: ("answer", "claim", "busy", "not_my_kit", "refer"),
    PushKind.ANSWER: ("open",),
    PushKind.OUTCOME: ("open",),
    PushKind.CLIP_REJECTED: ("open",),
    PushKind.HOWTO_REVIEW: ("open",),
    PushKind.HOWTO_RELEASED: ("open",),
}
