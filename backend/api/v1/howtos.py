"""How-tos: read, correct, release."""

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
from backend.api.v1.corrections import CorrectionSerializer
from backend.api.v1.moments import MarkSerializer
from backend.api.v1.reader_languages import languages_of
from backend.api.v1.shapes import MAX_MS, MAX_TEXT_LENGTH, PersonSerializer, values_of
from backend.domain.clips.marks import read_mark
from backend.domain.equipment.codes import normalise_code
from backend.domain.equipment.models import AssetModel
from backend.domain.howtos.content import Part, StepContent
from backend.domain.howtos.editing import Changes, edit_draft
from backend.domain.howtos.models import Approval, Credit, HowTo, HowToVersion, Step
from backend.domain.howtos.opening import open_howto
from backend.domain.howtos.queries import WholeHowTo, governance_of, list_howtos
from backend.domain.howtos.states import Confidence, Governance, Publication, Succession

MAX_STEPS = 100


class AssetModelNameSerializer(serializers.Serializer[AssetModel]):
    id = serializers.UUIDField()
    make = serializers.CharField()
    name = serializers.CharField()
    family = serializers.CharField()


class StepSerializer(serializers.Serializer[Step]):
    """One step; with a clip, `start_ms` to `end_ms` show it."""

    position = serializers.IntegerField(help_text="From 1")
    text = serializers.CharField()
    clip_id = serializers.UUIDField(allow_null=True)
    start_ms = serializers.IntegerField(allow_null=True)
    end_ms = serializers.IntegerField(allow_null=True)
    mark = MarkSerializer(allow_null=True)


class PartSerializer(serializers.Serializer[Part]):
    """What is built in or used up."""

    name = serializers.CharField(max_length=200)
    number = serializers.CharField(default="", allow_blank=True, max_length=64, help_text="The maker's; empty: unknown")
    quantity = serializers.IntegerField(default=1, min_value=1, max_value=10_000)


class ApprovalSerializer(serializers.Serializer[Approval]):
    person = PersonSerializer()
    content_sha256 = serializers.CharField(help_text="Of the text that they stand for")
    certification = serializers.CharField(help_text="That was asked for; empty: none")
    note = serializers.CharField()
    approved_at = serializers.DateTimeField()


class LanguageSerializer(serializers.Serializer[HowToVersion]):
    """What the reader can read it in."""

    number = serializers.IntegerField()
    language = serializers.CharField(help_text="BCP 47")
    is_original = serializers.BooleanField()
    is_outdated = serializers.BooleanField(help_text="Made from an older version of the original than is out")


class CreditSerializer(serializers.Serializer[Credit]):
    person = PersonSerializer(allow_null=True, help_text="null: somebody of another organisation")
    name = serializers.SerializerMethodField(help_text="Of the person, or all that is known of them")
    contribution = serializers.ChoiceField(choices=["asked", "answered"])

    def get_name(self, credit: Credit) -> str:
        return credit.person.name if credit.person else credit.name


class VersionSerializer(serializers.Serializer[HowToVersion]):
    number = serializers.IntegerField(help_text="From 1")
    publication = serializers.ChoiceField(choices=values_of(Publication))
    title = serializers.CharField()
    problem = serializers.CharField()
    environment = serializers.CharField(help_text="Which machine, where, what it showed")
    cause = serializers.CharField()
    remedy = serializers.CharField()
    hazards = serializers.CharField()
    parts = PartSerializer(many=True)
    tools = serializers.ListField(child=serializers.CharField())
    language = serializers.CharField(help_text="BCP 47")
    is_original = serializers.BooleanField()
    is_outdated = serializers.BooleanField(help_text="A translation of an older version of the original than is out")
    submitted_at = serializers.DateTimeField(allow_null=True)
    sent_back_at = serializers.DateTimeField(allow_null=True, help_text="The last time")
    send_back_reason = serializers.CharField()
    retired_at = serializers.DateTimeField(allow_null=True)
    retire_reason = serializers.CharField()
    retired_for_safety = serializers.BooleanField()
    released_at = serializers.DateTimeField(allow_null=True)
    released_by = PersonSerializer(allow_null=True)
    content_sha256 = serializers.CharField(help_text="Of what was approved; empty before release")


