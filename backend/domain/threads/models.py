"""Fault threads: the problem, what peers suggested, what was tried, and what it turned out to be."""

from __future__ import annotations

from enum import StrEnum
from typing import ClassVar

from django.db import models

from backend.domain.accounts.models import Person
from backend.domain.clips.models import Clip
from backend.domain.equipment.models import Asset
from backend.domain.hazards.models import Caution
from backend.domain.rows import TenantRow, one_of
from backend.domain.search.models import SubjectKind
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
    reminders_count = models.PositiveSmallIntegerField(default=0)  # since it last moved: its owner let it lie
    problem = models.TextField(blank=True)
    cause = models.TextField(blank=True)
    remedy = models.TextField(blank=True)
    version = models.PositiveIntegerField(default=1)
    created_at = models.DateTimeField()
    asked_at = models.DateTimeField(null=True)
    first_response_at = models.DateTimeField(null=True)
    fixed_at = models.DateTimeField(null=True)
    # The fix that did not last: see `repeat_visits`.
    repeat_of = models.ForeignKey("self", on_delete=models.PROTECT, null=True, related_name="repeat_visits")
    deflected_to_kind = models.CharField(max_length=10, blank=True, db_default="")  # a SubjectKind; see `deflecting`
    deflected_to_id = models.UUIDField(null=True)
    deflected_at = models.DateTimeField(null=True)

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
            models.CheckConstraint(
                condition=models.Q(deflected_to_kind="", deflected_to_id__isnull=True, deflected_at__isnull=True)
                | one_of("deflected_to_kind", SubjectKind)
                & models.Q(deflected_to_id__isnull=False, deflected_at__isnull=False, status="duplicate"),
                name="deflection_is_whole_and_closed",
            ),
        ]


class Suggestion(TenantRow):
    """A peer's proposal: text, clip, or both."""

    thread = models.ForeignKey(Thread, on_delete=models.CASCADE, related_name="suggestions")
    author = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    text = models.TextField(blank=True)
    clip = models.ForeignKey(Clip, on_delete=models.PROTECT, null=True, related_name="+")
    # A moment, as `clips.moments` has it.
    moment_clip = models.ForeignKey(Clip, on_delete=models.PROTECT, null=True, related_name="+")
    moment_start_ms = models.PositiveIntegerField(null=True)
    moment_end_ms = models.PositiveIntegerField(null=True)
    moment_mark = models.JSONField(null=True)
    cites_howto_id = models.UUIDField(null=True)
    seen_version = models.PositiveIntegerField(null=True)  # the thread's version its author had seen
    came_after_fixed = models.BooleanField(default=False)  # kept, and told to nobody
    caution = models.OneToOneField(Caution, on_delete=models.PROTECT, null=True, related_name="suggestion")
    # Set straight by somebody who may: it stands last. Unsafe: nobody may try it any more. See `corrections`.
    corrected_at = models.DateTimeField(null=True)
    recalled_at = models.DateTimeField(null=True)
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
            models.CheckConstraint(
                condition=models.Q(recalled_at__isnull=True) | models.Q(corrected_at__isnull=False),
                name="recalled_suggestion_is_corrected",
            ),
        ]


class Try(TenantRow):
    """
    One application of one suggestion, by anybody, on any machine.

    One that moves its thread makes it trying, and its outcome decides how the thread goes on. Any other is an entry in
    the ledger: it counts for the suggestion and for its people, and leaves the thread where it is.
    """

    suggestion = models.ForeignKey(Suggestion, on_delete=models.CASCADE, related_name="tries")
    thread = models.ForeignKey(Thread, on_delete=models.CASCADE, related_name="tries")  # the suggestion's
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    asset = models.ForeignKey(Asset, on_delete=models.PROTECT, null=True, related_name="+")  # null: the thread's
    moves_thread = models.BooleanField(default=True, db_default=True)
    # The person's own thread that was closed with a link to this one: a failure opens it again.
    from_thread = models.ForeignKey(Thread, on_delete=models.SET_NULL, null=True, related_name="+")
    clip = models.ForeignKey(Clip, on_delete=models.PROTECT, null=True, related_name="+")
    # Covered when it was tried: whoever tried it said that they had read the caution.
    acknowledged_caution = models.ForeignKey(Caution, on_delete=models.PROTECT, null=True, related_name="+")
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
                fields=["thread"],
                condition=models.Q(outcome="", moves_thread=True),
                name="one_running_try_moves_thread",
            ),
            models.UniqueConstraint(
                fields=["thread", "person"], condition=models.Q(outcome=""), name="one_running_try_per_person"
            ),
        ]


