"""The person who is signed in, the ground rules, and their signed-in devices."""

from __future__ import annotations

from django.db import transaction
from django.utils import timezone
from rest_framework import serializers
from rest_framework.permissions import IsAuthenticated
from rest_framework.request import Request
from rest_framework.response import Response

from backend.api.endpoint import Endpoint, operation
from backend.api.paging import PageQuery, cut_page, page_of
from backend.api.v1.shapes import PersonSerializer, SiteSerializer
from backend.domain.accounts.ground_rules import GROUND_RULES_VERSION
from backend.domain.accounts.models import DeviceSession, Organisation, Person
from backend.domain.accounts.operations import accept_ground_rules, revoke_session
from backend.domain.accounts.profile import ProfileChanges, change_profile
from backend.domain.accounts.queries import find_person, list_sessions
from notifications import service as notifications


class OrganisationSerializer(serializers.Serializer[Organisation]):
    id = serializers.UUIDField()
    name = serializers.CharField()


class GroundRulesSerializer(serializers.Serializer[Person]):
    current_version = serializers.SerializerMethodField()
    accepted_version = serializers.IntegerField(source="ground_rules_version", help_text="0: none yet")
    accepted_at = serializers.DateTimeField(source="ground_rules_accepted_at", allow_null=True)

    def get_current_version(self, _person: Person) -> int:
        return GROUND_RULES_VERSION


class MeSerializer(PersonSerializer):
    """Like any person, and what only they see."""

    site = SiteSerializer()  # type: ignore[assignment]  # here with its id
    email = serializers.EmailField()
    language = serializers.CharField(help_text="BCP 47")
    time_zone = serializers.CharField(help_text="IANA name")
    phone = serializers.CharField(help_text="E.164; empty: none")
    shows_phone = serializers.BooleanField(help_text="Colleagues who look for somebody to call see the number")
    organisation = OrganisationSerializer()
    ground_rules = GroundRulesSerializer(source="*")


class ProfileInput(serializers.Serializer[object]):
    """What to change of myself; what is left out stays."""

    phone = serializers.CharField(
        required=False, allow_blank=True, max_length=32, help_text="With + and its country; empty: none"
    )
    shows_phone = serializers.BooleanField(required=False)
    language = serializers.CharField(required=False, max_length=16, help_text="BCP 47")
    time_zone = serializers.CharField(required=False, max_length=64, help_text="IANA name")


class AcceptGroundRulesInput(serializers.Serializer[object]):
    version = serializers.IntegerField(min_value=1)


class SessionSerializer(serializers.Serializer[DeviceSession]):
    """One signed-in device. The id is a hash: it signs nobody in."""

    id = serializers.CharField(source="session_key")
    device_name = serializers.CharField()
    created_at = serializers.DateTimeField()
    expires_at = serializers.DateTimeField(source="expire_date")
    is_current = serializers.SerializerMethodField()

    def get_is_current(self, session: DeviceSession) -> bool:
        return bool(session.session_key == self.context["session"].session_key)


class MeView(Endpoint):
    @operation("Who is signed in", answers=MeSerializer)
    def get(self, _request: Request) -> Response:
        return self.answer(MeSerializer, find_person(actor=self.actor, person_id=self.actor.person_id))

    @operation("Change what I say of myself", takes=ProfileInput, answers=MeSerializer)
    def patch(self, _request: Request) -> Response:
        changes = ProfileChanges(**self.body(ProfileInput))
        return self.answer(MeSerializer, change_profile(actor=self.actor, changes=changes))


class GroundRulesView(Endpoint):
    permission_classes = (IsAuthenticated,)

    @operation(
        "Accept the ground rules",
        takes=AcceptGroundRulesInput,
        answers=GroundRulesSerializer,
        needs_key=True,
        needs_ground_rules=False,
    )
    def post(self, _request: Request) -> Response:
        version = self.body(AcceptGroundRulesInput)["version"]
        person = accept_ground_rules(actor=self.actor, version=version, now=timezone.now())
        return self.answer(GroundRulesSerializer, person)


class SessionsView(Endpoint):
    @operation("My signed-in devices, newest first", query=PageQuery, answers=page_of(SessionSerializer))
    def get(self, _request: Request) -> Response:
        sessions = list_sessions(actor=self.actor, now=timezone.now())
        page = cut_page(sessions, self.query(PageQuery), order=("-created_at", "-session_key"))
        return self.answer(page_of(SessionSerializer), page)


class SessionView(Endpoint):
    permission_classes = (IsAuthenticated,)  # signing out is always allowed

    @operation(
        "Sign one of my devices out, and push nothing to it any more",
        answers=None,
        problems=["not_found"],
        needs_ground_rules=False,
    )
    def delete(self, _request: Request, session_id: str) -> Response:
        with transaction.atomic():
            revoke_session(actor=self.actor, session_id=session_id)
            notifications.forget_session(session_id=session_id, now=timezone.now())
        return Response(status=204)
