"""What an organisation calls its own things, for search."""

from __future__ import annotations

from uuid import UUID

from django.utils import timezone
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from backend.api.endpoint import Endpoint, operation
from backend.api.paging import PageQuery, cut_page, page_of
from backend.domain.search.models import Nickname
from backend.domain.search.nicknames import add_nickname, list_nicknames, remove_nickname


class NicknameSerializer(serializers.Serializer[Nickname]):
    id = serializers.UUIDField()
    said = serializers.CharField(help_text='What people say: "the beast"')
    means = serializers.CharField(help_text="What it is called elsewhere: a tag, a model, a word")
    created_at = serializers.DateTimeField()


class NicknameInput(serializers.Serializer[object]):
    said = serializers.CharField(max_length=100)
    means = serializers.CharField(max_length=100)


class NicknamesView(Endpoint):
    @operation("What things are called here", query=PageQuery, answers=page_of(NicknameSerializer))
    def get(self, _request: Request) -> Response:
        page = cut_page(list_nicknames(actor=self.actor), self.query(PageQuery), order=("said_words",))
        return self.answer(page_of(NicknameSerializer), page)

    @operation(
        "Call a thing by another name, too: a search for either finds both from now on; for curators",
        takes=NicknameInput,
        answers=NicknameSerializer,
        problems=["not_allowed"],
        needs_key=True,
    )
    def post(self, _request: Request) -> Response:
        nickname = add_nickname(actor=self.actor, **self.body(NicknameInput), now=timezone.now())
        return self.answer(NicknameSerializer, nickname)


class NicknameView(Endpoint):
    @operation("Forget a nickname; for curators", answers=None, problems=["not_found", "not_allowed"])
    def delete(self, _request: Request, nickname_id: UUID) -> Response:
        remove_nickname(actor=self.actor, nickname_id=nickname_id)
        return Response(status=204)
