from __future__ import annotations

import logging

from django.apps import AppConfig

logger = logging.getLogger(__name__)


class NotificationsConfig(AppConfig):
    name = "notifications"
    label = "notifications"

    def ready(self) -> None:
        """Tell the operator at start-up, in one sentence, when pushes cannot leave. The inbox works without them."""
        from notifications.keys import firebase_key_problem  # noqa: PLC0415  # models are not there before `ready`

        if problem := firebase_key_problem():
            logger.error("%s", problem)
