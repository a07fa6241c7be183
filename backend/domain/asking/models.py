"""Who is asked, when and why; what people are known to have fixed; when they work."""

from __future__ import annotations

from datetime import date
from enum import StrEnum
from typing import ClassVar

from django.db import models

from backend.domain.accounts.models import Community, Person, Site
from backend.domain.equipment.models import Asset, AssetModel
from backend.domain.rows import TenantRow, one_of

A_MONDAY = date(2024, 1, 1)


class Availability(TenantRow):
    """
    When a person works, in their own time zone. Without a row: Monday to Friday, 08:00–17:00.

    `shifts`: a list of `{"day", "starts", "ends"}` over a cycle of `cycle_days`, day 0 being `cycle_starts_on`; a shift
    that ends earlier than it starts crosses midnight. Seven days from a Monday are a week; eight can be four on,
    four off.
    """

    person = models.OneToOneField(Person, on_delete=models.CASCADE, related_name="availability")
    cycle_days = models.PositiveSmallIntegerField(default=7)
    cycle_starts_on = models.DateField(default=A_MONDAY)
    shifts = models.JSONField(default=list)
    quiet_starts = models.TimeField(null=True)  # no push between the two, whatever the shift; safety is exempt
    quiet_ends = models.TimeField(null=True)
    busy_until = models.DateTimeField(null=True)

    class Meta:
        verbose_name_plural = "availabilities"
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.CheckConstraint(
                condition=models.Q(quiet_starts__isnull=True, quiet_ends__isnull=True)
                | models.Q(quiet_starts__isnull=False, quiet_ends__isnull=False),
                name="quiet_hours_have_both_ends",
            ),
            models.CheckConstraint(condition=models.Q(cycle_days__gte=1, cycle_days__lte=366), name="cycle_has_days"),
        ]


class Holiday(TenantRow):
    """Days on which nobody is asked: of one person, of one site, or (neither) of the organisation."""

    person = models.ForeignKey(Person, on_delete=models.CASCADE, null=True, related_name="holidays")
    site = models.ForeignKey(Site, on_delete=models.CASCADE, null=True, related_name="+")
    name = models.CharField(max_length=100, blank=True)
    first_date = models.DateField()  # in the person's own time zone, both inclusive
    last_date = models.DateField()

    class Meta:
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.CheckConstraint(condition=models.Q(last_date__gte=models.F("first_date")), name="holiday_has_days"),
            models.CheckConstraint(
                condition=models.Q(person__isnull=True) | models.Q(site__isnull=True), name="holiday_is_of_one"
            ),
        ]


class Skill(TenantRow):
    """A declared skill: a family of machines a person knows. Somebody who leads may confirm it."""

    person = models.ForeignKey(Person, on_delete=models.CASCADE, related_name="skills")
    family = models.CharField(max_length=100)
    confirmed_by = models.ForeignKey(Person, on_delete=models.SET_NULL, null=True, related_name="+")
    confirmed_at = models.DateTimeField(null=True)

    class Meta:
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=["person", "family"], name="skill_once"),
            models.CheckConstraint(
                condition=models.Q(confirmed_by__isnull=True) | models.Q(confirmed_at__isnull=False),
                name="confirmed_skill_has_a_time",
            ),
        ]


class Certification(TenantRow):
    """What a person is certified for: a hazard or a trade, as the organisation names it. It may run out."""

    person = models.ForeignKey(Person, on_delete=models.CASCADE, related_name="certifications")
    name = models.CharField(max_length=100)
    expires_on = models.DateField(null=True)  # the last day on which it holds

    class Meta:
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=["person", "name"], name="certification_once")
        ]


class DutyTurn(TenantRow):
    """Who is the duty expert, from when to when: of a community, or (none) of the organisation."""

    person = models.ForeignKey(Person, on_delete=models.CASCADE, related_name="duty_turns")
    community = models.ForeignKey(Community, on_delete=models.CASCADE, null=True, related_name="duty_turns")
    starts_at = models.DateTimeField()
    ends_at = models.DateTimeField()

    class Meta:
        verbose_name = "turn of duty"
        indexes: ClassVar[list[models.Index]] = [models.Index(fields=["organisation", "ends_at"], name="duty_now")]
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.CheckConstraint(condition=models.Q(ends_at__gt=models.F("starts_at")), name="duty_has_a_length")
        ]


class LadderRule(TenantRow):
    """An organisation's own ladder for an urgency. `rungs`: list of `{"after_s", "size", "audience", "is_silent"}`."""

    urgency = models.CharField(max_length=20)
    rungs = models.JSONField()
    changed_by = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    changed_at = models.DateTimeField()

    class Meta:
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=["organisation", "urgency"], name="ladder_once_per_urgency")
        ]


class FixKind(StrEnum):
    ADVICE = "advice"  # a try of their suggestion fixed it
    OWN_TRY = "own_try"  # their hands did


