"""The channel of an installation without Firebase credentials: one log line, so that a developer sees the push."""

from __future__ import annotations

import logging

from notifications.answers import Answer, Logged
from notifications.outgoing import OutgoingPush

logger = logging.getLogger(__name__)


class LogChannel:
    def send(self, push: OutgoingPush) -> Answer:
        """Write `push` to the log. Neither the address nor the reply token is written: both are secrets."""
        logger.info("push %s to %s: %s / %s", push.kind, push.address.platform, push.title, push.body)
        return Logged()
