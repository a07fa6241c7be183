"""How-tos: what a fixed thread leaves behind for the next technician."""

from __future__ import annotations

from typing import ClassVar

from django.db import models

from backend.domain.accounts.models import Person
from backend.domain.clips.models import Clip
from backend.domain.equipment.models import AssetModel
from backend.domain.howtos.states import Confidence, Governance, Publication
from backend.domain.rows import TenantRow, one_of
from backend.domain.threads.models import Thread


class HowTo(TenantRow):
    """The knowledge article; its text lives in versions."""

    thread = models.OneToOneField(Thread, on_delete=models.PROTECT, null=True, related_name="howto")
    asset_model = models.ForeignKey(AssetModel, on_delete=models.PROTECT, related_name="+")
    fault_code = models.CharField(max_length=32, blank=True)  # normalised
    confidence = models.CharField(max_length=16, default=Confidence.WIP)
    governance = models.CharField(max_length=12, default=Governance.EXPERIENCE)
    created_at = models.DateTimeField()
    review_due_at = models.DateTimeField(null=True)

    class Meta:
        verbose_name = "how-to"
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.CheckConstraint(condition=one_of("confidence", Confidence), name="howto_confidence_is_known"),
            models.CheckConstraint(condition=one_of("governance", Governance), name="howto_governance_is_known"),
        ]


class HowToVersion(TenantRow):
    """One version of the text. Only a draft may change; `number` counts from 1."""

    howto = models.ForeignKey(HowTo, on_delete=models.CASCADE, related_name="versions")
    number = models.PositiveIntegerField()
    publication = models.CharField(max_length=12, default=Publication.DRAFT)
    title = models.CharField(max_length=200)
    problem = models.TextField()
    environment = models.TextField(blank=True)
    cause = models.TextField(blank=True)
    remedy = models.TextField()
    hazards = models.TextField(blank=True)
    is_untouched = models.BooleanField(default=True)  # made by us, edited by nobody: may be made again
    content_sha256 = models.CharField(max_length=64, blank=True)  # set at release: what was approved
    created_at = models.DateTimeField()
    released_at = models.DateTimeField(null=True)
    released_by = models.ForeignKey(Person, on_delete=models.PROTECT, null=True, related_name="+")

    class Meta:
        verbose_name = "how-to version"
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=["howto", "number"], name="howto_version_once"),
            models.UniqueConstraint(
                fields=["howto"], condition=models.Q(publication="released"), name="one_released_version_per_howto"
            ),
            models.CheckConstraint(condition=one_of("publication", Publication), name="howto_publication_is_known"),
            models.CheckConstraint(
                condition=~models.Q(publication="released")
                | models.Q(released_at__isnull=False, released_by__isnull=False) & ~models.Q(content_sha256=""),
                name="released_version_says_who_and_what",
            ),
        ]


class Step(TenantRow):
    """One step of a version, with the moment that shows it."""

    version = models.ForeignKey(HowToVersion, on_delete=models.CASCADE, related_name="steps")
    position = models.PositiveSmallIntegerField()  # from 1
    text = models.TextField()
    clip = models.ForeignKey(Clip, on_delete=models.PROTECT, null=True, related_name="+")
    start_ms = models.PositiveIntegerField(null=True)
    end_ms = models.PositiveIntegerField(null=True)

    class Meta:
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=["version", "position"], name="step_once_per_version"),
            models.CheckConstraint(
                condition=models.Q(clip__isnull=True, start_ms__isnull=True, end_ms__isnull=True)
                | models.Q(clip__isnull=False, end_ms__gt=models.F("start_ms")),
                name="step_moment_is_whole",
            ),
        ]


class Credit(TenantRow):
    """Whose work a how-to stands on."""

    howto = models.ForeignKey(HowTo, on_delete=models.CASCADE, related_name="credits")
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    contribution = models.CharField(max_length=12)  # asked | answered

    class Meta:
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=["howto", "person", "contribution"], name="credit_once")
        ]
