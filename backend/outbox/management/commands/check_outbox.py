"""`python -m backend.manage check_outbox`: the relay's health check, for whoever supervises it."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from backend.outbox.models import OutboxEvent

_LONGEST_WAIT = timedelta(seconds=60)


class Command(BaseCommand):
    help = "Fail when an outbox event has been due for a minute and no relay offered it."

    def handle(self, *_args: Any, **_options: Any) -> None:
        late = OutboxEvent.objects.filter(handled_at=None, dead_at=None, offer_at__lt=timezone.now() - _LONGEST_WAIT)
        if late.exists():
            raise CommandError("The outbox is not being emptied.")