class ListedHowToSerializer(serializers.Serializer[HowTo]):
    """One how-to in a list, by the version that the reader may see."""

    id = serializers.UUIDField()
    title = serializers.SerializerMethodField()
    version_number = serializers.SerializerMethodField()
    publication = serializers.SerializerMethodField()
    confidence = serializers.ChoiceField(choices=values_of(Confidence))
    governance = serializers.SerializerMethodField()
    language = serializers.SerializerMethodField(help_text="BCP 47")
    is_outdated = serializers.SerializerMethodField(help_text="A translation of an older version than is out")
    asset_model = AssetModelNameSerializer()
    fault_code = serializers.CharField(help_text="Normalised; empty: none")
    is_recalled = serializers.BooleanField(help_text="It, or what it was learnt from, was found to be unsafe")
    created_at = serializers.DateTimeField()

    def get_title(self, howto: HowTo) -> str:
        return _shown(howto).title

    @extend_schema_field(serializers.ChoiceField(choices=values_of(Governance)))
    def get_governance(self, howto: HowTo) -> str:
        return governance_of(howto, _shown(howto))

    def get_language(self, howto: HowTo) -> str:
        return _shown(howto).language

    def get_is_outdated(self, howto: HowTo) -> bool:
        return bool(_shown(howto).is_outdated)  # type: ignore[attr-defined]  # annotated by list_visible_versions

    def get_version_number(self, howto: HowTo) -> int:
        return _shown(howto).number

    @extend_schema_field(serializers.ChoiceField(choices=values_of(Publication)))
    def get_publication(self, howto: HowTo) -> str:
        return _shown(howto).publication


def _shown(howto: HowTo) -> HowToVersion:
    version: HowToVersion = howto.shown_versions[0]  # type: ignore[attr-defined]  # set by list_howtos
    return version


class HowToSerializer(serializers.Serializer[WholeHowTo]):
    """A how-to with one version: for a curator the newest, for anybody else the released one, in their language."""

    id = serializers.UUIDField(source="howto.id")
    title = serializers.CharField(source="version.title")
    confidence = serializers.ChoiceField(source="howto.confidence", choices=values_of(Confidence))
    governance = serializers.ChoiceField(choices=values_of(Governance), help_text="What the version answers to")
    next_governance = serializers.ChoiceField(
        source="howto.governance", choices=values_of(Governance), help_text="What the next release answers to"
    )
    asset_model = AssetModelNameSerializer(source="howto.asset_model")
    fault_code = serializers.CharField(source="howto.fault_code", help_text="Normalised; empty: none")
    version = VersionSerializer()
    steps = StepSerializer(many=True)
    sha256 = serializers.CharField(help_text="Of what the version says now: send it back with what you decide")
    approvals = ApprovalSerializer(many=True)
    languages = LanguageSerializer(many=True)
    credits = CreditSerializer(many=True)
    corrections = CorrectionSerializer(
        many=True,
        help_text="On it, a step, or the answer that it was learnt from: while one stands, show it first",
    )
    corrected_at = serializers.DateTimeField(allow_null=True, help_text="null: nothing stands against it")
    recalled_at = serializers.DateTimeField(allow_null=True, help_text="Unsafe since: nobody should work by it")
    owner = PersonSerializer(source="howto.owner", allow_null=True)
    requires_certification = serializers.CharField(
        source="howto.requires_certification", help_text="Of who approves; empty: none"
    )
    archive_reason = serializers.CharField(source="howto.archive_reason")
    successor_id = serializers.UUIDField(source="howto.successor_id", allow_null=True)
    succession = serializers.ChoiceField(
        source="howto.succession", choices=values_of(Succession), allow_blank=True, help_text="Empty: no successor"
    )
    thread_id = serializers.UUIDField(source="howto.thread_id", allow_null=True, help_text="Where it was learnt")
    created_at = serializers.DateTimeField(source="howto.created_at")
    review_due_at = serializers.DateTimeField(source="howto.review_due_at", allow_null=True)


class StepInput(serializers.Serializer[object]):
    """A step without a clip, or with a clip and the whole moment."""

    text = serializers.CharField(max_length=MAX_TEXT_LENGTH)
    clip_id = serializers.UUIDField(default=None, allow_null=True)
    start_ms = serializers.IntegerField(default=None, allow_null=True, min_value=0, max_value=MAX_MS)
    end_ms = serializers.IntegerField(default=None, allow_null=True, min_value=1, max_value=MAX_MS)
    mark = MarkSerializer(default=None, allow_null=True, help_text="Drawn on the moment")


