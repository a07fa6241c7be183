from __future__ import annotations

import logging

from django.apps import AppConfig
from django.conf import settings

logger = logging.getLogger(__name__)


class NotificationsConfig(AppConfig):
    name = "notifications"
    label = "notifications"

    def ready(self) -> None:
        """Tell the operator at start-up, in one sentence, when pushes cannot leave. The inbox works without them."""
        if not settings.FIREBASE_CREDENTIALS:
            return
        from notifications import fcm  # noqa: PLC0415  # a slow import, of use only with credentials

        if problem := fcm.credentials_problem(settings.FIREBASE_CREDENTIALS):
            logger.error("%s", problem)
