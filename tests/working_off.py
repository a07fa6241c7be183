"""What relay, jobs worker and sender do, done here and now, so that a test need not wait for three processes."""

from __future__ import annotations

from django.utils import timezone

from backend.outbox.handle import handle_event
from backend.outbox.models import OutboxEvent
from notifications.models import Delivery
from notifications.sending import send_deliveries
from notifications.states import UNSENT


def work_off() -> None:
    """Handle every event that is due, those that follow from it too, and send every push."""
    work_off_events()
    unsent = Delivery.objects.filter(state__in=list(UNSENT), available_at__lte=timezone.now())
    send_deliveries(delivery_ids=list(unsent.values_list("pk", flat=True)), now=timezone.now())


def work_off_events() -> None:
    """Handle every event that is due, and those that follow from it."""
    while waiting := list(OutboxEvent.objects.filter(handled_at=None, offer_at__lte=timezone.now()).order_by("id")):
        for event in waiting:
            handle_event(event_id=event.pk, now=timezone.now())
