"""While a thread waits for an answer: the asker's clock, whom each rung would ask, and what nobody could answer."""

from __future__ import annotations

from uuid import UUID

from django.utils import timezone
from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from backend.api.endpoint import Endpoint, operation
from backend.api.paging import PageQuery, cut_page, page_of
from backend.api.v1.ladders import RungSerializer
from backend.api.v1.shapes import PersonSerializer, values_of
from backend.domain.asking.gap_list import list_gaps
from backend.domain.asking.ladder import EVERYBODY, Audience
from backend.domain.asking.models import AskRound, RoundStatus, WaveStatus
from backend.domain.asking.preview import Prospect, RungPreview, ToldBy, preview_ladder
from backend.domain.asking.waiting_clock import Claim, NextWave, UsualAnswer, WaitingClock, waiting_clock
from notifications import service as notifications


class ClaimSerializer(serializers.Serializer[Claim]):
    person = PersonSerializer(help_text="Is recording an answer, or can be called")
    until = serializers.DateTimeField()
    wants_call = serializers.BooleanField(help_text="They have seen it and can be called; nothing is being recorded")
    has_run_out = serializers.BooleanField(help_text="No answer came; others are asked again")


class UsualAnswerSerializer(serializers.Serializer[UsualAnswer]):
    first_answer_s = serializers.IntegerField(help_text="The median time from asking to the first answer")
    from_count = serializers.IntegerField(help_text="How many threads of the last 180 days it was taken from")
    scope = serializers.ChoiceField(choices=["model", "family", "organisation"], help_text="Whose threads those were")


class NextWaveSerializer(serializers.Serializer[NextWave]):
    at = serializers.DateTimeField()
    audience = serializers.ChoiceField(choices=values_of(Audience))
    words = serializers.CharField(help_text="Who that is")
    size = serializers.SerializerMethodField(help_text="How many at most; null: the whole community")

    def get_size(self, wave: NextWave) -> int | None:
        return None if wave.size == EVERYBODY else wave.size


class WaitingClockSerializer(serializers.Serializer[WaitingClock]):
    thread_id = serializers.UUIDField()
    status = serializers.ChoiceField(choices=values_of(RoundStatus), help_text="`unanswered`: on the gap list")
    asked_at = serializers.DateTimeField()
    asked_count = serializers.IntegerField(help_text="With a push")
    told_count = serializers.IntegerField(help_text="In the inbox only")
    seen_count = serializers.IntegerField(help_text="Of those asked with a push")
    claim = ClaimSerializer(allow_null=True)
    usual = UsualAnswerSerializer(allow_null=True, help_text="null: fewer than five answers to learn from")
    next_wave = NextWaveSerializer(allow_null=True)
    named = PersonSerializer(allow_null=True, help_text="The expert on duty, champion or supervisor who has it now")


class WaitingView(Endpoint):
    @operation("How far the asking is", answers=WaitingClockSerializer, problems=["not_found"])
    def get(self, _request: Request, thread_id: UUID) -> Response:
        clock = waiting_clock(actor=self.actor, thread_id=thread_id, now=timezone.now())
        return self.answer(WaitingClockSerializer, clock)


class ProspectSerializer(serializers.Serializer[Prospect]):
    person = PersonSerializer()
    reason = serializers.CharField(help_text="Why them")
    score = serializers.FloatField()
    features = serializers.DictField(child=serializers.FloatField(), help_text="What the score is made of, each 0..1")
    told_by = serializers.ChoiceField(choices=values_of(ToldBy), help_text="`nothing`: they would not be asked now")
    hindrance = serializers.SerializerMethodField(help_text="What keeps a push from them; empty: nothing")

    def get_hindrance(self, prospect: Prospect) -> str:
        return prospect.hindrance or ""


class RungPreviewSerializer(serializers.Serializer[RungPreview]):
    number = serializers.IntegerField()
    rung = RungSerializer(help_text="As this thread has it: claims and late waves have moved it")
    status = serializers.ChoiceField(choices=values_of(WaveStatus), help_text="`fired`, `skipped`: it asks nobody more")
    prospects = ProspectSerializer(many=True, help_text="Best first, at most 20 of a rung")


class CandidatesSerializer(serializers.Serializer[object]):
    items = RungPreviewSerializer(many=True)


class CandidatesView(Endpoint):
    @operation(
        "Whom each wave to come would ask if it came now, and why, for those who may curate",
        answers=CandidatesSerializer,
        problems=["not_found", "not_allowed"],
    )
    def get(self, _request: Request, thread_id: UUID) -> Response:
        rungs = preview_ladder(
            actor=self.actor, thread_id=thread_id, reachable=notifications.reachable, now=timezone.now()
        )
        return self.answer(CandidatesSerializer, {"items": rungs})


class UnansweredSerializer(serializers.Serializer[AskRound]):
    """A fault that nobody could answer. A late answer takes it off the list."""

    thread_id = serializers.UUIDField()
    title = serializers.CharField(source="headline")
    asset_tag = serializers.CharField(source="asset.tag")
    asset_model = serializers.CharField(help_text="Make and model", source="asset.asset_model")
    family = serializers.CharField(source="asset.asset_model.family")
    site = serializers.CharField(source="asset.site.name")
    fault_code = serializers.CharField(allow_blank=True)
    urgency = serializers.CharField()
    asker = PersonSerializer()
    asked_at = serializers.DateTimeField(source="opened_at")
    unanswered_since = serializers.DateTimeField(source="since")
    asked_count = serializers.IntegerField(help_text="How many were asked or told")
    owner = serializers.SerializerMethodField(help_text="Who looks after it")

    @extend_schema_field(PersonSerializer(allow_null=True))
    def get_owner(self, round_: AskRound) -> object:
        owners = [wave.names for wave in round_.gap_waves if wave.names]  # type: ignore[attr-defined]  # prefetched
        return PersonSerializer(owners[0]).data if owners else None


class UnansweredView(Endpoint):
    @operation("What nobody could answer, newest first", query=PageQuery, answers=page_of(UnansweredSerializer))
    def get(self, _request: Request) -> Response:
        page = cut_page(list_gaps(actor=self.actor), self.query(PageQuery), order=("-opened_at", "-id"))
        return self.answer(page_of(UnansweredSerializer), page)
