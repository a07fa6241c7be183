"""Who is asked, when and why; what people are known to have fixed; when they work."""

from __future__ import annotations

from enum import StrEnum
from typing import ClassVar

from django.contrib.postgres.fields import ArrayField
from django.db import models

from backend.domain.accounts.models import Person
from backend.domain.equipment.models import Asset, AssetModel
from backend.domain.rows import TenantRow, one_of


class Availability(TenantRow):
    """When a person works, in their own time zone. Without a row: every day, 08:00–17:00."""

    person = models.OneToOneField(Person, on_delete=models.CASCADE, related_name="availability")
    week_days = ArrayField(models.PositiveSmallIntegerField())  # ISO: 1 is Monday
    shift_starts = models.TimeField()
    shift_ends = models.TimeField()  # earlier than the start: the shift crosses midnight
    busy_until = models.DateTimeField(null=True)


class Skill(TenantRow):
    """A declared skill: a family of machines a person knows."""

    person = models.ForeignKey(Person, on_delete=models.CASCADE, related_name="skills")
    family = models.CharField(max_length=100)

    class Meta:
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=["person", "family"], name="skill_once")
        ]


class VerifiedFix(TenantRow):
    """Evidence: advice of this person, or their own try, fixed this fault. Written when a try says `fixed`."""

    person = models.ForeignKey(Person, on_delete=models.CASCADE, related_name="verified_fixes")
    asset = models.ForeignKey(Asset, on_delete=models.CASCADE, related_name="+")
    asset_model = models.ForeignKey(AssetModel, on_delete=models.CASCADE, related_name="+")
    fault_code = models.CharField(max_length=32, blank=True)  # normalised
    try_id = models.UUIDField()
    fixed_at = models.DateTimeField()

    class Meta:
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=["person", "try_id"], name="verified_fix_once")
        ]


class RoundStatus(StrEnum):
    OPEN = "open"
    ANSWERED = "answered"
    CLOSED = "closed"  # the thread ended or was parked


ROUND_MOVES = {
    RoundStatus.OPEN: frozenset({RoundStatus.ANSWERED, RoundStatus.CLOSED}),
    RoundStatus.ANSWERED: frozenset(),
    RoundStatus.CLOSED: frozenset(),
}


class AskRound(TenantRow):
    """The asking for one thread, from the first wave to the first answer. A reopened thread gets a new one."""

    thread_id = models.UUIDField(db_index=True)
    asker = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    asset = models.ForeignKey(Asset, on_delete=models.PROTECT, related_name="+")
    fault_code = models.CharField(max_length=32, blank=True)  # normalised
    headline = models.CharField(max_length=300)
    urgency = models.CharField(max_length=20)
    status = models.CharField(max_length=10, default=RoundStatus.OPEN)
    opened_at = models.DateTimeField()
    closed_at = models.DateTimeField(null=True)

    class Meta:
        verbose_name = "round of asks"
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(
                fields=["thread_id"], condition=models.Q(status="open"), name="one_open_round_per_thread"
            ),
            models.CheckConstraint(condition=one_of("status", RoundStatus), name="round_status_is_known"),
        ]


class WaveStatus(StrEnum):
    WAITING = "waiting"
    FIRED = "fired"
    SKIPPED = "skipped"  # nobody to ask: the next wave was brought forward
    CANCELLED = "cancelled"


WAVE_MOVES = {
    WaveStatus.WAITING: frozenset({WaveStatus.FIRED, WaveStatus.SKIPPED, WaveStatus.CANCELLED}),
    WaveStatus.FIRED: frozenset(),
    WaveStatus.SKIPPED: frozenset(),
    WaveStatus.CANCELLED: frozenset(),
}


class Wave(TenantRow):
    """One rung of the ladder: who is asked next, and when."""

    round = models.ForeignKey(AskRound, on_delete=models.CASCADE, related_name="waves")
    number = models.PositiveSmallIntegerField()
    audience = models.CharField(max_length=20)
    size = models.PositiveSmallIntegerField()
    status = models.CharField(max_length=10, default=WaveStatus.WAITING)
    due_at = models.DateTimeField()
    fired_at = models.DateTimeField(null=True)

    class Meta:
        indexes: ClassVar[list[models.Index]] = [
            models.Index(fields=["due_at"], name="wave_due", condition=models.Q(status="waiting"))
        ]
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=["round", "number"], name="wave_once_per_round"),
            models.CheckConstraint(condition=one_of("status", WaveStatus), name="wave_status_is_known"),
        ]


class AskStatus(StrEnum):
    ASKED = "asked"
    CLAIMED = "claimed"  # "I'm on it": holds the next wave
    PASSED = "passed"
    ANSWERED = "answered"
    CANCELLED = "cancelled"


ASK_MOVES = {
    AskStatus.ASKED: frozenset({AskStatus.CLAIMED, AskStatus.PASSED, AskStatus.ANSWERED, AskStatus.CANCELLED}),
    AskStatus.CLAIMED: frozenset({AskStatus.PASSED, AskStatus.ANSWERED, AskStatus.CANCELLED}),
    AskStatus.PASSED: frozenset({AskStatus.ANSWERED}),
    AskStatus.ANSWERED: frozenset(),
    AskStatus.CANCELLED: frozenset({AskStatus.ANSWERED}),  # a late answer is still an answer
}


class Ask(TenantRow):
    """One person asked about one thread, with the reason they were told and the features that chose them."""

    wave = models.ForeignKey(Wave, on_delete=models.CASCADE, related_name="asks")
    round = models.ForeignKey(AskRound, on_delete=models.CASCADE, related_name="asks")
    person = models.ForeignKey(Person, on_delete=models.CASCADE, related_name="asks")
    status = models.CharField(max_length=10, default=AskStatus.ASKED)
    reason = models.CharField(max_length=200)
    score = models.FloatField()
    features = models.JSONField()
    is_safety = models.BooleanField(default=False)  # exempt from the budget, but counted
    asked_at = models.DateTimeField()
    responded_at = models.DateTimeField(null=True)

    class Meta:
        indexes: ClassVar[list[models.Index]] = [models.Index(fields=["person", "asked_at"], name="ask_budget")]
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=["round", "person"], name="nobody_asked_twice_in_a_round"),
            models.CheckConstraint(condition=one_of("status", AskStatus), name="ask_status_is_known"),
        ]