class DraftInput(serializers.Serializer[object]):
    """What to change; what is left out stays. `steps` replace all steps."""

    title = serializers.CharField(required=False, max_length=200)
    problem = serializers.CharField(required=False, max_length=MAX_TEXT_LENGTH)
    environment = serializers.CharField(required=False, allow_blank=True, max_length=MAX_TEXT_LENGTH)
    cause = serializers.CharField(required=False, allow_blank=True, max_length=MAX_TEXT_LENGTH)
    remedy = serializers.CharField(required=False, max_length=MAX_TEXT_LENGTH)
    hazards = serializers.CharField(required=False, allow_blank=True, max_length=MAX_TEXT_LENGTH)
    steps = serializers.ListField(child=StepInput(), required=False, max_length=MAX_STEPS)
    parts = serializers.ListField(child=PartSerializer(), required=False, max_length=MAX_STEPS)
    tools = serializers.ListField(child=serializers.CharField(max_length=200), required=False, max_length=MAX_STEPS)
    version = serializers.IntegerField(required=False, min_value=1, help_text="Left out: the newest original")
    seen_sha256 = serializers.CharField(
        required=False, max_length=64, help_text="The `sha256` that you read: nobody is written over unseen"
    )


def _step(step: dict[str, Any]) -> StepContent:
    mark = step.pop("mark")
    return StepContent(**step, mark=read_mark(**mark) if mark else None)


class HowTosQuery(PageQuery):
    publication = serializers.ChoiceField(choices=values_of(Publication), required=False)
    asset_model_id = serializers.UUIDField(required=False)
    fault_code = serializers.CharField(default="", max_length=32, help_text="As shown or normalised")
    review_due = serializers.BooleanField(default=False, help_text="Only those whose review is due")


class HowTosView(Endpoint):
    @operation("How-tos, newest first", query=HowTosQuery, answers=page_of(ListedHowToSerializer))
    def get(self, _request: Request) -> Response:
        query = self.query(HowTosQuery)
        howtos = list_howtos(
            actor=self.actor,
            publication=Publication(query["publication"]) if "publication" in query else None,
            asset_model_id=query.get("asset_model_id"),
            fault_code=normalise_code(query["fault_code"]),
            review_due_by=timezone.now() if query["review_due"] else None,
            own_languages=languages_of(self.request, self.person),
        )
        page = cut_page(howtos, query)
        return self.answer(page_of(ListedHowToSerializer), page)


class HowToQuery(serializers.Serializer[object]):
    language = serializers.CharField(
        default="", max_length=16, help_text="BCP 47; left out: as `Accept-Language` has it, then your own"
    )


class HowToView(Endpoint):
    @operation("One how-to with its steps", query=HowToQuery, answers=HowToSerializer, problems=["not_found"])
    def get(self, request: Request, howto_id: UUID) -> Response:
        howto = open_howto(  # a recall reaches whoever saw it
            actor=self.actor,
            howto_id=howto_id,
            language=self.query(HowToQuery)["language"],
            own_languages=languages_of(request, self.person),
            now=timezone.now(),
        )
        return self.answer(HowToSerializer, howto)


class DraftView(Endpoint):
    @operation(
        "Correct the draft",
        takes=DraftInput,
        answers=HowToSerializer,
        problems=["not_found", "not_allowed", "illegal_move", "version_changed"],
    )
    def patch(self, _request: Request, howto_id: UUID) -> Response:
        body = self.body(DraftInput)
        if "steps" in body:
            body["steps"] = tuple(_step(step) for step in body["steps"])
        if "parts" in body:
            body["parts"] = tuple(Part(**part) for part in body["parts"])
        if "tools" in body:
            body["tools"] = tuple(body["tools"])
        howto = edit_draft(
            actor=self.actor,
            howto_id=howto_id,
            number=body.pop("version", None),
            seen_sha256=body.pop("seen_sha256", None),
            changes=Changes(**body),
            now=timezone.now(),
        )
        return self.answer(HowToSerializer, howto)
