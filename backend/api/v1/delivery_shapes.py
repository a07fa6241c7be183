"""How the story of a delivery is shown: in the inbox, and after a test push."""

from __future__ import annotations

from rest_framework import serializers

from notifications.service import DeliveryTimeline, Step

STEPS = ["created", "sent", "accepted", "delivered", "opened", "acted"]
CHANNELS = ["fcm", "email", "sms"]
PLATFORMS = ["android", "ios", "web"]


class DeliveryStepSerializer(serializers.Serializer[Step]):
    step = serializers.ChoiceField(choices=STEPS, source="name")
    at = serializers.DateTimeField()
    lag_ms = serializers.IntegerField(allow_null=True, help_text="Since the step before; null for the first")


class DeliverySerializer(serializers.Serializer[DeliveryTimeline]):
    """One way on which something was told. The later steps are what the phone said."""

    id = serializers.UUIDField()
    channel = serializers.ChoiceField(choices=CHANNELS)
    platform = serializers.ChoiceField(choices=PLATFORMS, allow_null=True)
    device_id = serializers.UUIDField(allow_null=True)
    state = serializers.CharField()
    attempts = serializers.IntegerField()
    waits_until = serializers.DateTimeField(allow_null=True)
    why = serializers.CharField(allow_null=True, help_text="Why it did not arrive, or not yet; null: all is well")
    steps = DeliveryStepSerializer(many=True)
