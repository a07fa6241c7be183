"""Events that others must hear of, and what operators did."""

from __future__ import annotations

from datetime import datetime

from django.contrib import admin
from django.contrib.admin.models import LogEntry

from backend.operator.doing import Doing, Refused
from backend.operator.row_admin import RowAdmin, link
from backend.operator.site import site
from backend.outbox.models import OutboxEvent
from backend.outbox.offering_again import offer_again

_EXPLAINED = "The relay offers it at its next look, and its handler has all its attempts again. Handlers may run twice."


def _offer(event: OutboxEvent, now: datetime) -> None:
    if not offer_again(event_id=event.pk, now=now):
        raise Refused("This event was handled: there is nothing to offer.")


@admin.register(OutboxEvent, site=site)
class OutboxEventAdmin(RowAdmin):
    list_display = ("id", "name", "created_at", "offer_at", "offers", "failures", "handled_at", "dead_at", "last_error")
    list_filter = (("dead_at", admin.EmptyFieldListFilter), ("handled_at", admin.EmptyFieldListFilter), "created_at")
    search_fields = ("=id", "name", "last_error")
    doings = (Doing("offer", "Offer it again", _EXPLAINED, _offer),)


@admin.register(LogEntry, site=site)
class LogEntryAdmin(RowAdmin):
    list_display = ("action_time", link("user"), link("content_type"), "object_repr", "change_message")
    list_filter = ("action_time",)
    search_fields = ("user__email", "object_id", "object_repr")
