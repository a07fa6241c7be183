"""Facts that others must hear of, kept until they have."""

from __future__ import annotations

from typing import ClassVar

from django.db import models


class OutboxEvent(models.Model):
    """
    One event. `handled_at` is set by its handler, in the handler's own transaction: so the effect and the
    mark agree. Until then the relay offers it again whenever `offer_at` has passed.
    """

    id = models.BigAutoField(primary_key=True)
    name = models.CharField(max_length=60)
    payload = models.JSONField()
    created_at = models.DateTimeField()
    offer_at = models.DateTimeField()  # not before; moved on by each offer (back-off)
    offers = models.PositiveSmallIntegerField(default=0)
    failures = models.PositiveSmallIntegerField(default=0)  # of the handler
    handled_at = models.DateTimeField(null=True)
    dead_at = models.DateTimeField(null=True)  # given up; `last_error` says why
    last_error = models.TextField(blank=True)

    class Meta:
        indexes: ClassVar[list[models.Index]] = [
            models.Index(
                fields=["offer_at"],
                name="outbox_unhandled",
                condition=models.Q(handled_at__isnull=True, dead_at__isnull=True),
            )
        ]
