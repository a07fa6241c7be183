"""Advice that is set straight, who is told of it, and who has seen the advice."""

from __future__ import annotations

from typing import ClassVar

from django.db import models

from backend.domain.accounts.models import Person
from backend.domain.corrections.states import AdviceKind, CorrectionStatus, Reach, RecallStatus, Severity
from backend.domain.howtos.models import HowTo, HowToVersion, Step
from backend.domain.rows import TenantRow, one_of
from backend.domain.threads.models import Suggestion

_OF_SUGGESTION = models.Q(suggestion__isnull=False, howto__isnull=True)
_OF_HOWTO = models.Q(suggestion__isnull=True, howto__isnull=False)


class Recall(TenantRow):
    """Everyone who applied or saw unsafe advice is told, and has to acknowledge. One at a time of one advice."""

    suggestion = models.ForeignKey(Suggestion, on_delete=models.PROTECT, null=True, related_name="recalls")
    howto = models.ForeignKey(HowTo, on_delete=models.PROTECT, null=True, related_name="recalls")
    # What was taken out for safety, and why; null: corrections say what is wrong.
    retired_version = models.ForeignKey(HowToVersion, on_delete=models.PROTECT, null=True, related_name="+")
    reason = models.TextField(blank=True, db_default="")
    status = models.CharField(max_length=10, default=RecallStatus.OPEN)
    begun_at = models.DateTimeField()
    closed_by = models.ForeignKey(Person, on_delete=models.PROTECT, null=True, related_name="+")
    closed_at = models.DateTimeField(null=True)
    close_reason = models.TextField(blank=True)

    class Meta:
        indexes: ClassVar[list[models.Index]] = [
            models.Index(
                fields=["organisation", "-begun_at", "-id"],
                name="recall_open",
                condition=models.Q(status="open"),
            )
        ]
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.CheckConstraint(
                condition=models.Q(status="open", closed_by__isnull=True, closed_at__isnull=True, close_reason="")
                | models.Q(status="closed", closed_by__isnull=False, closed_at__isnull=False)
                & ~models.Q(close_reason=""),
                name="recall_end_is_signed",
            ),
            models.CheckConstraint(condition=_OF_SUGGESTION | _OF_HOWTO, name="recall_is_of_one_advice"),
            models.CheckConstraint(
                condition=models.Q(retired_version__isnull=True, reason="")
                | _OF_HOWTO & models.Q(retired_version__isnull=False) & ~models.Q(reason=""),
                name="recall_of_what_was_retired_says_why",
            ),
            models.UniqueConstraint(
                fields=["suggestion"], condition=models.Q(status="open"), name="one_open_recall_per_suggestion"
            ),
            models.UniqueConstraint(
                fields=["howto"], condition=models.Q(status="open"), name="one_open_recall_per_howto"
            ),
        ]


class Correction(TenantRow):
    """
    The official record set straight, pinned on a suggestion, or on a version of a how-to or one of its steps.

    The original stays, folded.
    """

    suggestion = models.ForeignKey(Suggestion, on_delete=models.PROTECT, null=True, related_name="corrections")
    howto = models.ForeignKey(HowTo, on_delete=models.PROTECT, null=True, related_name="corrections")
    version = models.ForeignKey(HowToVersion, on_delete=models.PROTECT, null=True, related_name="corrections")
    step = models.ForeignKey(Step, on_delete=models.PROTECT, null=True, related_name="+")  # null: all of it
    recall = models.ForeignKey(Recall, on_delete=models.PROTECT, null=True, related_name="corrections")  # if unsafe
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
                condition=_OF_SUGGESTION & models.Q(version__isnull=True, step__isnull=True)
                | _OF_HOWTO & models.Q(version__isnull=False),
                name="correction_is_of_one_advice",
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


class RecallNotice(TenantRow):
    """One person who applied or saw it, and whether they acknowledged what was said of it last."""

    recall = models.ForeignKey(Recall, on_delete=models.CASCADE, related_name="notices")
    person = models.ForeignKey(Person, on_delete=models.CASCADE, related_name="+")
    reach = models.CharField(max_length=10, default=Reach.APPLIED, db_default=Reach.APPLIED)
    told_at = models.DateTimeField()  # the last time that something new was said
    reminders_count = models.PositiveSmallIntegerField(default=0)  # since then
    remind_at = models.DateTimeField(null=True)  # null: reminded often enough, or acknowledged
    acknowledged_at = models.DateTimeField(null=True)
    earlier_acknowledged_at = models.DateTimeField(null=True)  # of what was said before

    class Meta:
        indexes: ClassVar[list[models.Index]] = [
            models.Index(fields=["remind_at"], name="recall_notice_due", condition=models.Q(remind_at__isnull=False))
        ]
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=["recall", "person"], name="recall_notice_once"),
            models.CheckConstraint(condition=one_of("reach", Reach), name="recall_notice_reach_is_known"),
            models.CheckConstraint(
                condition=models.Q(acknowledged_at__isnull=True) | models.Q(remind_at__isnull=True),
                name="acknowledged_notice_is_not_due",
            ),
        ]


class AdviceView(TenantRow):
    """That somebody played the clip of an answer: a recall reaches them, too. Of how-tos, `HowToOpening` says so."""

    person = models.ForeignKey(Person, on_delete=models.CASCADE, related_name="+")
    kind = models.CharField(max_length=10)
    advice_id = models.UUIDField(db_index=True)  # the suggestion's
    first_at = models.DateTimeField()
    last_at = models.DateTimeField()

    class Meta:
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=["person", "advice_id"], name="advice_view_once"),
            models.CheckConstraint(condition=one_of("kind", AdviceKind), name="advice_view_kind_is_known"),
        ]
