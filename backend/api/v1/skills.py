"""The families of machines that I know, and those that a colleague knows."""

from __future__ import annotations

from uuid import UUID

from django.utils import timezone
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from backend.api.endpoint import Endpoint, operation
from backend.api.paging import PageQuery, cut_page, page_of
from backend.api.v1.shapes import PersonSerializer
from backend.domain.asking.models import Skill
from backend.domain.asking.people import declare_skill, own_skills, withdraw_skill
from backend.domain.asking.skills import KnownFamily, confirm_skill, known_families, withdraw_skill_of


class SkillSerializer(serializers.Serializer[Skill]):
    id = serializers.UUIDField()
    family = serializers.CharField(help_text="Of machines, spelt as the organisation's machines are")


class ConfirmedSkillSerializer(SkillSerializer):
    confirmed_by = PersonSerializer(allow_null=True, help_text="Who leads them, and knows that it is so")
    confirmed_at = serializers.DateTimeField(allow_null=True)


class KnownFamilySerializer(serializers.Serializer[KnownFamily]):
    family = serializers.CharField()
    skill = ConfirmedSkillSerializer(allow_null=True, help_text="As they declared it; null: only their fixes say so")
    fixes_count = serializers.IntegerField(help_text="Verified fixes by their hands or their advice")
    last_fixed_at = serializers.DateTimeField(allow_null=True)


class KnownFamiliesSerializer(serializers.Serializer[object]):
    items = KnownFamilySerializer(many=True)


class SkillInput(serializers.Serializer[object]):
    family = serializers.CharField(max_length=100)


class SkillsView(Endpoint):
    @operation("Families of machines that I know", query=PageQuery, answers=page_of(SkillSerializer))
    def get(self, _request: Request) -> Response:
        page = cut_page(own_skills(actor=self.actor), self.query(PageQuery), order=("family",))
        return self.answer(page_of(SkillSerializer), page)

    @operation(
        "Say that I know a family of machines", takes=SkillInput, answers=SkillSerializer, status=201, needs_key=True
    )
    def post(self, _request: Request) -> Response:
        skill = declare_skill(actor=self.actor, family=self.body(SkillInput)["family"])
        return self.answer(SkillSerializer, skill, status=201)


class SkillView(Endpoint):
    @operation("Say no longer that I know it", answers=None, problems=["not_found"])
    def delete(self, _request: Request, skill_id: UUID) -> Response:
        withdraw_skill(actor=self.actor, skill_id=skill_id)
        return Response(status=204)


class KnownFamiliesView(Endpoint):
    @operation(
        "What a colleague knows, by family: what most fixes confirm first",
        answers=KnownFamiliesSerializer,
        problems=["not_found"],
    )
    def get(self, _request: Request, person_id: UUID) -> Response:
        known = known_families(actor=self.actor, person_id=person_id)
        return self.answer(KnownFamiliesSerializer, {"items": known})


class ColleaguesSkillView(Endpoint):
    @operation(
        "Withdraw what a colleague declared, for supervisors and admins",
        answers=None,
        problems=["not_found", "not_allowed"],
    )
    def delete(self, _request: Request, person_id: UUID, skill_id: UUID) -> Response:
        withdraw_skill_of(actor=self.actor, person_id=person_id, skill_id=skill_id)
        return Response(status=204)


class SkillConfirmationView(Endpoint):
    @operation(
        "Confirm what a colleague declared, for supervisors and admins",
        answers=ConfirmedSkillSerializer,
        problems=["not_found", "not_allowed"],
    )
    def put(self, _request: Request, person_id: UUID, skill_id: UUID) -> Response:
        skill = confirm_skill(actor=self.actor, person_id=person_id, skill_id=skill_id, now=timezone.now())
        return self.answer(ConfirmedSkillSerializer, skill)
