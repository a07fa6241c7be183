"""
The tables of push. People and organisations are plain ids: this app knows no table of the backend.
"""

from __future__ import annotations

from collections.abc import Iterable
from enum import StrEnum

from django.db import models
from django.db.models import F, Q

from api_schema.ids import uuid7
from api_schema.push_payloads import PushKind, PushUrgency
from notifications.states import FINAL, DeliveryState


def _one_of(field: str, values: Iterable[StrEnum | models.TextChoices]) -> Q:
    # Plain text, and sorted: a migration then holds no code of ours, and is the same on every run.
    return Q(**{f"{field}__in": sorted(value.value for value in values)})


_IS_FINAL = _one_of("state", FINAL)


class DeviceKind(models.TextChoices):
    """How FCM addresses an app on a phone. Registration tokens are being replaced by installation ids."""

    FID = "fid"
    TOKEN = "token"


class Platform(models.TextChoices):
    ANDROID = "android"
    IOS = "ios"
    WEB = "web"


class Device(models.Model):
    """One app on one phone, belonging to whoever signed in on it last."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    organisation_id = models.UUIDField()
    person_id = models.UUIDField()
    session_id = models.TextField()
    kind = models.CharField(max_length=8, choices=DeviceKind)
    value = models.CharField(max_length=1024)
    platform = models.CharField(max_length=8, choices=Platform)
    registered_at = models.DateTimeField()
    last_seen_at = models.DateTimeField()  # it registered, or said that a push came
    # New at every registration: a sender prunes only the registration that it saw.
    registration_id = models.UUIDField(default=uuid7)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["kind", "value"], name="device_registered_once"),
            models.CheckConstraint(condition=_one_of("kind", DeviceKind), name="device_kind_known"),
            models.CheckConstraint(condition=_one_of("platform", Platform), name="device_platform_known"),
            models.CheckConstraint(condition=~Q(value=""), name="device_value_given"),
        ]
        indexes = [
            models.Index(fields=["person_id"], name="device_by_person"),
            models.Index(fields=["session_id"], name="device_by_session"),
        ]

    def __str__(self) -> str:
        return f"{self.platform} device {self.id}"


class InboxItem(models.Model):
    """What one person was told, once. The truth, whatever becomes of the pushes."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    organisation_id = models.UUIDField()
    recipient_id = models.UUIDField()
    dedupe_key = models.TextField()
    kind = models.CharField(max_length=32)
    urgency = models.CharField(max_length=16)
    subject_id = models.UUIDField()
    title = models.TextField()
    body = models.TextField()
    data = models.JSONField()  # ids only
    ttl_s = models.PositiveIntegerField()
    version = models.PositiveIntegerField(null=True)  # of the thread it is about
    is_silent = models.BooleanField(default=False)  # no delivery was wanted
    waits_for_digest = models.BooleanField(default=False)  # no delivery of its own: the next digest names it
    requested_at = models.DateTimeField()
    created_at = models.DateTimeField()
    read_at = models.DateTimeField(null=True)
    cancelled_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["recipient_id", "dedupe_key"], name="inbox_item_told_once"),
            models.CheckConstraint(condition=_one_of("kind", PushKind), name="inbox_item_kind_known"),
            models.CheckConstraint(condition=_one_of("urgency", PushUrgency), name="inbox_item_urgency_known"),
        ]
        indexes = [
            models.Index(fields=["organisation_id", "recipient_id", "id"], name="inbox_item_page"),
            models.Index(
                fields=["organisation_id", "recipient_id"],
                name="inbox_item_unread",
                condition=Q(read_at=None, cancelled_at=None),
            ),
            models.Index(fields=["organisation_id", "kind", "subject_id"], name="inbox_item_by_subject"),
            models.Index(fields=["recipient_id"], name="inbox_item_for_digest", condition=Q(waits_for_digest=True)),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.id}"


