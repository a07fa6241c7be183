"""What people say of a how-to: that a text is right, and how it went."""

from __future__ import annotations

from typing import ClassVar

from django.db import models

from backend.domain.accounts.models import Person
from backend.domain.equipment.models import Asset
from backend.domain.howtos.models.articles import HowTo, HowToVersion
from backend.domain.rows import TenantRow, one_of
from backend.domain.threads.states import TryOutcome


class Approval(TenantRow):
    """Somebody stands for a version as it was: for the text with this hash, until the version is sent back."""

    version = models.ForeignKey(HowToVersion, on_delete=models.CASCADE, related_name="approvals")
    content_sha256 = models.CharField(max_length=64)
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    certification = models.CharField(max_length=200, blank=True)  # what they were certified for, where it was asked
    note = models.TextField(blank=True)
    approved_at = models.DateTimeField()
    withdrawn_at = models.DateTimeField(null=True)  # when the version was sent back

    class Meta:
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(
                fields=["version", "content_sha256", "person"],
                condition=models.Q(withdrawn_at__isnull=True),
                name="standing_approval_once",
            ),
            models.CheckConstraint(condition=~models.Q(content_sha256=""), name="approval_says_of_what"),
        ]


class HowToUse(TenantRow):
    """Somebody worked by a how-to, on a machine, and says how it went."""

    howto = models.ForeignKey(HowTo, on_delete=models.CASCADE, related_name="uses")
    version = models.ForeignKey(HowToVersion, on_delete=models.CASCADE, related_name="+")
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    asset = models.ForeignKey(Asset, on_delete=models.PROTECT, related_name="+")
    outcome = models.CharField(max_length=8)
    note = models.TextField(blank=True)
    minutes = models.PositiveSmallIntegerField(null=True)
    used_at = models.DateTimeField()

    class Meta:
        verbose_name = "use of a how-to"
        indexes: ClassVar[list[models.Index]] = [models.Index(fields=["howto", "-used_at"], name="howto_uses_lately")]
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.CheckConstraint(condition=one_of("outcome", TryOutcome), name="howto_use_outcome_is_known")
        ]
