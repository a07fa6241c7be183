"""What is said of a push where its details must not leave our house, and where it leads."""

from __future__ import annotations

from django.conf import settings
from django.utils.translation import gettext
from django.utils.translation import gettext_noop as _

from api_schema.push_payloads import PushKind
from notifications.outgoing import OutgoingPush

SENTENCES: dict[PushKind, str] = {
    PushKind.ASK: _("A colleague asks you about a fault."),
    PushKind.ANSWER: _("There is an answer for you."),
    PushKind.OUTCOME: _("There is news of advice that you gave."),
    PushKind.CLIP_REJECTED: _("A clip of yours cannot be used."),
    PushKind.HOWTO_REVIEW: _("A how-to waits for your review."),
    PushKind.HOWTO_RELEASED: _("A how-to of yours was released."),
    PushKind.CLAIMED: _("Somebody looks at your fault."),
    PushKind.DUTY: _("A fault that nobody answered is yours now."),
    PushKind.STILL_RUNNING: _("Does the machine still run?"),
    PushKind.SAFETY: _("There is a notice about safety."),
    PushKind.RECALL: _("Advice that you know turned out to be unsafe."),
    PushKind.DUE: _("A fault of yours waits for you."),
    PushKind.DIGEST: _("There is news for you."),
    PushKind.TEST: _("This is the test that you asked for."),
}


def title_of(push: OutgoingPush) -> str:
    """Return the title in one line: the push's own, or the sentence of its kind in the language that is spoken."""
    return " ".join(push.title.split()) if push.shows_details else gettext(SENTENCES[push.kind])


def body_of(push: OutgoingPush) -> str:
    """Return the body: the push's own, or none."""
    return push.body.strip() if push.shows_details else ""


def page_of(push: OutgoingPush) -> str:
    """Return the address of the page that shows what the push is about. It signs nobody in."""
    thread_id = push.ids.get("thread_id")
    return f"{settings.PUBLIC_URL}/threads/{thread_id}" if thread_id else f"{settings.PUBLIC_URL}/"
