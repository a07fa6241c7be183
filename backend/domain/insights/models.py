"""What was looked for, and what was decided about gaps."""

from __future__ import annotations

from typing import ClassVar

from django.contrib.postgres.fields import ArrayField
from django.db import models

from backend.domain.accounts.models import Person
from backend.domain.insights.states import GapStatus
from backend.domain.rows import TenantRow, one_of


class SearchNote(TenantRow):
    """
    One search by one person; see `noting.py`. Kept for 90 days.

    Who it was is kept to count each person once. No query gives it away.
    """

    person = models.ForeignKey(Person, on_delete=models.CASCADE, related_name="+", db_index=False)
    words = models.CharField(max_length=500)  # plain, in lower case
    terms = ArrayField(models.TextField())  # their stems
    language = models.CharField(max_length=16)  # BCP 47
    found_count = models.PositiveSmallIntegerField()
    best_share = models.FloatField()  # what the best solved hit holds of it, 0..1; 0: there was none
    period = models.BigIntegerField()  # tens of minutes since 1970
    searched_at = models.DateTimeField()

    class Meta:
        indexes: ClassVar[list[models.Index]] = [
            models.Index(fields=["organisation", "best_share", "searched_at"], name="search_note_fruitless"),
            models.Index(fields=["searched_at"], name="search_note_old"),
        ]
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=["person", "words", "period"], name="search_noted_once_per_period"),
            models.CheckConstraint(
                condition=models.Q(best_share__gte=0, best_share__lte=1), name="search_note_share_is_one"
            ),
        ]


class GapDecision(TenantRow):
    """
    What somebody who may curate decided about a gap, which itself is worked out anew each time.

    `gap_id` is the gap's id when it was decided. The gap is known again by that, or by a thread or search it held then.
    """

    gap_id = models.UUIDField()
    status = models.CharField(max_length=16, default=GapStatus.OPEN)
    reason = models.TextField(blank=True)  # why it is dismissed
    owner = models.ForeignKey(Person, on_delete=models.PROTECT, null=True, related_name="+")  # who writes
    decided_by = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    decided_at = models.DateTimeField()
    thread_ids = ArrayField(models.UUIDField(), default=list)
    searches = ArrayField(models.CharField(max_length=500), default=list)  # their words

    class Meta:
        verbose_name = "gap"
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=["organisation", "gap_id"], name="gap_decided_once"),
            models.CheckConstraint(condition=one_of("status", GapStatus), name="gap_status_is_known"),
            models.CheckConstraint(
                condition=models.Q(status="open", reason="", owner__isnull=True)
                | models.Q(status="being_written", reason="", owner__isnull=False)
                | models.Q(status="dismissed", owner__isnull=True) & ~models.Q(reason=""),
                name="gap_decision_says_who_or_why",
            ),
        ]
