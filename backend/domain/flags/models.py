"""Somebody says that something should not stand as it does, and somebody has to look at it."""

from __future__ import annotations

from typing import ClassVar

from django.contrib.postgres.fields import ArrayField
from django.db import models

from backend.domain.accounts.models import Person
from backend.domain.corrections.models import Correction
from backend.domain.flags.states import FlaggedKind, FlagKind, FlagStatus
from backend.domain.rows import TenantRow, one_of

_OPEN = models.Q(status="open")


class Flag(TenantRow):
    """While it is open exactly one person is due, by a time; then somebody has said what became of it."""

    flagged_kind = models.CharField(max_length=10)
    flagged_id = models.UUIDField()
    thread_id = models.UUIDField(null=True)  # where it stands; null: a how-to that was learnt from no thread
    author = models.ForeignKey(Person, on_delete=models.PROTECT, null=True, related_name="+")  # of what is flagged
    flagger = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    kind = models.CharField(max_length=16)
    text = models.TextField(blank=True)
    status = models.CharField(max_length=10, default=FlagStatus.OPEN)
    due_owner = models.ForeignKey(Person, on_delete=models.PROTECT, null=True, related_name="+")
    due_at = models.DateTimeField(null=True)
    remind_at = models.DateTimeField(null=True)  # null: over
    reminders_count = models.PositiveSmallIntegerField(default=0)
    earlier_owner_ids = ArrayField(models.UUIDField(), default=list, db_default=[])  # who had it before, in their order
    escalations_count = models.PositiveSmallIntegerField(default=0, db_default=0)  # of what is unsafe; see escalating
    correction = models.ForeignKey(Correction, on_delete=models.PROTECT, null=True, related_name="+")
    resolved_by = models.ForeignKey(Person, on_delete=models.PROTECT, null=True, related_name="+")
    resolved_at = models.DateTimeField(null=True)
    resolution = models.TextField(blank=True)  # what was said to who flagged it
    flagged_at = models.DateTimeField()

    class Meta:
        indexes: ClassVar[list[models.Index]] = [
            models.Index(fields=["organisation", "due_at", "id"], name="flag_open", condition=_OPEN),
            models.Index(fields=["remind_at"], name="flag_due", condition=models.Q(remind_at__isnull=False)),
        ]
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(
                fields=["flagger", "flagged_id"], condition=_OPEN, name="one_open_flag_per_person_and_thing"
            ),
            models.CheckConstraint(condition=one_of("status", FlagStatus), name="flag_status_is_known"),
            models.CheckConstraint(condition=one_of("kind", FlagKind), name="flag_kind_is_known"),
            models.CheckConstraint(condition=one_of("flagged_kind", FlaggedKind), name="flagged_kind_is_known"),
            models.CheckConstraint(
                condition=_OPEN
                & models.Q(due_owner__isnull=False, due_at__gt=models.F("flagged_at"), remind_at__isnull=False)
                | ~_OPEN & models.Q(due_owner__isnull=True, due_at__isnull=True, remind_at__isnull=True),
                name="open_flag_has_one_owner_and_is_due",
            ),
            models.CheckConstraint(
                condition=_OPEN & models.Q(resolved_by__isnull=True, resolved_at__isnull=True, resolution="")
                | ~_OPEN & models.Q(resolved_by__isnull=False, resolved_at__isnull=False),
                name="resolved_flag_is_signed",
            ),
            models.CheckConstraint(
                condition=~models.Q(status="dismissed") | ~models.Q(resolution=""), name="dismissed_flag_says_why"
            ),
            models.CheckConstraint(
                condition=models.Q(correction__isnull=True) | models.Q(status="upheld"),
                name="correction_comes_of_an_upheld_flag",
            ),
        ]
