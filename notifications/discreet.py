"""What is said of a push where its details must not leave our house, and where it leads."""

from __future__ import annotations

from django.conf import settings

from api_schema.push_payloads import PushKind
from notifications.outgoing import OutgoingPush

SENTENCES: dict[PushKind, str] = {
    PushKind.ASK: "A colleague asks you about a fault.",
    PushKind.ANSWER: "There is an answer for you.",
    PushKind.OUTCOME: "There is news of advice that you gave.",
    PushKind.CLIP_REJECTED: "A clip of yours cannot be used.",
    PushKind.HOWTO_REVIEW: "A how-to waits for your review.",
    PushKind.HOWTO_RELEASED: "A how-to of yours was released.",
    PushKind.CLAIMED: "Somebody looks at your fault.",
    PushKind.DUTY: "A fault that nobody answered is yours now.",
    PushKind.STILL_RUNNING: "Does the machine still run?",
    PushKind.SAFETY: "There is a notice about safety.",
    PushKind.RECALL: "Advice that you know turned out to be unsafe.",
    PushKind.DUE: "A fault of yours waits for you.",
    PushKind.DIGEST: "There is news for you.",
    PushKind.TEST: "This is the test that you asked for.",
}


def title_of(push: OutgoingPush) -> str:
    """Return the title in one line: the push's own, or the sentence of its kind."""
    return " ".join(push.title.split()) if push.shows_details else SENTENCES[push.kind]


def body_of(push: OutgoingPush) -> str:
    """Return the body: the push's own, or none."""
    return push.body.strip() if push.shows_details else ""


def page_of(push: OutgoingPush) -> str:
    """Return the address of the page that shows what the push is about. It signs nobody in."""
    thread_id = push.ids.get("thread_id")
    return f"{settings.PUBLIC_URL}/threads/{thread_id}" if thread_id else f"{settings.PUBLIC_URL}/"
