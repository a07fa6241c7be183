"""Advice that is set straight."""

from __future__ import annotations

from typing import ClassVar

from django.db import models

from backend.domain.accounts.models import Person
from backend.domain.corrections.states import CorrectionStatus, Severity
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
