"""Communities of practice and their members. Everybody sees them; supervisors and admins arrange them."""

from __future__ import annotations

from uuid import UUID

from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from backend.api.endpoint import Endpoint, operation
from backend.api.paging import PageQuery, cut_page, page_of
from backend.api.v1.shapes import PersonSerializer, SiteSerializer
from backend.domain.accounts.models import Community
from backend.domain.asking.communities import (
    CommunityFacts,
    add_member,
    change_community,
    close_community,
    create_community,
    find_community,
    list_communities,
    list_members,
    remove_member,
)

_ARRANGING = ["not_found", "not_allowed"]


class CommunityBriefSerializer(serializers.Serializer[Community]):
    """A community, and what it answers for."""

    id = serializers.UUIDField()
    name = serializers.CharField()
    family = serializers.CharField(help_text="Of machines; empty: of all")
    site = SiteSerializer(allow_null=True, help_text="null: all sites")
    champion = serializers.SerializerMethodField(help_text="Looks after it; null: nobody")

    @extend_schema_field(PersonSerializer(allow_null=True))
    def get_champion(self, community: Community) -> object:
        champion = community.champion
        return PersonSerializer(champion).data if champion and champion.is_active else None


class CommunitySerializer(CommunityBriefSerializer):
    members_count = serializers.IntegerField()


class CommunityInput(serializers.Serializer[object]):
    """The whole of a community; what is left out is none."""

    name = serializers.CharField(max_length=200)
    family = serializers.CharField(default="", allow_blank=True, max_length=100, help_text="Empty: all machines")
    site_id = serializers.UUIDField(default=None, allow_null=True, help_text="null: all sites")
    champion_id = serializers.UUIDField(default=None, allow_null=True, help_text="Becomes a member")


class CommunitiesView(Endpoint):
    @operation("Communities of practice, by name", query=PageQuery, answers=page_of(CommunitySerializer))
    def get(self, _request: Request) -> Response:
        page = cut_page(list_communities(actor=self.actor), self.query(PageQuery), order=("name",))
        return self.answer(page_of(CommunitySerializer), page)

    @operation(
        "Open a community, for supervisors and admins",
        takes=CommunityInput,
        answers=CommunitySerializer,
        status=201,
        problems=["not_allowed"],
        needs_key=True,
    )
    def post(self, _request: Request) -> Response:
        facts = CommunityFacts(**self.body(CommunityInput))
        return self.answer(CommunitySerializer, create_community(actor=self.actor, facts=facts), status=201)


class CommunityView(Endpoint):
    @operation("One community", answers=CommunitySerializer, problems=["not_found"])
    def get(self, _request: Request, community_id: UUID) -> Response:
        return self.answer(CommunitySerializer, find_community(actor=self.actor, community_id=community_id))

    @operation(
        "Make a community what the body says, for supervisors and admins",
        takes=CommunityInput,
        answers=CommunitySerializer,
        problems=_ARRANGING,
    )
    def put(self, _request: Request, community_id: UUID) -> Response:
        facts = CommunityFacts(**self.body(CommunityInput))
        return self.answer(
            CommunitySerializer, change_community(actor=self.actor, community_id=community_id, facts=facts)
        )

    @operation(
        "Close a community, with its memberships and its duty, for supervisors and admins",
        answers=None,
        problems=_ARRANGING,
    )
    def delete(self, _request: Request, community_id: UUID) -> Response:
        close_community(actor=self.actor, community_id=community_id)
        return Response(status=204)


class MembersView(Endpoint):
    @operation(
        "The members of a community, by name",
        query=PageQuery,
        answers=page_of(PersonSerializer),
        problems=["not_found"],
    )
    def get(self, _request: Request, community_id: UUID) -> Response:
        members = list_members(actor=self.actor, community_id=community_id)
        return self.answer(page_of(PersonSerializer), cut_page(members, self.query(PageQuery), order=("name", "id")))


class MemberView(Endpoint):
    @operation("Make a person a member, for supervisors and admins", answers=None, problems=_ARRANGING)
    def put(self, _request: Request, community_id: UUID, person_id: UUID) -> Response:
        add_member(actor=self.actor, community_id=community_id, person_id=person_id)
        return Response(status=204)

    @operation("End a membership, for supervisors and admins", answers=None, problems=_ARRANGING)
    def delete(self, _request: Request, community_id: UUID, person_id: UUID) -> Response:
        remove_member(actor=self.actor, community_id=community_id, person_id=person_id)
        return Response(status=204)
