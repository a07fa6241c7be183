"""The families of machines that I know."""

from __future__ import annotations

from uuid import UUID

from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from backend.api.endpoint import Endpoint, operation
from backend.api.paging import PageQuery, cut_page, page_of
from backend.domain.asking.models import Skill
from backend.domain.asking.people import declare_skill, own_skills, withdraw_skill


class SkillSerializer(serializers.Serializer[Skill]):
    id = serializers.UUIDField()
    family = serializers.CharField(help_text="Of machines, spelt as the organisation's machines are")


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
