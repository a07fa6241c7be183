"""What can be found: pieces of text, what they open, and the statistics that tell a rare word from a common one."""

from __future__ import annotations

from enum import StrEnum
from typing import ClassVar

from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.search import SearchVectorField
from django.db import models

from backend.domain.rows import Row, TenantRow, one_of
from backend.domain.search.vectors import HalfVectorField


class DocumentKind(StrEnum):
    THREAD = "thread"
    HOWTO = "howto"
    CUE = "cue"  # one caption of a clip
    STEP = "step"  # one step of a released how-to
    MOMENT = "moment"  # what somebody wrote about a marked moment of a clip
    CORRECTION = "correction"  # what is right, and why, of advice that was set straight


class SubjectKind(StrEnum):
    """What a hit opens."""

    THREAD = "thread"
    HOWTO = "howto"


class Document(TenantRow):
    """
    A piece of text that can be found, and what it opens.

    Written by the operation that writes its source, in the same transaction. `source_id` is the row it
    came from: a thread, a how-to, a cue, a step or a correction; `subject_id` is the thread or how-to that a hit opens.
    """

    kind = models.CharField(max_length=10)
    source_id = models.UUIDField(unique=True)
    subject_kind = models.CharField(max_length=10)
    subject_id = models.UUIDField(db_index=True)
    title = models.TextField()
    body = models.TextField()
    identifiers = ArrayField(models.CharField(max_length=64), default=list)  # normalised codes, parts, models, tags
    language = models.CharField(max_length=16, default="en")  # BCP 47
    is_solved = models.BooleanField(default=False)
    clip_id = models.UUIDField(null=True)
    start_ms = models.PositiveIntegerField(null=True)  # the moment to open at, in the clip
    end_ms = models.PositiveIntegerField(null=True)
    # Stems with positions: the title has weight A, a correction B, what was corrected C, any other body D.
    words = SearchVectorField()
    words_count = models.PositiveIntegerField()
    updated_at = models.DateTimeField()

    class Meta:
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.CheckConstraint(condition=one_of("kind", DocumentKind), name="document_kind_is_known"),
            models.CheckConstraint(condition=one_of("subject_kind", SubjectKind), name="document_subject_is_known"),
        ]


class Subject(TenantRow):
    """
    One thread or how-to as ranking needs it; `id` is the thread's or how-to's own. Its terms are its postings.

    What people narrow a search down by stands in its facts. A row of before there were facts has no `facts_at`:
    `reindexing` writes it anew.
    """

    kind = models.CharField(max_length=10)
    is_solved = models.BooleanField(default=False)
    words_count = models.FloatField(default=0)  # the sum of its words' frequencies: BM25's document length
    make = models.CharField(max_length=100, db_default="")
    model = models.CharField(max_length=100, db_default="")
    model_code = models.CharField(max_length=100, db_default="")  # the model, normalised
    code = models.CharField(max_length=64, db_default="")  # the fault code, normalised
    site_id = models.UUIDField(null=True)  # a how-to stands nowhere
    is_held = models.BooleanField(db_default=False)
    languages = ArrayField(models.CharField(max_length=16), db_default=[])  # of its documents: `de` for `de-CH`
    facts_at = models.DateTimeField(null=True)
    # Whose vectors tell what it says now: empty after each change. Until when somebody makes them; see `embedding.py`.
    embedded_with = models.CharField(max_length=200, db_default="")
    embedding_until = models.DateTimeField(null=True)

    class Meta:
        indexes: ClassVar[list[models.Index]] = [
            models.Index(fields=["id"], name="subject_lacks_facts", condition=models.Q(facts_at__isnull=True)),
        ]
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.CheckConstraint(condition=one_of("kind", SubjectKind), name="subject_kind_is_known"),
        ]


class Posting(TenantRow):
    """
    That a subject holds a term, and how often, weighted by field.

    A term is a stem, or an identifier after a `#`, which no stem holds. Read by term, to bring subjects up, and
    by term and subject, to score one: both are the primary key. (Ten times as fast as arrays in the subject's
    row, of which each candidate's would be unpacked whole *(measured)*.)
    """

    id = None  # type: ignore[assignment]  # a key of its own would be a third of the table
    pk = models.CompositePrimaryKey("organisation_id", "term", "subject_id")
    organisation = models.ForeignKey(
        "accounts.Organisation", on_delete=models.CASCADE, related_name="+", db_index=False
    )
    term = models.TextField()
    subject = models.ForeignKey(Subject, on_delete=models.CASCADE, related_name="+")
    frequency = models.FloatField()


class PassageVector(TenantRow):
    """Where one passage of a subject lies in the space of one embedder. Passages that read the same share a row."""

    subject = models.ForeignKey(Subject, on_delete=models.CASCADE, related_name="+", db_index=False)
    embedder = models.CharField(max_length=200)
    text_hash = models.CharField(max_length=64)  # SHA-256 of the passage
    vector = HalfVectorField()

    class Meta:
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=["subject", "embedder", "text_hash"], name="passage_vector_once"),
        ]


class Totals(TenantRow):
    """How much an organisation can find, without the changes that still wait in `StatisticsChange`."""

    subjects_count = models.BigIntegerField(default=0)
    words_count = models.FloatField(default=0)

    class Meta:
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=["organisation"], name="search_totals_once_per_organisation"),
        ]


class TermCount(TenantRow):
    """In how many of an organisation's subjects a term occurs, without the changes that still wait."""

    term = models.TextField()
    subjects_count = models.BigIntegerField()

    class Meta:
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=["organisation", "term"], name="term_counted_once_per_organisation"),
        ]


class StatisticsChange(TenantRow):
    """What one transaction changed in the statistics; see `statistics.py` for why it is not added at once."""

    terms = ArrayField(models.TextField())
    differences = ArrayField(models.IntegerField())  # of subjects, one for each term
    subjects_difference = models.IntegerField()
    words_difference = models.FloatField()


class TradeWord(Row):
    """
    That people of the trades say `other` where somebody says `term`: stems of one text search configuration.

    The same for every organisation, and written from the files in `trade_words` only.
    """

    configuration = models.CharField(max_length=32)
    term = models.TextField()
    other = models.TextField()
    weight = models.FloatField()  # of the term itself, 0..1

    class Meta:
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=["configuration", "term", "other"], name="trade_word_once"),
            models.CheckConstraint(
                condition=models.Q(weight__gt=0, weight__lte=1), name="trade_word_counts_no_more_than_the_term"
            ),
        ]


class Nickname(TenantRow):
    """That people of this organisation say `said` and mean `means`, or the other way round: "the beast", `CHL-A`."""

    said = models.CharField(max_length=100)
    means = models.CharField(max_length=100)
    said_words = models.CharField(max_length=110)  # plain lower-case words between spaces, to be found in a question
    means_words = models.CharField(max_length=110)
    identifiers = ArrayField(models.CharField(max_length=64), default=list)  # normalised, of what it means
    created_at = models.DateTimeField()

    class Meta:
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=["organisation", "said_words", "means_words"], name="nickname_once"),
        ]
