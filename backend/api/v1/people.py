"""Who can help with this, and how to reach them."""

from __future__ import annotations

from datetime import datetime

from django.utils import timezone
from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from backend.api.endpoint import Endpoint, operation
from backend.api.v1.shapes import PersonSerializer
from backend.domain.asking.expertise import Fixed
from backend.domain.asking.people_search import FoundPeople, FoundPerson, search_people

_WAYS = ["app", "email", "phone"]


class FixedSerializer(serializers.Serializer[Fixed]):
    """What a person fixed: by advice or with their own hands, as a try confirmed."""

    make = serializers.CharField(source="asset_model.make")
    model = serializers.CharField(source="asset_model.name")
    fault_code = serializers.CharField(help_text="Normalised; empty: the machine showed none")
    fixes_count = serializers.IntegerField()
    last_fixed_at = serializers.DateTimeField()
    is_this = serializers.BooleanField(help_text="It is what was looked for, not only near it")


class ContactSerializer(serializers.Serializer[dict[str, str]]):
    """A way to reach somebody. `app`: name them when you ask, or refer an ask to them."""

    way = serializers.ChoiceField(choices=_WAYS)
    address = serializers.CharField(help_text="Empty in the app")


class FoundPersonSerializer(serializers.Serializer[FoundPerson]):
    """A colleague, what they are known to know, and how to reach them."""

    person = PersonSerializer()
    fixed = FixedSerializer(source="expertise.fixed", many=True)
    recommended_count = serializers.IntegerField(
        source="expertise.recommended_count", help_text="Colleagues who said 'ask them' about such machines"
    )
    skills = serializers.ListField(source="expertise.skills", child=serializers.CharField())
    certifications = serializers.ListField(
        source="expertise.certifications", child=serializers.CharField(), help_text="Those that hold today"
    )
    is_reachable = serializers.SerializerMethodField(help_text="On shift or duty, not in quiet hours, not busy")
    next_shift_at = serializers.SerializerMethodField(help_text="null: none can be foreseen")
    contacts = serializers.SerializerMethodField(help_text="A phone only where its owner shows it")

    def get_is_reachable(self, found: FoundPerson) -> bool:
        return found.hours.may_be_asked(found.as_of)

    def get_next_shift_at(self, found: FoundPerson) -> datetime | None:
        return found.hours.next_shift_at(found.as_of)

    @extend_schema_field(ContactSerializer(many=True))
    def get_contacts(self, found: FoundPerson) -> list[dict[str, str]]:
        person = found.person
        ways = [("app", ""), ("email", person.email), *([("phone", person.phone)] if person.shows_phone else [])]
        return [{"way": way, "address": address} for way, address in ways]


class PeopleQuery(serializers.Serializer[object]):
    q = serializers.CharField(
        max_length=200, help_text="Codes, machines or a name, in any order: who fixed E47 on KX-240"
    )
    cursor = serializers.UUIDField(required=False, help_text="`next` of the page before")
    limit = serializers.IntegerField(min_value=1, max_value=50, default=20)


class FoundPeopleSerializer(serializers.Serializer[FoundPeople]):
    """Colleagues, best first."""

    says = serializers.CharField(help_text="One sentence: what was looked for, and whether anybody fixed it")
    items = FoundPersonSerializer(source="people", many=True)
    next = serializers.UUIDField(source="next_after", allow_null=True, help_text="`cursor` of the next page")


class PeopleSearchView(Endpoint):
    @operation("Find colleagues by what they fixed", query=PeopleQuery, answers=FoundPeopleSerializer)
    def get(self, _request: Request) -> Response:
        query = self.query(PeopleQuery)
        found = search_people(
            actor=self.actor, asked=query["q"], after=query.get("cursor"), limit=query["limit"], now=timezone.now()
        )
        return self.answer(FoundPeopleSerializer, found)
