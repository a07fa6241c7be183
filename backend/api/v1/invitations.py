"""
Inviting people: one, or a list of them.

Answers with a link are kept nowhere, not even under an Idempotency-Key: whoever has a link comes in by it. Sending
again is safe all the same: the ids are the caller's, and a newer link takes the place of the one that got lost.
"""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.urls import reverse
from django.utils import timezone
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from backend.api.endpoint import Endpoint, operation
from backend.api.v1.shapes import PersonSerializer, PhoneChosenId, values_of
from backend.domain.accounts.inviting import invite_newcomer
from backend.domain.accounts.newcomer_lists import COLUMNS, MAX_LINES, Line, invite_list, read_newcomers
from backend.domain.accounts.sign_in_links import OfferedLink
from backend.domain.actor import Role

_MAX_LIST_LENGTH = 500_000


class OfferedLinkSerializer(serializers.Serializer[OfferedLink]):
    """A link that signs its person in, once. This answer is the only one that ever holds it."""

    person = PersonSerializer()
    address = serializers.SerializerMethodField(help_text="To be sent, or shown as a QR code")
    token = serializers.CharField(help_text="What an app redeems: POST /sign-in-links/redemption")
    expires_at = serializers.DateTimeField()

    def get_address(self, offered: OfferedLink) -> str:
        return settings.PUBLIC_URL + reverse("web:sign-in-link", args=[offered.token])


class OfferedLinksSerializer(serializers.Serializer[object]):
    items = OfferedLinkSerializer(many=True)


class NewcomerInput(serializers.Serializer[object]):
    id = PhoneChosenId(help_text="A UUIDv7 that the caller chose: the person's. The same again is the same person")
    name = serializers.CharField(max_length=200)
    email = serializers.CharField(max_length=254)
    job_title = serializers.CharField(max_length=200)
    role = serializers.ChoiceField(choices=values_of(Role), default=Role.TECHNICIAN.value)
    site_id = serializers.UUIDField()


class NewcomerListInput(serializers.Serializer[object]):
    id = PhoneChosenId(help_text="A UUIDv7 that the caller chose. The same again invites nobody twice")
    text = serializers.CharField(
        max_length=_MAX_LIST_LENGTH,
        help_text=f"CSV with the columns {', '.join(COLUMNS)} in any order, at most {MAX_LINES} lines",
    )


class ListToReadInput(serializers.Serializer[object]):
    text = serializers.CharField(max_length=_MAX_LIST_LENGTH, help_text="As it would be sent to be invited")


class LineSerializer(serializers.Serializer[Line]):
    number = serializers.IntegerField(help_text="In the file, as a spreadsheet counts")
    told = serializers.DictField(child=serializers.CharField(allow_blank=True), help_text="What it says, by column")
    problems = serializers.DictField(
        child=serializers.CharField(), help_text="What is wrong, by column; empty: nothing"
    )


class ReadListSerializer(serializers.Serializer[object]):
    items = LineSerializer(many=True)


class InvitationsView(Endpoint):
    @operation(
        "Invite one person, for supervisors and admins; sent again, a newer link takes the place of the first",
        takes=NewcomerInput,
        answers=OfferedLinkSerializer,
        status=201,
        problems=["not_allowed", "id_taken"],
    )
    def post(self, _request: Request) -> Response:
        told: dict[str, Any] = self.body(NewcomerInput)
        told |= {"person_id": told.pop("id"), "role": Role(told["role"])}
        offered = invite_newcomer(actor=self.actor, **told, now=timezone.now())
        return private(self.answer(OfferedLinkSerializer, offered, status=201))


class InvitationListView(Endpoint):
    @operation(
        "Invite everybody whom a list names, or nobody, for supervisors and admins",
        takes=NewcomerListInput,
        answers=OfferedLinksSerializer,
        status=201,
        problems=["not_allowed"],
    )
    def post(self, _request: Request) -> Response:
        told = self.body(NewcomerListInput)
        offered = invite_list(actor=self.actor, list_id=told["id"], text=told["text"], now=timezone.now())
        return private(self.answer(OfferedLinksSerializer, {"items": offered}, status=201))


class InvitationPreviewView(Endpoint):
    @operation(
        "Read a list of newcomers line by line, with what is wrong; nobody is invited",
        takes=ListToReadInput,
        answers=ReadListSerializer,
        problems=["not_allowed"],
    )
    def post(self, _request: Request) -> Response:
        lines = read_newcomers(actor=self.actor, text=self.body(ListToReadInput)["text"])
        return self.answer(ReadListSerializer, {"items": lines})


def private(answer: Response) -> Response:
    """Return `answer`, to be kept by no cache: it lets somebody in."""
    answer["Cache-Control"] = "no-store"
    return answer