class Tombstone(models.Model):
    """Everything of `kind` about `subject_id` that was requested before `cancelled_at` is withdrawn."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    organisation_id = models.UUIDField()
    kind = models.CharField(max_length=32)
    subject_id = models.UUIDField()
    cancelled_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["organisation_id", "kind", "subject_id"], name="tombstone_of_subject"),
            models.CheckConstraint(condition=_one_of("kind", PushKind), name="tombstone_kind_known"),
        ]

    def __str__(self) -> str:
        return f"{self.kind} about {self.subject_id} withdrawn at {self.cancelled_at:%c}"


class ChannelName(models.TextChoices):
    """A way out; what comes first is sent first. To add one: a folder beside `fcm`, and a line in `channels`."""

    FCM = "fcm"
    EMAIL = "email"
    SMS = "sms"


class Delivery(models.Model):
    """
    One inbox item on its way to one device, or to the person's e-mail or phone number.

    `attempts` is the fencing number of its lease. `delivered_at`, `opened_at`, `acted_at` are what the phone said.
    """

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    item = models.ForeignKey(InboxItem, on_delete=models.CASCADE, related_name="deliveries")
    channel = models.CharField(max_length=8, choices=ChannelName, default="fcm")
    # No foreign key: a pruned device leaves its deliveries behind as history. None: the channel needs no device.
    device_id = models.UUIDField(null=True)
    is_retraction = models.BooleanField(default=False)  # silently takes back what another delivery put there
    platform = models.CharField(max_length=8, blank=True)  # of that device
    # An attempt ended and nobody knows how: what became of the next one does not say that the phone shows nothing.
    may_have_arrived = models.BooleanField(default=False, db_default=False)
    state = models.CharField(max_length=16, choices=[(state.value, state.value) for state in DeliveryState])
    attempts = models.PositiveSmallIntegerField(default=0)
    available_at = models.DateTimeField()  # sending: when the lease lapses; requeued: when it may be tried again
    woken_at = models.DateTimeField(null=True)  # when a sender was last told; None: never since it was requeued
    created_at = models.DateTimeField()
    sent_at = models.DateTimeField(null=True)  # when the last attempt began
    ended_at = models.DateTimeField(null=True)
    delivered_at = models.DateTimeField(null=True)
    opened_at = models.DateTimeField(null=True)
    acted_at = models.DateTimeField(null=True)
    reason = models.CharField(max_length=32, blank=True)  # a Fault or a Withheld; empty when all is well
    detail = models.TextField(blank=True)
    message_id = models.TextField(blank=True)  # FCM's name for it

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["item", "device_id", "is_retraction"], name="delivery_once_per_device"),
            models.UniqueConstraint(
                fields=["item", "channel"], name="delivery_once_per_channel", condition=Q(device_id=None)
            ),
            models.CheckConstraint(condition=_one_of("channel", ChannelName), name="delivery_channel_known"),
            models.CheckConstraint(
                condition=Q(channel="fcm") ^ Q(device_id=None), name="delivery_has_a_device_for_fcm"
            ),
            models.CheckConstraint(condition=_one_of("state", DeliveryState), name="delivery_state_known"),
            models.CheckConstraint(
                condition=(_IS_FINAL & Q(ended_at__isnull=False)) | (~_IS_FINAL & Q(ended_at__isnull=True)),
                name="delivery_ended_when_final",
            ),
            models.CheckConstraint(
                condition=Q(state=DeliveryState.ACCEPTED.value) ^ Q(message_id=""), name="delivery_named_when_accepted"
            ),
        ]
        indexes = [
            models.Index(
                F("available_at"),
                name="delivery_unfinished",
                condition=~_IS_FINAL,
            ),
        ]

    def __str__(self) -> str:
        return f"{self.state} delivery {self.id}"


class SendingPause(models.Model):
    """The push service asked us to be quiet until `until`: nobody sends before."""

    channel = models.CharField(primary_key=True, max_length=16)
    until = models.DateTimeField()

    def __str__(self) -> str:
        return f"{self.channel} paused until {self.until:%c}"


class ReplyToken(models.Model):
    """
    The right to answer one push from one device. Only the SHA-256 of the token is kept.

    It reads nothing, outlives the session's access token, and ends with the session itself.
    """

    token_sha256 = models.CharField(primary_key=True, max_length=64)
    item = models.ForeignKey(InboxItem, on_delete=models.CASCADE, related_name="reply_tokens")
    delivery_id = models.UUIDField()
    device_id = models.UUIDField()
    session_id = models.TextField()
    created_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    revoked_at = models.DateTimeField(null=True)

    class Meta:
        indexes = [
            models.Index(fields=["session_id"], name="reply_token_by_session"),
            models.Index(fields=["expires_at"], name="reply_token_old"),
        ]

    def __str__(self) -> str:
        return f"reply token for {self.item_id}"


class TellingMode(models.TextChoices):
    """How a person wants to hear of one kind of thing. The inbox has everything in any case."""

    PUSH = "push"
    DIGEST = "digest"  # together with others, once a day
    INBOX = "inbox"  # no push


class Preference(models.Model):
    """What a person chose for one kind. Without a row: a push."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    organisation_id = models.UUIDField()
    person_id = models.UUIDField()
    kind = models.CharField(max_length=32)
    mode = models.CharField(max_length=8, choices=TellingMode)
    by_email = models.BooleanField(default=False)
    by_sms = models.BooleanField(default=False)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["person_id", "kind"], name="preference_once_per_kind"),
            models.CheckConstraint(condition=_one_of("kind", PushKind), name="preference_kind_known"),
            models.CheckConstraint(condition=_one_of("mode", TellingMode), name="preference_mode_known"),
        ]

    def __str__(self) -> str:
        return f"{self.kind}: {self.mode}"


class DigestMark(models.Model):
    """Up to when a person's digest has told them."""

    person_id = models.UUIDField(primary_key=True)
    organisation_id = models.UUIDField()
    told_until = models.DateTimeField()

    def __str__(self) -> str:
        return f"digest of {self.person_id} until {self.told_until:%c}"