class TryChange(TenantRow):
    """What was said of a try before its person put it right."""

    attempt = models.ForeignKey(Try, on_delete=models.CASCADE, related_name="changes")
    outcome = models.CharField(max_length=8)
    note = models.TextField(blank=True)
    minutes = models.PositiveSmallIntegerField(null=True)
    parts = models.CharField(max_length=300, blank=True)
    changed_at = models.DateTimeField()

    class Meta:
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.CheckConstraint(condition=one_of("outcome", TryOutcome), name="changed_outcome_is_known"),
        ]


class Comment(TenantRow):
    """A remark on a thread that proposes nothing: it may point at a moment of a clip."""

    thread = models.ForeignKey(Thread, on_delete=models.CASCADE, related_name="comments")
    author = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    text = models.TextField()
    moment_clip = models.ForeignKey(Clip, on_delete=models.PROTECT, null=True, related_name="+")
    moment_start_ms = models.PositiveIntegerField(null=True)
    moment_end_ms = models.PositiveIntegerField(null=True)
    moment_mark = models.JSONField(null=True)
    created_at = models.DateTimeField()

    class Meta:
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.CheckConstraint(condition=~models.Q(text=""), name="comment_says_something"),
            models.CheckConstraint(
                condition=models.Q(moment_clip__isnull=True, moment_start_ms__isnull=True, moment_end_ms__isnull=True)
                | models.Q(moment_clip__isnull=False, moment_end_ms__gt=models.F("moment_start_ms")),
                name="comment_moment_is_whole",
            ),
        ]


class SimilarFault(TenantRow):
    """A solved fault that the asker was shown, when they asked or when the words of their clip had come."""

    thread = models.ForeignKey(Thread, on_delete=models.CASCADE, related_name="similar_faults")
    kind = models.CharField(max_length=10)
    subject_id = models.UUIDField()
    position = models.PositiveSmallIntegerField(default=0, db_default=0)  # the best first, of what was found at once
    title = models.TextField()
    moment_clip_id = models.UUIDField(null=True)  # where to open it
    moment_start_ms = models.PositiveIntegerField(null=True)
    moment_end_ms = models.PositiveIntegerField(null=True)
    came_with_captions = models.BooleanField()
    found_at = models.DateTimeField()

    class Meta:
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=["thread", "subject_id"], name="similar_fault_once"),
            models.CheckConstraint(condition=one_of("kind", SubjectKind), name="similar_fault_kind_is_known"),
        ]


class ThreadMove(TenantRow):
    """The history of a thread's states."""

    thread = models.ForeignKey(Thread, on_delete=models.CASCADE, related_name="moves")
    person = models.ForeignKey(Person, on_delete=models.PROTECT, null=True, related_name="+")
    from_status = models.CharField(max_length=10)
    to_status = models.CharField(max_length=10)
    moved_at = models.DateTimeField()


class ThreadOpening(TenantRow):
    """Somebody opened a thread that another asked. It is for its asker's eyes alone: nothing is made of it."""

    thread = models.ForeignKey(Thread, on_delete=models.CASCADE, related_name="openings")
    person = models.ForeignKey(Person, on_delete=models.CASCADE, related_name="+")
    opened_at = models.DateTimeField()  # the first time

    class Meta:
        verbose_name = "opening of a thread"
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=["thread", "person"], name="thread_opened_once")
        ]


