"""What is known of a machine, for somebody who stands before it."""

from __future__ import annotations

from uuid import UUID

from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from backend.api.endpoint import Endpoint, operation
from backend.api.v1.assets import AssetSerializer
from backend.api.v1.howtos import ListedHowToSerializer
from backend.api.v1.shapes import PersonSerializer, values_of
from backend.api.v1.suggestions import TallySerializer
from backend.domain.briefing.queries import Briefing, Failed, LastPerson, get_briefing, get_briefing_by_tag
from backend.domain.threads.models import Thread
from backend.domain.threads.states import ThreadStatus, Urgency


class BriefThreadSerializer(serializers.Serializer[Thread]):
    id = serializers.UUIDField()
    title = serializers.CharField()
    asset_id = serializers.UUIDField()
    asset_tag = serializers.CharField(source="asset.tag")
    asker = PersonSerializer()
    fault_code = serializers.CharField(help_text="Normalised; empty: none")
    urgency = serializers.ChoiceField(choices=values_of(Urgency))
    status = serializers.ChoiceField(choices=values_of(ThreadStatus))
    cause = serializers.CharField()
    remedy = serializers.CharField(help_text="What was done; fold it while `corrected_at` is not null")
    corrected_at = serializers.DateTimeField(allow_null=True, help_text="Something stands against what fixed it")
    recalled_at = serializers.DateTimeField(allow_null=True, help_text="What fixed it is unsafe: open the thread")
    created_at = serializers.DateTimeField()
    fixed_at = serializers.DateTimeField(allow_null=True)
    repeat_of_id = serializers.UUIDField(allow_null=True)


class FailedSerializer(serializers.Serializer[Failed]):
    """Tried at least twice on this model, never fixed."""

    suggestion_id = serializers.UUIDField(source="suggestion.id")
    thread_id = serializers.UUIDField(source="suggestion.thread_id")
    thread_title = serializers.CharField(source="suggestion.thread.title")
    author = PersonSerializer(source="suggestion.author")
    text = serializers.CharField(source="suggestion.text")
    corrected_at = serializers.DateTimeField(source="suggestion.corrected_at", allow_null=True)
    recalled_at = serializers.DateTimeField(source="suggestion.recalled_at", allow_null=True, help_text="Unsafe since")
    tally = TallySerializer(help_text="Of the tries on this model")


class LastPersonSerializer(serializers.Serializer[LastPerson]):
    person = PersonSerializer()
    at = serializers.DateTimeField()


class BriefingSerializer(serializers.Serializer[Briefing]):
    """What happened on a machine and on its model; ten of each at most, the newest first."""

    asset = AssetSerializer()
    open_threads = BriefThreadSerializer(many=True)
    fixed = BriefThreadSerializer(many=True, help_text="On this machine; `held`: nothing came back for 30 days")
    repeat_visits = BriefThreadSerializer(many=True)
    on_model = BriefThreadSerializer(many=True, help_text="Fixes of other machines of the model, held ones first")
    howtos = ListedHowToSerializer(many=True, help_text="Released ones for the model")
    failed = FailedSerializer(many=True, help_text="What did not work on this model")
    last_people = LastPersonSerializer(many=True, help_text="Who last asked or tried something on this machine")


class BriefingView(Endpoint):
    @operation("What is known of a machine and its model", answers=BriefingSerializer, problems=["not_found"])
    def get(self, _request: Request, asset_id: UUID) -> Response:
        return self.answer(BriefingSerializer, get_briefing(actor=self.actor, asset_id=asset_id))


class TagBriefingView(Endpoint):
    @operation("The same, by the machine's tag", answers=BriefingSerializer, problems=["not_found"])
    def get(self, _request: Request, tag: str) -> Response:
        return self.answer(BriefingSerializer, get_briefing_by_tag(actor=self.actor, tag=tag))
