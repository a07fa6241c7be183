"""The article, its versions, their steps, and whose work it is."""

from __future__ import annotations

from typing import ClassVar

from django.db import models

from backend.domain.accounts.models import Person
from backend.domain.clips.models import Clip
from backend.domain.equipment.models import AssetModel
from backend.domain.howtos.states import Confidence, Governance, Publication, Succession
from backend.domain.rows import TenantRow, one_of
from backend.domain.threads.models import Thread

_ARCHIVED = models.Q(confidence="archived")
_OUT = models.Q(publication="released")


class HowTo(TenantRow):
    """The knowledge article; its text lives in versions."""

    thread = models.OneToOneField(Thread, on_delete=models.PROTECT, null=True, related_name="howto")
    asset_model = models.ForeignKey(AssetModel, on_delete=models.PROTECT, related_name="+")
    fault_code = models.CharField(max_length=32, blank=True)  # normalised
    confidence = models.CharField(max_length=16, default=Confidence.WIP)
    confidence_at = models.DateTimeField(null=True)  # since when; uses count from then on. Null: from the beginning
    governance = models.CharField(max_length=12, default=Governance.EXPERIENCE)
    requires_certification = models.CharField(max_length=200, blank=True, db_default="")  # of who approves
    owner = models.ForeignKey(Person, on_delete=models.PROTECT, null=True, related_name="+")  # who looks after it
    successor = models.ForeignKey("self", on_delete=models.PROTECT, null=True, related_name="+")
    succession = models.CharField(max_length=12, blank=True, db_default="")  # what the successor is to it
    archived_at = models.DateTimeField(null=True)
    archived_by = models.ForeignKey(Person, on_delete=models.PROTECT, null=True, related_name="+")
    archive_reason = models.TextField(blank=True, db_default="")
    created_at = models.DateTimeField()
    review_due_at = models.DateTimeField(null=True)
    review_reminded_at = models.DateTimeField(null=True)  # the due time that its owner was reminded of last

    class Meta:
        verbose_name = "how-to"
        indexes: ClassVar[list[models.Index]] = [
            models.Index(fields=["review_due_at"], name="howto_review_due", condition=~_ARCHIVED)
        ]
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.CheckConstraint(condition=one_of("confidence", Confidence), name="howto_confidence_is_known"),
            models.CheckConstraint(condition=one_of("governance", Governance), name="howto_governance_is_known"),
            models.CheckConstraint(
                condition=_ARCHIVED
                & models.Q(archived_at__isnull=False, archived_by__isnull=False)
                & ~models.Q(archive_reason="")
                | ~_ARCHIVED & models.Q(archived_at__isnull=True, archived_by__isnull=True, archive_reason=""),
                name="archived_howto_says_who_and_why",
            ),
            models.CheckConstraint(
                condition=models.Q(successor__isnull=True, succession="")
                | _ARCHIVED & models.Q(successor__isnull=False) & one_of("succession", Succession),
                name="succeeded_howto_is_archived",
            ),
            models.CheckConstraint(
                condition=models.Q(successor__isnull=True) | ~models.Q(successor=models.F("id")),
                name="howto_does_not_succeed_itself",
            ),
        ]


