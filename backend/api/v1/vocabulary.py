"""The organisation's own words, learnt from corrected captions: what recognisers expect in later clips."""

from __future__ import annotations

from uuid import UUID

from django.utils import timezone
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from backend.api.endpoint import Endpoint, operation
from backend.api.paging import PageQuery, cut_page, page_of
from backend.domain.clips.models import OrganisationTerm
from backend.domain.clips.vocabulary import list_terms, remove_term


class TermSerializer(serializers.Serializer[OrganisationTerm]):
    id = serializers.UUIDField()
    written = serializers.CharField()
    uses_count = serializers.IntegerField(help_text="Captions that had to be corrected to it")
    created_at = serializers.DateTimeField()


class VocabularyView(Endpoint):
    @operation(
        "The organisation's own words, for curators; those used most are expected in every later clip",
        query=PageQuery,
        answers=page_of(TermSerializer),
        problems=["not_allowed"],
    )
    def get(self, _request: Request) -> Response:
        page = cut_page(list_terms(actor=self.actor), self.query(PageQuery), order=("normalised",))
        return self.answer(page_of(TermSerializer), page)


class TermView(Endpoint):
    @operation(
        "Expect a word no more, however often it is corrected", answers=None, problems=["not_found", "not_allowed"]
    )
    def delete(self, _request: Request, term_id: UUID) -> Response:
        remove_term(actor=self.actor, term_id=term_id, now=timezone.now())
        return Response(status=204)
