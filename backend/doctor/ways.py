"""Whether the ways to people are open: push, e-mail, text messages. A fixed number of queries."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from backend.doctor.findings import Finding, counted, fine, note, wrong
from notifications import service as notifications
from notifications.service import RefusedKey

_CLOSED = {
    "fcm": "No Firebase key is set up: pushes go to the log, and only the inbox serves. Set FIREBASE_CREDENTIALS.",
    "email": "No e-mail is set up, and none is sent: set EMAIL_FROM and EMAIL_URL where it is wanted.",
    "sms": "No text messages are set up, and none is sent: set SMS_REGION where they are wanted.",
}
_NAMES = {"fcm": "Firebase", "email": "The mail server", "sms": "Amazon SNS"}


def examine_ways(*, now: datetime) -> Iterator[Finding]:
    """Yield which ways are closed, and which keys do not open theirs. Whatever it says, the inbox serves."""
    problem = notifications.firebase_key_problem()
    refused = notifications.list_refused_keys(now=now)
    if problem:
        yield wrong("ways", problem)
    yield from (_refused(key) for key in refused)
    yield from (note("ways", _CLOSED[channel], channel=channel) for channel in notifications.list_closed_ways())
    if not (problem or refused):
        yield fine("ways", "No key is refused.")


def _refused(key: RefusedKey) -> Finding:
    where = f" for {key.platform}" if key.platform else ""
    waiting = f"{counted(key.waiting_count, 'message')} waiting" if key.waiting_count else "nothing gets through"
    return wrong(
        "ways",
        f"{_NAMES[key.channel]} refuses us{where} ({key.reason}: {key.detail}): {waiting} until that is repaired.",
        channel=key.channel,
        platform=key.platform,
        reason=key.reason,
        waiting_count=key.waiting_count,
    )
