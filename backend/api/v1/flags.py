"""Flags: anybody says that something is unsafe, wrong or should not be there; one person is due to look at it."""

from __future__ import annotations

from uuid import UUID

from django.utils import timezone
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from backend.api.endpoint import Endpoint, operation
from backend.api.paging import PageQuery, cut_page, page_of
from backend.api.v1.shapes import MAX_TEXT_LENGTH, PersonSerializer, PhoneChosenId, values_of
from backend.domain.flags.models import Flag
from backend.domain.flags.operations import Complaint, flag, resolve_flag
from backend.domain.flags.queries import get_flag, list_flags
from backend.domain.flags.states import FlaggedKind, FlagKind, FlagStatus


class FlagSerializer(serializers.Serializer[Flag]):
    id = serializers.UUIDField()
    flagged_kind = serializers.ChoiceField(choices=values_of(FlaggedKind))
    flagged_id = serializers.UUIDField()
    thread_id = serializers.UUIDField(allow_null=True, help_text="Where it stands")
    author = PersonSerializer(allow_null=True, help_text="Whose it is; of a how-to, who looks after it")
    flagger = PersonSerializer()
    kind = serializers.ChoiceField(choices=values_of(FlagKind))
    text = serializers.CharField()
    status = serializers.ChoiceField(choices=values_of(FlagStatus))
    due_owner = PersonSerializer(allow_null=True, help_text="Who is to look at it; null: it is resolved")
    due_at = serializers.DateTimeField(allow_null=True)
    escalations_count = serializers.IntegerField(help_text="1: it went to the next person; 2: to every supervisor")
    correction_id = serializers.UUIDField(allow_null=True, help_text="What came of it")
    resolved_by = PersonSerializer(allow_null=True)
    resolved_at = serializers.DateTimeField(allow_null=True)
    resolution = serializers.CharField(help_text="What was said to who flagged it")
    flagged_at = serializers.DateTimeField()


class FlagInput(serializers.Serializer[object]):
    id = PhoneChosenId(help_text="A UUIDv7 of the phone's own")
    flagged_kind = serializers.ChoiceField(choices=values_of(FlaggedKind))
    flagged_id = serializers.UUIDField()
    kind = serializers.ChoiceField(choices=values_of(FlagKind))
    text = serializers.CharField(default="", allow_blank=True, max_length=MAX_TEXT_LENGTH, help_text="`other` needs it")


class FlagsQuery(PageQuery):
    status = serializers.ChoiceField(choices=values_of(FlagStatus), default=FlagStatus.OPEN.value)
    mine = serializers.BooleanField(default=False, help_text="Only what waits for you")
    late = serializers.BooleanField(default=False, help_text="Only what nobody looked at in time")


class ResolveInput(serializers.Serializer[object]):
    to = serializers.ChoiceField(choices=[FlagStatus.UPHELD.value, FlagStatus.DISMISSED.value])
    said = serializers.CharField(
        default="", allow_blank=True, max_length=MAX_TEXT_LENGTH, help_text="To who flagged it; `dismissed` needs it"
    )
    correction_id = serializers.UUIDField(default=None, allow_null=True, help_text="What came of it, if it is upheld")


class FlagsView(Endpoint):
    @operation(
        "Flags, the newest first; curators see all, anybody else their own",
        query=FlagsQuery,
        answers=page_of(FlagSerializer),
    )
    def get(self, _request: Request) -> Response:
        query = self.query(FlagsQuery)
        flags = list_flags(
            actor=self.actor,
            status=FlagStatus(query["status"]),
            is_mine=query["mine"],
            is_late_at=timezone.now() if query["late"] else None,
        )
        return self.answer(page_of(FlagSerializer), cut_page(flags, query, order=("-flagged_at", "-id")))

    @operation(
        "Flag an answer, a comment, a clip or a how-to; the same thing again is the same flag while it is open",
        takes=FlagInput,
        answers=FlagSerializer,
        status=201,
        also={200: FlagSerializer},
        problems=["not_found", "not_allowed", "id_taken"],
    )
    def post(self, _request: Request) -> Response:
        body = self.body(FlagInput)
        created = flag(
            actor=self.actor,
            flag_id=body["id"],
            flagged_kind=FlaggedKind(body["flagged_kind"]),
            flagged_id=body["flagged_id"],
            complaint=Complaint(FlagKind(body["kind"]), body["text"]),
            now=timezone.now(),
        )
        return self.answer(FlagSerializer, created.row, status=201 if created.is_new else 200)


class FlagView(Endpoint):
    @operation("One flag", answers=FlagSerializer, problems=["not_found", "not_allowed"])
    def get(self, _request: Request, flag_id: UUID) -> Response:
        return self.answer(FlagSerializer, get_flag(actor=self.actor, flag_id=flag_id))


class FlagResolutionView(Endpoint):
    @operation(
        "Say what became of a flag, for curators and who is due to look at it",
        takes=ResolveInput,
        answers=FlagSerializer,
        problems=["not_found", "not_allowed", "illegal_move", "lost_race"],
        needs_key=True,
    )
    def post(self, _request: Request, flag_id: UUID) -> Response:
        body = self.body(ResolveInput)
        body["to"] = FlagStatus(body["to"])
        return self.answer(FlagSerializer, resolve_flag(actor=self.actor, flag_id=flag_id, **body, now=timezone.now()))
