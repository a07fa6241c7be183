"""Fault threads: ask, look, move."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.utils import timezone
from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from backend.api.endpoint import Endpoint, operation
from backend.api.paging import PageQuery, cut_page, page_of
from backend.api.v1.assets import AssetSerializer
from backend.api.v1.comments import CommentSerializer
from backend.api.v1.hits import HitSerializer
from backend.api.v1.shapes import MAX_TEXT_LENGTH, ClipBriefSerializer, PersonSerializer, PhoneChosenId, values_of
from backend.api.v1.similar_faults import SimilarFaultSerializer
from backend.api.v1.suggestions import SuggestionSerializer
from backend.domain.asking.models import Ask, AskStatus
from backend.domain.search.models import SubjectKind
from backend.domain.threads.models import Thread, ThreadOpening
from backend.domain.threads.opening import note_opened
from backend.domain.threads.operations import AskedThread, Question, ask, chosen_moves, move_thread
from backend.domain.threads.queries import Viewers, get_whole_thread, list_threads
from backend.domain.threads.states import ThreadStatus, Urgency


class FaultCodeShownSerializer(serializers.Serializer[Thread]):
    shown = serializers.CharField(source="fault_code_shown", help_text="As the machine shows it")
    normalised = serializers.CharField(source="fault_code")


class DeflectionSerializer(serializers.Serializer[Thread]):
    """What answered the question before a peer had to. Counted while it stands."""

    kind = serializers.ChoiceField(source="deflected_to_kind", choices=values_of(SubjectKind))
    id = serializers.UUIDField(source="deflected_to_id")
    at = serializers.DateTimeField(source="deflected_at")


class ThreadSerializer(serializers.Serializer[Thread]):
    """One problem by one technician on one asset, without what was said about it."""

    id = serializers.UUIDField()
    title = serializers.CharField()
    description = serializers.CharField()
    asset = AssetSerializer()
    asker = PersonSerializer()
    fault_code = serializers.SerializerMethodField()
    urgency = serializers.ChoiceField(choices=values_of(Urgency))
    status = serializers.ChoiceField(choices=values_of(ThreadStatus))
    allowed_moves = serializers.SerializerMethodField(help_text="What POST /threads/{id}/moves takes now")
    next_owner = PersonSerializer(allow_null=True, help_text="Who must act next; null: nobody, it is not open")
    next_due_at = serializers.DateTimeField(allow_null=True)
    clip = ClipBriefSerializer(source="ask_clip", allow_null=True)
    problem = serializers.CharField()
    cause = serializers.CharField()
    remedy = serializers.CharField()
    version = serializers.IntegerField(help_text="Grows with each move")
    created_at = serializers.DateTimeField()
    asked_at = serializers.DateTimeField(allow_null=True)
    first_response_at = serializers.DateTimeField(allow_null=True)
    fixed_at = serializers.DateTimeField(allow_null=True)
    howto_id = serializers.SerializerMethodField(help_text="What was learnt from it")
    repeat_of_id = serializers.UUIDField(allow_null=True, help_text="The fix that did not last, less than 30 days ago")
    deflection = serializers.SerializerMethodField(help_text="The asker said of this: this is it")

    @extend_schema_field(FaultCodeShownSerializer(allow_null=True))
    def get_fault_code(self, thread: Thread) -> object:
        return FaultCodeShownSerializer(thread).data if thread.fault_code_shown else None

    @extend_schema_field(serializers.ListField(child=serializers.ChoiceField(choices=values_of(ThreadStatus))))
    def get_allowed_moves(self, thread: Thread) -> list[str]:
        return [status.value for status in chosen_moves(thread)]

    @extend_schema_field(DeflectionSerializer(allow_null=True))
    def get_deflection(self, thread: Thread) -> object:
        return DeflectionSerializer(thread).data if thread.deflected_at else None

    def get_howto_id(self, thread: Thread) -> UUID | None:
        howto = getattr(thread, "howto", None)  # a one-to-one that is not there yet has no attribute
        return howto.pk if howto else None


class AskSerializer(serializers.Serializer[Ask]):
    """Who was asked, and why them."""

    person = PersonSerializer()
    reason = serializers.CharField()
    status = serializers.ChoiceField(choices=values_of(AskStatus))
    asked_at = serializers.DateTimeField()
    wave = serializers.IntegerField(source="wave.number")


class OpeningSerializer(serializers.Serializer[ThreadOpening]):
    person_id = serializers.UUIDField()
    name = serializers.CharField(source="person.name")
    opened_at = serializers.DateTimeField(help_text="The first time")


class ViewersSerializer(serializers.Serializer[Viewers]):
    """Who opened it."""

    items = OpeningSerializer(source="openings", many=True, help_text="Newest first")
    more_count = serializers.IntegerField(help_text="How many more there are")


class WholeThreadSerializer(ThreadSerializer):
    """A thread with everything that was said about it."""

    suggestions = SuggestionSerializer(many=True, help_text="Best first, by outcome of tries")
    comments = CommentSerializer(many=True, help_text="Oldest first")
    similar = SimilarFaultSerializer(many=True, help_text="Solved faults that the asker was shown")
    repeat_visit_ids = serializers.ListField(child=serializers.UUIDField(), help_text="Threads that came back for it")
    asked = AskSerializer(many=True)
    viewers = ViewersSerializer(allow_null=True, help_text="Who opened it; null for everybody but its asker")

    def to_representation(self, whole: Any) -> dict[str, Any]:
        return {
            **ThreadSerializer(whole.thread).data,
            "suggestions": SuggestionSerializer(whole.suggestions, many=True).data,
            "comments": CommentSerializer(whole.comments, many=True).data,
            "similar": SimilarFaultSerializer(whole.similar, many=True).data,
            "repeat_visit_ids": [str(thread_id) for thread_id in whole.repeat_visits],
            "asked": AskSerializer(whole.asked, many=True).data,
            "viewers": ViewersSerializer(whole.viewers).data if whole.viewers else None,
        }


class AskedThreadSerializer(serializers.Serializer[AskedThread]):
    """The thread, and solved faults that look like it."""

    thread = ThreadSerializer()
    similar = HitSerializer(many=True)


class ThreadQuery(PageQuery):
    status = serializers.ChoiceField(choices=values_of(ThreadStatus), required=False)
    asset_id = serializers.UUIDField(required=False)


class AskInput(serializers.Serializer[object]):
    id = PhoneChosenId(help_text="A UUIDv7 of the phone's own")
    asset_id = serializers.UUIDField()
    title = serializers.CharField(max_length=200)
    description = serializers.CharField(default="", allow_blank=True, max_length=MAX_TEXT_LENGTH)
    fault_code = serializers.CharField(default="", allow_blank=True, max_length=32, help_text="As the machine shows it")
    urgency = serializers.ChoiceField(choices=values_of(Urgency), default=Urgency.CUSTOMER_WAITING.value)
    clip_id = PhoneChosenId(default=None, allow_null=True, help_text="A UUIDv7; its upload may come later")


class MoveInput(serializers.Serializer[object]):
    to = serializers.ChoiceField(choices=values_of(ThreadStatus))


class ThreadsView(Endpoint):
    @operation("Fault threads, newest first", query=ThreadQuery, answers=page_of(ThreadSerializer))
    def get(self, _request: Request) -> Response:
        query = self.query(ThreadQuery)
        status = ThreadStatus(query["status"]) if "status" in query else None
        threads = list_threads(actor=self.actor, status=status, asset_id=query.get("asset_id"))
        return self.answer(page_of(ThreadSerializer), cut_page(threads, query))

    @operation(
        "Ask about a fault",
        takes=AskInput,
        answers=AskedThreadSerializer,
        status=201,
        also={200: AskedThreadSerializer},
        problems=["not_found", "id_taken"],
    )
    def post(self, _request: Request) -> Response:
        body = self.body(AskInput)
        thread_id = body.pop("id")
        question = Question(**{**body, "urgency": Urgency(body["urgency"])})
        asked = ask(actor=self.actor, thread_id=thread_id, question=question, now=timezone.now())
        return self.answer(AskedThreadSerializer, asked, status=201 if asked.is_new else 200)


class ThreadView(Endpoint):
    @operation("One thread and everything said about it", answers=WholeThreadSerializer, problems=["not_found"])
    def get(self, _request: Request, thread_id: UUID) -> Response:
        whole = get_whole_thread(actor=self.actor, thread_id=thread_id)
        note_opened(actor=self.actor, whole=whole, now=timezone.now())
        return self.answer(WholeThreadSerializer, whole)


class MovesView(Endpoint):
    @operation(
        "Put a thread aside, or ask about it again",
        takes=MoveInput,
        answers=ThreadSerializer,
        problems=["not_found", "not_allowed", "illegal_move", "lost_race"],
        needs_key=True,
    )
    def post(self, _request: Request, thread_id: UUID) -> Response:
        to = ThreadStatus(self.body(MoveInput)["to"])
        return self.answer(
            ThreadSerializer, move_thread(actor=self.actor, thread_id=thread_id, to=to, now=timezone.now())
        )