class HowToVersion(TenantRow):
    """
    One version of the text, in one language. Only a draft may change; `number` counts from 1 over all languages.

    A translation says which version of the original it was made from.
    """

    howto = models.ForeignKey(HowTo, on_delete=models.CASCADE, related_name="versions")
    number = models.PositiveIntegerField()
    language = models.CharField(max_length=16, default="en", db_default="en")  # BCP 47
    is_original = models.BooleanField(default=True, db_default=True)
    translates_version = models.ForeignKey("self", on_delete=models.PROTECT, null=True, related_name="+")
    publication = models.CharField(max_length=12, default=Publication.DRAFT)
    title = models.CharField(max_length=200)
    problem = models.TextField()
    environment = models.TextField(blank=True)
    cause = models.TextField(blank=True)
    remedy = models.TextField()
    hazards = models.TextField(blank=True)
    parts = models.JSONField(default=list, db_default=[])  # [{number, name, quantity}]
    tools = models.JSONField(default=list, db_default=[])  # [name]
    is_untouched = models.BooleanField(default=True)  # made by us, edited by nobody: may be made again
    content_sha256 = models.CharField(max_length=64, blank=True)  # set at release: what was approved
    created_at = models.DateTimeField()
    submitted_at = models.DateTimeField(null=True)
    submitted_by = models.ForeignKey(Person, on_delete=models.PROTECT, null=True, related_name="+")
    sent_back_at = models.DateTimeField(null=True)  # the last time
    sent_back_by = models.ForeignKey(Person, on_delete=models.PROTECT, null=True, related_name="+")
    send_back_reason = models.TextField(blank=True, db_default="")
    released_at = models.DateTimeField(null=True)
    released_by = models.ForeignKey(Person, on_delete=models.PROTECT, null=True, related_name="+")
    # The governance that its release answered to; empty: not released, or before this was kept.
    released_under = models.CharField(max_length=12, blank=True, db_default="")
    retired_at = models.DateTimeField(null=True)
    retired_by = models.ForeignKey(Person, on_delete=models.PROTECT, null=True, related_name="+")
    retire_reason = models.TextField(blank=True, db_default="")
    retired_for_safety = models.BooleanField(default=False, db_default=False)

    class Meta:
        verbose_name = "how-to version"
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=["howto", "number"], name="howto_version_once"),
            models.UniqueConstraint(
                fields=["howto", "language"], condition=_OUT, name="one_released_version_per_language"
            ),
            models.UniqueConstraint(
                fields=["howto"], condition=_OUT & models.Q(is_original=True), name="one_released_original_per_howto"
            ),
            models.CheckConstraint(condition=one_of("publication", Publication), name="howto_publication_is_known"),
            models.CheckConstraint(
                condition=~_OUT
                | models.Q(released_at__isnull=False, released_by__isnull=False) & ~models.Q(content_sha256=""),
                name="released_version_says_who_and_what",
            ),
            models.CheckConstraint(
                condition=~models.Q(publication="in_review")
                | models.Q(submitted_at__isnull=False, submitted_by__isnull=False),
                name="version_in_review_says_who_asked",
            ),
            models.CheckConstraint(
                condition=models.Q(sent_back_at__isnull=True, sent_back_by__isnull=True, send_back_reason="")
                | models.Q(sent_back_at__isnull=False, sent_back_by__isnull=False) & ~models.Q(send_back_reason=""),
                name="sent_back_version_says_who_and_why",
            ),
            models.CheckConstraint(
                condition=models.Q(publication="retired", retired_at__isnull=False, retired_by__isnull=False)
                & ~models.Q(retire_reason="")
                | ~models.Q(publication="retired")
                & models.Q(retired_at__isnull=True, retired_by__isnull=True, retired_for_safety=False),
                name="retired_version_says_who_and_why",
            ),
            models.CheckConstraint(
                condition=models.Q(is_original=True, translates_version__isnull=True)
                | models.Q(is_original=False, translates_version__isnull=False),
                name="translation_says_of_what",
            ),
        ]


class VersionEditor(TenantRow):
    """Somebody who wrote at a version: none of them may approve it where governance asks for another."""

    version = models.ForeignKey(HowToVersion, on_delete=models.CASCADE, related_name="editors")
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    edited_at = models.DateTimeField()  # the last time

    class Meta:
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=["version", "person"], name="version_editor_once")
        ]


class Step(TenantRow):
    """One step of a version, with the moment that shows it."""

    version = models.ForeignKey(HowToVersion, on_delete=models.CASCADE, related_name="steps")
    position = models.PositiveSmallIntegerField()  # from 1
    text = models.TextField()
    clip = models.ForeignKey(Clip, on_delete=models.PROTECT, null=True, related_name="+")
    start_ms = models.PositiveIntegerField(null=True)
    end_ms = models.PositiveIntegerField(null=True)
    mark = models.JSONField(null=True)  # drawn on the moment, as `clips.marks` has it

    class Meta:
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=["version", "position"], name="step_once_per_version"),
            models.CheckConstraint(
                condition=models.Q(mark__isnull=True) | models.Q(clip__isnull=False), name="step_mark_has_a_moment"
            ),
            models.CheckConstraint(
                condition=models.Q(clip__isnull=True, start_ms__isnull=True, end_ms__isnull=True)
                | models.Q(clip__isnull=False, end_ms__gt=models.F("start_ms")),
                name="step_moment_is_whole",
            ),
        ]


class Credit(TenantRow):
    """Whose work a how-to stands on. Somebody of another organisation, whose how-to was imported, is a name only."""

    howto = models.ForeignKey(HowTo, on_delete=models.CASCADE, related_name="credits")
    person = models.ForeignKey(Person, on_delete=models.PROTECT, null=True, related_name="+")
    name = models.CharField(max_length=200, blank=True, db_default="")  # of who is no person here
    contribution = models.CharField(max_length=12)  # asked | answered

    class Meta:
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=["howto", "person", "contribution"], name="credit_once"),
            models.UniqueConstraint(
                fields=["howto", "name", "contribution"],
                condition=models.Q(person__isnull=True),
                name="credit_by_name_once",
            ),
            models.CheckConstraint(
                condition=models.Q(person__isnull=False, name="") | models.Q(person__isnull=True) & ~models.Q(name=""),
                name="credit_is_a_person_or_a_name",
            ),
        ]
