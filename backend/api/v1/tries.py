"""Trying what a peer suggested, and saying how it went."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.utils import timezone
from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from backend.api.endpoint import Endpoint, operation
from backend.api.v1.shapes import (
    MAX_TEXT_LENGTH,
    ChoiceOrNull,
    ClipBriefSerializer,
    PersonSerializer,
    PhoneChosenId,
    values_of,
)
from backend.domain.equipment.models import Asset
from backend.domain.threads.models import Try
from backend.domain.threads.outcome_changes import change_outcome
from backend.domain.threads.states import TryOutcome
from backend.domain.threads.tries import Outcome, record_outcome, start_try

MAX_MINUTES = 7 * 24 * 60


class TriedAssetSerializer(serializers.Serializer[Asset]):
    id = serializers.UUIDField()
    tag = serializers.CharField()


class TrySerializer(serializers.Serializer[Try]):
    """One application of one suggestion."""

    id = serializers.UUIDField()
    person = PersonSerializer()
    asset = serializers.SerializerMethodField(help_text="The machine it was tried on; null: the thread's")
    moves_thread = serializers.BooleanField(help_text="false: an entry in the ledger, the thread stays as it is")
    acknowledged_caution_id = serializers.UUIDField(
        allow_null=True, help_text="Covered when the try began; they said that they had read the caution"
    )
    outcome = ChoiceOrNull(choices=values_of(TryOutcome), help_text="null: still trying")
    clip = ClipBriefSerializer(allow_null=True)
    minutes = serializers.IntegerField(allow_null=True)
    parts = serializers.CharField()
    note = serializers.CharField()
    started_at = serializers.DateTimeField()
    ended_at = serializers.DateTimeField(allow_null=True)

    @extend_schema_field(TriedAssetSerializer(allow_null=True))
    def get_asset(self, attempt: Try) -> object:
        return TriedAssetSerializer(attempt.asset).data if attempt.asset else None


class StartTryInput(serializers.Serializer[object]):
    id = PhoneChosenId(help_text="A UUIDv7 of the phone's own")
    clip_id = PhoneChosenId(default=None, allow_null=True, help_text="A UUIDv7; its upload may come later")
    asset_id = serializers.UUIDField(default=None, allow_null=True, help_text="The machine; left out, the thread's")
    from_thread_id = serializers.UUIDField(
        default=None, allow_null=True, help_text="Your own thread that you closed with this one: it opens if this fails"
    )
    acknowledges_caution = serializers.BooleanField(
        default=False, help_text="You read the caution; asked for while the suggestion is covered"
    )


class OutcomeInput(serializers.Serializer[object]):
    """How it went. Problem, cause and remedy close the thread when it is `fixed`; left out, they are taken from it."""

    outcome = serializers.ChoiceField(choices=values_of(TryOutcome))
    note = serializers.CharField(default="", allow_blank=True, max_length=MAX_TEXT_LENGTH)
    minutes = serializers.IntegerField(default=None, allow_null=True, min_value=0, max_value=MAX_MINUTES)
    parts = serializers.CharField(default="", allow_blank=True, max_length=300)
    problem = serializers.CharField(default="", allow_blank=True, max_length=MAX_TEXT_LENGTH)
    cause = serializers.CharField(default="", allow_blank=True, max_length=MAX_TEXT_LENGTH)
    remedy = serializers.CharField(default="", allow_blank=True, max_length=MAX_TEXT_LENGTH)


class TriesView(Endpoint):
    @operation(
        "Start to try a suggestion",
        takes=StartTryInput,
        answers=TrySerializer,
        status=201,
        also={200: TrySerializer},
        problems=["not_found", "illegal_move", "lost_race", "id_taken", "caution_not_acknowledged", "advice_recalled"],
    )
    def post(self, _request: Request, suggestion_id: UUID) -> Response:
        body = self.body(StartTryInput)
        started = start_try(
            actor=self.actor,
            try_id=body["id"],
            suggestion_id=suggestion_id,
            clip_id=body["clip_id"],
            asset_id=body["asset_id"],
            from_thread_id=body["from_thread_id"],
            acknowledges_caution=body["acknowledges_caution"],
            now=timezone.now(),
        )
        return self.answer(TrySerializer, started.row, status=201 if started.is_new else 200)


class OutcomeView(Endpoint):
    @operation(
        "Say how a try went",
        takes=OutcomeInput,
        answers=TrySerializer,
        problems=["not_found", "not_allowed", "illegal_move", "lost_race"],
        needs_key=True,
    )
    def post(self, _request: Request, try_id: UUID) -> Response:
        outcome = _outcome_of(self.body(OutcomeInput))
        ended = record_outcome(actor=self.actor, try_id=try_id, outcome=outcome, now=timezone.now())
        return self.answer(TrySerializer, ended)

    @operation(
        "Put right how a try went, within 15 minutes",
        takes=OutcomeInput,
        answers=TrySerializer,
        problems=["not_found", "not_allowed", "illegal_move", "lost_race"],
    )
    def put(self, _request: Request, try_id: UUID) -> Response:
        outcome = _outcome_of(self.body(OutcomeInput))
        changed = change_outcome(actor=self.actor, try_id=try_id, outcome=outcome, now=timezone.now())
        return self.answer(TrySerializer, changed)


def _outcome_of(body: dict[str, Any]) -> Outcome:
    return Outcome(**{**body, "outcome": TryOutcome(body["outcome"])})