class ReplyAction(StrEnum):
    """What a person can say from a notification."""

    ANSWER = "answer"  # inline text
    VOICE = "voice"  # a voice note, whose bytes follow by tus under the reply's own id
    CALL_ME = "call_me"  # "seen this, call me": holds like a claim
    CLAIM = "claim"
    PASS = "pass"
    BUSY = "busy"
    NOT_MY_KIT = "not_my_kit"
    REFER = "refer"
    STILL_RUNNING_YES = "still_running_yes"
    STILL_RUNNING_NO = "still_running_no"
    ACKNOWLEDGE = "acknowledge"  # of a recall: they know that it is unsafe


class ReplyResult(StrEnum):
    """What became of a reply; docs/api.md says what a phone shows."""

    ANSWERED = "answered"
    KEPT = "kept"  # with a thread that is fixed already: told to nobody
    CLAIMED = "claimed"
    CALL_REQUESTED = "call_requested"
    PASSED = "passed"
    BUSY = "busy"
    NOT_MY_KIT = "not_my_kit"
    REFERRED = "referred"
    NOT_REFERRED = "not_referred"  # the colleague they named cannot be asked; they still are
    NOTED = "noted"  # it still runs
    REOPENED = "reopened"  # it failed again
    ACKNOWLEDGED = "acknowledged"
    OUTDATED = "outdated"  # something new was said since: it is still to be acknowledged
    NOT_NEEDED = "not_needed"  # it came too late to change anything


class Reply(TenantRow):
    """
    What somebody said from a notification, once, under the id that their phone chose.

    Kept whatever became of it: `answer` is what the phone was told, and is told again.
    """

    person = models.ForeignKey(Person, on_delete=models.CASCADE, related_name="+")
    # None: it was said about something that is no thread, as the recall of a how-to.
    thread = models.ForeignKey(Thread, on_delete=models.CASCADE, null=True, related_name="replies")
    push_id = models.UUIDField()  # with `device_id`: the one token that it came with
    device_id = models.UUIDField()
    action = models.CharField(max_length=20)
    text = models.TextField(blank=True)
    refer_to_id = models.UUIDField(null=True)  # as the phone said; may name nobody
    seen_version = models.PositiveIntegerField(null=True)  # the thread's version that the notification told of
    suggestion = models.ForeignKey(Suggestion, on_delete=models.SET_NULL, null=True, related_name="+")
    result = models.CharField(max_length=20)
    answer = models.JSONField()
    received_at = models.DateTimeField()

    class Meta:
        verbose_name_plural = "replies"
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.CheckConstraint(condition=one_of("action", ReplyAction), name="reply_action_is_known"),
            models.CheckConstraint(condition=one_of("result", ReplyResult), name="reply_result_is_known"),
        ]


class HoldCheck(TenantRow):
    """The question whether a fix held, 1, 7 and 30 days after it."""

    thread = models.ForeignKey(Thread, on_delete=models.CASCADE, related_name="hold_checks")
    fixed_at = models.DateTimeField()  # of the fix it asks about: a thread may be fixed again
    days = models.PositiveSmallIntegerField()
    due_at = models.DateTimeField()
    asked_at = models.DateTimeField(null=True)
    has_held = models.BooleanField(null=True)
    answered_at = models.DateTimeField(null=True)

    class Meta:
        indexes: ClassVar[list[models.Index]] = [
            models.Index(fields=["due_at"], name="hold_check_due", condition=models.Q(asked_at__isnull=True))
        ]
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=["thread", "fixed_at", "days"], name="hold_check_once"),
            models.CheckConstraint(
                condition=models.Q(has_held__isnull=True, answered_at__isnull=True)
                | models.Q(has_held__isnull=False, answered_at__isnull=False),
                name="hold_check_answer_has_a_time",
            ),
        ]
