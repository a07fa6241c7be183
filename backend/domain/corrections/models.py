"""Advice that is set straight."""

from __future__ import annotations

from typing import ClassVar

from django.db import models

from backend.domain.accounts.models import Person
from backend.domain.corrections.states import CorrectionStatus, RecallStatus, Severity
from backend.domain.rows import TenantRow, one_of
from backend.domain.threads.models import Suggestion


class Correction(TenantRow):
    """The official record set straight, pinned on a suggestion. The original stays, folded."""

    suggestion = models.ForeignKey(Suggestion, on_delete=models.PROTECT, related_name="corrections")
    author = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    severity = models.CharField(max_length=10)
    what = models.TextField()  # is wrong with it
    why = models.TextField()
    procedure = models.TextField()  # the right one
    status = models.CharField(max_length=10, default=CorrectionStatus.STANDING)
    corrected_at = models.DateTimeField()
    withdrawn_by = models.ForeignKey(Person, on_delete=models.PROTECT, null=True, related_name="+")
    withdrawn_at = models.DateTimeField(null=True)
    withdrawal_reason = models.TextField(blank=True)

    class Meta:
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.CheckConstraint(condition=one_of("status", CorrectionStatus), name="correction_status_is_known"),
            models.CheckConstraint(condition=one_of("severity", Severity), name="correction_severity_is_known"),
            models.CheckConstraint(
                condition=~models.Q(what="") & ~models.Q(why="") & ~models.Q(procedure=""),
                name="correction_says_what_why_and_how",
            ),
            models.CheckConstraint(
                condition=models.Q(
                    status="standing", withdrawn_by__isnull=True, withdrawn_at__isnull=True, withdrawal_reason=""
                )
                | models.Q(status="withdrawn", withdrawn_by__isnull=False, withdrawn_at__isnull=False)
                & ~models.Q(withdrawal_reason=""),
                name="correction_withdrawal_is_signed",
            ),
        ]


class Recall(TenantRow):
    """Everyone who tried unsafe advice is told, and has to acknowledge."""

    correction = models.OneToOneField(Correction, on_delete=models.PROTECT, related_name="recall")
    status = models.CharField(max_length=10, default=RecallStatus.OPEN)
    begun_at = models.DateTimeField()
    closed_by = models.ForeignKey(Person, on_delete=models.PROTECT, null=True, related_name="+")
    closed_at = models.DateTimeField(null=True)
    close_reason = models.TextField(blank=True)

    class Meta:
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.CheckConstraint(
                condition=models.Q(status="open", closed_by__isnull=True, closed_at__isnull=True, close_reason="")
                | models.Q(status="closed", closed_by__isnull=False, closed_at__isnull=False)
                & ~models.Q(close_reason=""),
                name="recall_end_is_signed",
            ),
        ]


class RecallNotice(TenantRow):
    """One person who tried it, and whether they acknowledged."""

    recall = models.ForeignKey(Recall, on_delete=models.CASCADE, related_name="notices")
    person = models.ForeignKey(Person, on_delete=models.CASCADE, related_name="+")
    told_at = models.DateTimeField()
    reminders_count = models.PositiveSmallIntegerField(default=0)
    remind_at = models.DateTimeField(null=True)  # null: reminded often enough, or acknowledged
    acknowledged_at = models.DateTimeField(null=True)

    class Meta:
        indexes: ClassVar[list[models.Index]] = [
            models.Index(fields=["remind_at"], name="recall_notice_due", condition=models.Q(remind_at__isnull=False))
        ]
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=["recall", "person"], name="recall_notice_once"),
            models.CheckConstraint(
                condition=models.Q(acknowledged_at__isnull=True) | models.Q(remind_at__isnull=True),
                name="acknowledged_notice_is_not_due",
            ),
        ]
