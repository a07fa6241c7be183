"""Search over threads, how-tos and the words spoken in clips."""

from __future__ import annotations

from django.utils import timezone
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from backend.api.endpoint import Endpoint, operation
from backend.api.v1.hits import HitSerializer
from backend.domain.insights.noting import note_search
from backend.domain.search.queries import search


class SearchQuery(serializers.Serializer[object]):
    q = serializers.CharField(max_length=500, help_text="Typed or spoken: codes, part numbers, symptoms, in any order")
    limit = serializers.IntegerField(min_value=1, max_value=50, default=20)


class FoundSerializer(serializers.Serializer[object]):
    """The best hits, best first."""

    items = HitSerializer(many=True)


class SearchView(Endpoint):
    @operation("Find what was learnt before", query=SearchQuery, answers=FoundSerializer)
    def get(self, _request: Request) -> Response:
        query = self.query(SearchQuery)
        hits = search(actor=self.actor, words=query["q"], limit=query["limit"], language=self.person.language)
        note_search(actor=self.actor, words=query["q"], hits=hits, language=self.person.language, now=timezone.now())
        return self.answer(FoundSerializer, {"items": hits})
