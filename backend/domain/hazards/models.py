"""Which words are hazardous here, what lies under a caution, and who signed for it."""

from __future__ import annotations

from typing import Any, ClassVar

from django.contrib.postgres.fields import ArrayField
from django.db import models

from backend.domain.accounts.models import Person
from backend.domain.hazards.kinds import HazardKind
from backend.domain.hazards.states import CautionStatus
from backend.domain.rows import TenantRow, one_of


class HazardRule(TenantRow):
    """What an organisation itself says of a kind of hazard; without one, the product's phrases count."""

    kind = models.CharField(max_length=20)
    phrases = ArrayField(models.CharField(max_length=100))
    certification = models.CharField(max_length=100)  # who holds it may sign
    changed_by = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    changed_at = models.DateTimeField()

    class Meta:
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=["organisation", "kind"], name="hazard_rule_once"),
            models.CheckConstraint(condition=one_of("kind", HazardKind), name="hazard_rule_kind_is_known"),
        ]


class Caution(TenantRow):
    """
    A suggestion says something hazardous. It lies under a cover until each of its hazards is signed for.

    `words`: [{kind, said, stems, start, end, start_ms, end_ms}]. Written ones have a place in the text, in Unicode code
    points; spoken ones a moment in the clip.
    """

    thread_id = models.UUIDField()
    title = models.CharField(max_length=200)  # the thread's
    author = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    words: models.JSONField[list[dict[str, Any]], list[dict[str, Any]]] = models.JSONField()
    status = models.CharField(max_length=10, default=CautionStatus.COVERED)
    covered_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)  # signed or withdrawn

    class Meta:
        indexes: ClassVar[list[models.Index]] = [
            models.Index(
                fields=["organisation", "-covered_at", "-id"],
                name="caution_covered",
                condition=models.Q(status="covered"),
            )
        ]
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.CheckConstraint(condition=one_of("status", CautionStatus), name="caution_status_is_known"),
            models.CheckConstraint(
                condition=models.Q(status="covered", ended_at__isnull=True)
                | ~models.Q(status="covered") & models.Q(ended_at__isnull=False),
                name="caution_end_has_a_time",
            ),
        ]

    @property
    def is_covered(self) -> bool:
        """Whether it must be read first."""
        return self.status == CautionStatus.COVERED


class CautionSignature(TenantRow):
    """Somebody certified stands behind what is said, for one hazard and for the words that they read."""

    caution = models.ForeignKey(Caution, on_delete=models.CASCADE, related_name="signatures")
    kind = models.CharField(max_length=20)
    certification = models.CharField(max_length=100)  # as it was called then
    words = models.JSONField()  # the stems of what they signed for
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    note = models.TextField(blank=True)
    signed_at = models.DateTimeField()

    class Meta:
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.CheckConstraint(condition=one_of("kind", HazardKind), name="caution_signature_kind_is_known"),
        ]
