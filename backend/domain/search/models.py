"""What can be found: one table of documents, and the statistics that tell a rare word from a common one."""

from __future__ import annotations

from enum import StrEnum
from typing import ClassVar

from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex
from django.contrib.postgres.search import SearchVectorField
from django.db import models

from backend.domain.rows import TenantRow, one_of


class DocumentKind(StrEnum):
    THREAD = "thread"
    HOWTO = "howto"
    CUE = "cue"  # one caption of a clip


class SubjectKind(StrEnum):
    """What a hit opens."""

    THREAD = "thread"
    HOWTO = "howto"


class Document(TenantRow):
    """
    A piece of text that can be found, and what it opens.

    Written by the operation that writes its source, in the same transaction. `source_id` is the row it
    came from: a thread, a how-to or a cue; `subject_id` is the thread or how-to that a hit opens.
    """

    kind = models.CharField(max_length=10)
    source_id = models.UUIDField(unique=True)
    subject_kind = models.CharField(max_length=10)
    subject_id = models.UUIDField(db_index=True)
    title = models.TextField()
    body = models.TextField()
    identifiers = ArrayField(models.CharField(max_length=64), default=list)  # normalised codes, parts, models, tags
    language = models.CharField(max_length=16, default="en")
    is_solved = models.BooleanField(default=False)
    clip_id = models.UUIDField(null=True)
    start_ms = models.PositiveIntegerField(null=True)  # the moment to open at, in the clip
    end_ms = models.PositiveIntegerField(null=True)
    words = SearchVectorField()
    words_count = models.PositiveIntegerField()
    updated_at = models.DateTimeField()

    class Meta:
        indexes: ClassVar[list[models.Index]] = [
            GinIndex(fields=["words"], name="document_words"),
            GinIndex(fields=["identifiers"], name="document_identifiers"),
            models.Index(fields=["organisation", "kind"], name="document_kind"),
        ]
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.CheckConstraint(condition=one_of("kind", DocumentKind), name="document_kind_is_known"),
            models.CheckConstraint(condition=one_of("subject_kind", SubjectKind), name="document_subject_is_known"),
        ]