class VerifiedFix(TenantRow):
    """Evidence: advice of this person, or their own try, fixed this fault. Written when a try says `fixed`."""

    person = models.ForeignKey(Person, on_delete=models.CASCADE, related_name="verified_fixes")
    asset = models.ForeignKey(Asset, on_delete=models.CASCADE, related_name="+")
    asset_model = models.ForeignKey(AssetModel, on_delete=models.CASCADE, related_name="+")
    fault_code = models.CharField(max_length=32, blank=True)  # normalised
    try_id = models.UUIDField()
    thread_id = models.UUIDField(null=True)  # null: from before it was kept
    kind = models.CharField(max_length=10, default=FixKind.ADVICE)
    fixed_at = models.DateTimeField()

    class Meta:
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=["person", "try_id"], name="verified_fix_once"),
            models.CheckConstraint(condition=one_of("kind", FixKind), name="fix_kind_is_known"),
        ]


class RoundStatus(StrEnum):
    OPEN = "open"
    ANSWERED = "answered"
    UNANSWERED = "unanswered"  # the ladder ended: the thread stands on the gap list
    CLOSED = "closed"  # the thread ended or was parked


ROUND_MOVES = {
    RoundStatus.OPEN: frozenset({RoundStatus.ANSWERED, RoundStatus.UNANSWERED, RoundStatus.CLOSED}),
    RoundStatus.UNANSWERED: frozenset({RoundStatus.ANSWERED, RoundStatus.CLOSED}),
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
    status = models.CharField(max_length=12, default=RoundStatus.OPEN)
    opened_at = models.DateTimeField()
    closed_at = models.DateTimeField(null=True)

    class Meta:
        verbose_name = "round of asks"
        indexes: ClassVar[list[models.Index]] = [
            models.Index(
                fields=["organisation", "opened_at"], name="round_on_gap_list", condition=models.Q(status="unanswered")
            )
        ]
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
    is_silent = models.BooleanField(default=False)  # tells in the inbox, without a push
    names = models.ForeignKey(Person, on_delete=models.SET_NULL, null=True, related_name="+")  # whose it is from now on
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
    BUSY = "busy"  # not now
    NOT_MY_KIT = "not_my_kit"  # never this: counts against the reason they were asked for
    REFERRED = "referred"  # "ask …": that person was asked in their place
    ANSWERED = "answered"
    CANCELLED = "cancelled"


DECLINED = frozenset({AskStatus.PASSED, AskStatus.BUSY, AskStatus.NOT_MY_KIT, AskStatus.REFERRED})

ASK_MOVES = {
    AskStatus.ASKED: frozenset({AskStatus.CLAIMED, AskStatus.ANSWERED, AskStatus.CANCELLED} | DECLINED),
    AskStatus.CLAIMED: frozenset({AskStatus.ANSWERED, AskStatus.CANCELLED} | DECLINED),
    **{status: frozenset({AskStatus.ANSWERED}) for status in sorted(DECLINED)},
    AskStatus.ANSWERED: frozenset(),
    AskStatus.CANCELLED: frozenset({AskStatus.ANSWERED}),  # a late answer is still an answer
}


class Ask(TenantRow):
    """One person asked about one thread, with the reason they were told and the features that chose them."""

    wave = models.ForeignKey(Wave, on_delete=models.CASCADE, related_name="asks")
    round = models.ForeignKey(AskRound, on_delete=models.CASCADE, related_name="asks")
    person = models.ForeignKey(Person, on_delete=models.CASCADE, related_name="asks")
    status = models.CharField(max_length=12, default=AskStatus.ASKED)
    reason = models.CharField(max_length=200)
    score = models.FloatField()
    features = models.JSONField()
    rank = models.PositiveSmallIntegerField(default=1)  # within its wave, from 1
    is_exploration = models.BooleanField(default=False)  # asked to learn what they know, not for what is known
    is_silent = models.BooleanField(default=False)  # no push: costs no budget
    is_safety = models.BooleanField(default=False)  # exempt from the budget, but counted
    referred_by = models.ForeignKey(Person, on_delete=models.SET_NULL, null=True, related_name="+")
    asked_at = models.DateTimeField()
    seen_at = models.DateTimeField(null=True)
    claimed_until = models.DateTimeField(null=True)
    wants_call = models.BooleanField(default=False, db_default=False)  # of a claim: the asker shall call, none records
    responded_at = models.DateTimeField(null=True)

    class Meta:
        indexes: ClassVar[list[models.Index]] = [
            models.Index(fields=["person", "asked_at"], name="ask_budget"),
            models.Index(fields=["organisation", "asked_at"], name="ask_lately"),
        ]
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=["round", "person"], name="nobody_asked_twice_in_a_round"),
            models.CheckConstraint(condition=one_of("status", AskStatus), name="ask_status_is_known"),
        ]
