"""Fault threads: the problem, what peers suggested, what was tried, and what it turned out to be."""

from __future__ import annotations

from typing import ClassVar

from django.db import models

from backend.domain.accounts.models import Person
from backend.domain.clips.models import Clip
from backend.domain.equipment.models import Asset
from backend.domain.rows import TenantRow, one_of
from backend.domain.threads.states import ThreadStatus, TryOutcome, Urgency

_OPEN = models.Q(status__in=["asked", "answered", "trying"])
_SOLVED = models.Q(status__in=["fixed", "held"])


class Thread(TenantRow):
    """One problem by one technician on one asset."""

    asker = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    asset = models.ForeignKey(Asset, on_delete=models.PROTECT, related_name="+")
    title = models.CharField(max_length=200)
    description = models.TextField(blank=True)
    fault_code_shown = models.CharField(max_length=32, blank=True)
    fault_code = models.CharField(max_length=32, blank=True)  # normalised
    urgency = models.CharField(max_length=20, default=Urgency.CUSTOMER_WAITING)
    status = models.CharField(max_length=10, default=ThreadStatus.DRAFT)
    ask_clip = models.ForeignKey(Clip, on_delete=models.PROTECT, null=True, related_name="+")
    next_owner = models.ForeignKey(Person, on_delete=models.PROTECT, null=True, related_name="+")
    next_due_at = models.DateTimeField(null=True)
    problem = models.TextField(blank=True)
    cause = models.TextField(blank=True)
    remedy = models.TextField(blank=True)
    version = models.PositiveIntegerField(default=1)
    created_at = models.DateTimeField()
    asked_at = models.DateTimeField(null=True)
    first_response_at = models.DateTimeField(null=True)
    fixed_at = models.DateTimeField(null=True)

    class Meta:
        indexes: ClassVar[list[models.Index]] = [
            models.Index(fields=["organisation", "-created_at", "-id"], name="thread_newest_first"),
            models.Index(fields=["next_due_at"], name="thread_due", condition=_OPEN),
        ]
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.CheckConstraint(condition=one_of("status", ThreadStatus), name="thread_status_is_known"),
            models.CheckConstraint(condition=one_of("urgency", Urgency), name="thread_urgency_is_known"),
            models.CheckConstraint(
                condition=_OPEN & models.Q(next_owner__isnull=False, next_due_at__isnull=False)
                | ~_OPEN & models.Q(next_owner__isnull=True, next_due_at__isnull=True),
                name="open_thread_has_one_owner_and_is_due",
            ),
            models.CheckConstraint(
                condition=~_SOLVED | models.Q(fixed_at__isnull=False) & ~models.Q(remedy=""),
                name="solved_thread_has_a_remedy",
            ),
        ]


class Suggestion(TenantRow):
    """A peer's proposal: text, clip, or both."""

    thread = models.ForeignKey(Thread, on_delete=models.CASCADE, related_name="suggestions")
    author = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    text = models.TextField(blank=True)
    clip = models.ForeignKey(Clip, on_delete=models.PROTECT, null=True, related_name="+")
    moment_start_ms = models.PositiveIntegerField(null=True)  # in the ask clip
    moment_end_ms = models.PositiveIntegerField(null=True)
    cites_howto_id = models.UUIDField(null=True)
    seen_version = models.PositiveIntegerField(null=True)  # the thread's version its author had seen
    created_at = models.DateTimeField()

    class Meta:
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.CheckConstraint(
                condition=~models.Q(text="") | models.Q(clip__isnull=False), name="suggestion_says_something"
            ),
            models.CheckConstraint(
                condition=models.Q(moment_start_ms__isnull=True, moment_end_ms__isnull=True)
                | models.Q(moment_end_ms__gt=models.F("moment_start_ms")),
                name="suggestion_moment_is_whole",
            ),
        ]


class Try(TenantRow):
    """One application of one suggestion."""

    suggestion = models.ForeignKey(Suggestion, on_delete=models.CASCADE, related_name="tries")
    thread = models.ForeignKey(Thread, on_delete=models.CASCADE, related_name="tries")
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    clip = models.ForeignKey(Clip, on_delete=models.PROTECT, null=True, related_name="+")
    outcome = models.CharField(max_length=8, blank=True)  # empty: still trying
    note = models.TextField(blank=True)
    minutes = models.PositiveSmallIntegerField(null=True)
    parts = models.CharField(max_length=300, blank=True)
    started_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)

    class Meta:
        verbose_name_plural = "tries"
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.CheckConstraint(
                condition=models.Q(outcome="", ended_at__isnull=True)
                | one_of("outcome", TryOutcome) & models.Q(ended_at__isnull=False),
                name="try_outcome_has_a_time",
            ),
            models.UniqueConstraint(
                fields=["thread"], condition=models.Q(outcome=""), name="one_running_try_per_thread"
            ),
        ]


class ThreadMove(TenantRow):
    """The history of a thread's states."""

    thread = models.ForeignKey(Thread, on_delete=models.CASCADE, related_name="moves")
    person = models.ForeignKey(Person, on_delete=models.PROTECT, null=True, related_name="+")
    from_status = models.CharField(max_length=10)
    to_status = models.CharField(max_length=10)
    moved_at = models.DateTimeField()
