"""How-tos: reviewed, approved, retired, put away, translated, compared, and how they served."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any
from uuid import UUID

from django.utils import timezone
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from backend.api.endpoint import Endpoint, Serializers, operation
from backend.api.v1.howtos import HowToSerializer, VersionSerializer
from backend.api.v1.shapes import MAX_TEXT_LENGTH, PersonSerializer, values_of
from backend.domain.howtos.approving import approve
from backend.domain.howtos.archiving import archive, bring_back, succeed
from backend.domain.howtos.arranging import arrange
from backend.domain.howtos.comparing import compare_versions
from backend.domain.howtos.differences import Difference, Words
from backend.domain.howtos.editing import start_new_version
from backend.domain.howtos.models import HowToUse
from backend.domain.howtos.queries import WholeHowTo, get_version, list_versions
from backend.domain.howtos.releasing import release
from backend.domain.howtos.reviewing import retire, send_back, submit, validate
from backend.domain.howtos.states import Governance, Succession
from backend.domain.howtos.translating import start_translation
from backend.domain.howtos.using import Report, record_use
from backend.domain.threads.states import TryOutcome

_REFUSALS = ["not_found", "not_allowed", "illegal_move", "lost_race"]


class VersionInput(serializers.Serializer[object]):
    version = serializers.IntegerField(min_value=1, source="version_number", help_text="The number of the version")


class ReasonInput(serializers.Serializer[object]):
    reason = serializers.CharField(max_length=MAX_TEXT_LENGTH)


class SendBackInput(VersionInput, ReasonInput):
    pass


class RetireInput(VersionInput, ReasonInput):
    for_safety = serializers.BooleanField(default=False, help_text="It may hurt somebody who works by it")


class ApproveInput(VersionInput):
    seen_sha256 = serializers.CharField(max_length=64, help_text="The `sha256` of the text that you read")
    note = serializers.CharField(default="", allow_blank=True, max_length=MAX_TEXT_LENGTH)


class SucceedInput(ReasonInput):
    successor_id = serializers.UUIDField()
    succession = serializers.ChoiceField(choices=values_of(Succession))

    def validate_succession(self, value: str) -> Succession:
        return Succession(value)


class ReleaseInput(serializers.Serializer[object]):
    version = serializers.IntegerField(
        min_value=1, source="version_number", help_text="The number of the version that was read and approved"
    )
    seen_sha256 = serializers.CharField(required=False, max_length=64, help_text="The `sha256` that you read")


class ArrangeInput(serializers.Serializer[object]):
    """What is left out stays."""

    governance = serializers.ChoiceField(choices=values_of(Governance), required=False)
    requires_certification = serializers.CharField(required=False, allow_blank=True, max_length=200)
    owner_id = serializers.UUIDField(required=False)


class TranslateInput(VersionInput):
    language = serializers.RegexField(
        r"^[A-Za-z]{2,3}(-[A-Za-z0-9]{2,8})*$",
        max_length=16,
        help_text="BCP 47",
        error_messages={"invalid": "Must be a language tag, such as de or pt-BR."},
    )


class WordsSerializer(serializers.Serializer[Words]):
    op = serializers.ChoiceField(choices=["same", "added", "removed"])
    text = serializers.CharField()


class DifferenceSerializer(serializers.Serializer[Difference]):
    field = serializers.CharField()
    kind = serializers.ChoiceField(choices=["changed", "added", "removed", "moved"])
    before = serializers.CharField()
    after = serializers.CharField()
    words = WordsSerializer(many=True)
    before_position = serializers.IntegerField(allow_null=True, help_text="Of a step, from 1")
    after_position = serializers.IntegerField(allow_null=True, help_text="Of a step, from 1")


class DifferencesSerializer(serializers.Serializer[object]):
    items = DifferenceSerializer(many=True)


class VersionsSerializer(serializers.Serializer[object]):
    items = VersionSerializer(many=True)


class DiffQuery(serializers.Serializer[object]):
    before = serializers.IntegerField(min_value=1, help_text="The number of the version to compare from")
    after = serializers.IntegerField(min_value=1)


class UseInput(VersionInput):
    id = serializers.UUIDField(help_text="UUIDv7, chosen by the phone")
    asset_id = serializers.UUIDField()
    outcome = serializers.ChoiceField(choices=values_of(TryOutcome))
    note = serializers.CharField(default="", allow_blank=True, max_length=MAX_TEXT_LENGTH)
    minutes = serializers.IntegerField(default=None, allow_null=True, min_value=0, max_value=10_000)


class UseSerializer(serializers.Serializer[HowToUse]):
    id = serializers.UUIDField()
    person = PersonSerializer()
    asset_id = serializers.UUIDField()
    outcome = serializers.ChoiceField(choices=values_of(TryOutcome))
    note = serializers.CharField()
    minutes = serializers.IntegerField(allow_null=True)
    used_at = serializers.DateTimeField()


class VersionsView(Endpoint):
    @operation("A how-to's versions, newest first", answers=VersionsSerializer, problems=["not_found"])
    def get(self, _request: Request, howto_id: UUID) -> Response:
        versions = list_versions(actor=self.actor, howto_id=howto_id)
        return self.answer(VersionsSerializer, {"items": versions})


class OneVersionView(Endpoint):
    @operation("A how-to as one version says it", answers=HowToSerializer, problems=["not_found"])
    def get(self, _request: Request, howto_id: UUID, number: int) -> Response:
        return self.answer(HowToSerializer, get_version(actor=self.actor, howto_id=howto_id, number=number))


class DiffView(Endpoint):
    @operation(
        "What differs between two versions, word by word",
        query=DiffQuery,
        answers=DifferencesSerializer,
        problems=["not_found"],
    )
    def get(self, _request: Request, howto_id: UUID) -> Response:
        found = compare_versions(actor=self.actor, howto_id=howto_id, **self.query(DiffQuery))
        return self.answer(DifferencesSerializer, {"items": found})


def decision(
    name: str,
    summary: str,
    decide: Callable[..., WholeHowTo],
    *,
    takes: Serializers | None = None,
    also: Sequence[str] = (),
) -> type[Endpoint]:
    """
    Return the endpoint `name` of a decision about one how-to: a POST that answers with the how-to as it is then.

    `takes` names its fields as `decide` takes them; `also` are the codes beyond those of every decision.
    """

    def post(self: Endpoint, _request: Request, howto_id: UUID) -> Response:
        said = self.body(takes) if takes else {}
        return self.answer(HowToSerializer, decide(actor=self.actor, howto_id=howto_id, now=timezone.now(), **said))

    post.__qualname__ = f"{name}.post"  # the OpenAPI document names the operation after it
    documented = operation(summary, takes=takes, answers=HowToSerializer, problems=[*_REFUSALS, *also], needs_key=True)
    return type(name, (Endpoint,), {"post": documented(post), "__module__": __name__})


SubmitView = decision(
    "SubmitView", "Ask for a review of a draft", submit, takes=VersionInput, also=["howto_incomplete"]
)
SendBackView = decision("SendBackView", "Make a version in review a draft again", send_back, takes=SendBackInput)
ApproveView = decision(
    "ApproveView",
    "Stand for a version in review, as you read it",
    approve,
    takes=ApproveInput,
    also=["version_changed", "may_not_approve"],
)
ReleaseView = decision(
    "ReleaseView",
    "Let a version out: everybody finds it, in place of the one before",
    release,
    takes=ReleaseInput,
    also=["howto_incomplete", "version_changed", "approval_missing", "advice_recalled"],
)
ValidateView = decision("ValidateView", "Say that what is out is confirmed", validate, takes=VersionInput)
RetireView = decision("RetireView", "Take a released version out for good", retire, takes=RetireInput)
NewVersionView = decision("NewVersionView", "Begin the next version, as a copy of the newest", start_new_version)
ArchiveView = decision("ArchiveView", "Put a how-to away", archive, takes=ReasonInput)
SucceedView = decision(
    "SucceedView", "Put a how-to away for another", succeed, takes=SucceedInput, also=["circular_succession"]
)
BringBackView = decision("BringBackView", "Take an archived how-to out again", bring_back)
TranslateView = decision(
    "TranslateView", "Begin a translation of a released original", start_translation, takes=TranslateInput
)


class ArrangementView(Endpoint):
    @operation(
        "Set owner, governance and the certification of approvers",
        takes=ArrangeInput,
        answers=HowToSerializer,
        problems=_REFUSALS,
    )
    def patch(self, _request: Request, howto_id: UUID) -> Response:
        body: dict[str, Any] = self.body(ArrangeInput)
        if "governance" in body:
            body["governance"] = Governance(body["governance"])
        return self.answer(HowToSerializer, arrange(actor=self.actor, howto_id=howto_id, **body))


class UsesView(Endpoint):
    @operation(
        "Say how it went when you worked by a how-to",
        takes=UseInput,
        answers=UseSerializer,
        status=201,
        also={200: UseSerializer},
        problems=["not_found", "illegal_move", "id_taken"],
    )
    def post(self, _request: Request, howto_id: UUID) -> Response:
        body = self.body(UseInput)
        used = record_use(
            actor=self.actor,
            use_id=body["id"],
            howto_id=howto_id,
            version_number=body["version_number"],
            report=Report(body["asset_id"], TryOutcome(body["outcome"]), body["note"], body["minutes"]),
            now=timezone.now(),
        )
        return self.answer(UseSerializer, used.row, status=201 if used.is_new else 200)
