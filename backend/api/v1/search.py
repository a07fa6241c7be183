"""Search over threads, how-tos and the words spoken in clips."""

from __future__ import annotations

from typing import Any

from django.utils import timezone
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from backend.api.endpoint import Endpoint, operation
from backend.api.v1.hits import HitSerializer
from backend.api.v1.shapes import values_of
from backend.domain.equipment.codes import normalise_code
from backend.domain.insights.noting import note_search
from backend.domain.search.facets import FacetCount
from backend.domain.search.narrowing import Facet, Narrowing, Outcome
from backend.domain.search.queries import look_up
from backend.domain.search.spelling import Respelt


class CodeField(serializers.CharField):
    """Something that is compared however it is written: `E-04`, `e4`."""

    def to_internal_value(self, data: Any) -> str:
        shown: str = super().to_internal_value(data)
        if shown and not normalise_code(shown):
            raise serializers.ValidationError("Needs a letter or a digit.")
        return shown


class SearchQuery(serializers.Serializer[object]):
    q = serializers.CharField(max_length=500, help_text="Typed or spoken: codes, part numbers, symptoms, in any order")
    limit = serializers.IntegerField(min_value=1, max_value=50, default=20)
    make = serializers.CharField(max_length=100, allow_blank=True, default="", help_text="In any case")
    model = CodeField(max_length=100, allow_blank=True, default="", help_text="However it is written")
    code = CodeField(max_length=64, allow_blank=True, default="", help_text="However it is written")
    site_id = serializers.UUIDField(allow_null=True, default=None, help_text="Where the machine stands")
    outcome = serializers.ChoiceField(choices=values_of(Outcome), allow_blank=True, default="")
    language = serializers.RegexField(
        r"^[A-Za-z]{2,3}(-[A-Za-z0-9]{1,8})*$",
        max_length=16,
        allow_blank=True,
        default="",
        help_text="BCP 47; `de` and `de-CH` are one",
        error_messages={"invalid": "Must be a language as `en` or `de-CH`."},
    )
    held = serializers.BooleanField(allow_null=True, default=None, help_text="Whether the fix held for 30 days")
    facets = serializers.BooleanField(default=False, help_text="Count what the search can be narrowed down by")


class FacetCountSerializer(serializers.Serializer[FacetCount]):
    value = serializers.CharField(help_text="What to send as the filter of the same name")
    label = serializers.CharField(help_text="What people call it: a site's name")  # type: ignore[assignment]
    count = serializers.IntegerField()


class FacetsSerializer(serializers.Serializer[dict[Facet, list[FacetCount]]]):
    """The commonest values of each filter; every other filter counts."""

    make = FacetCountSerializer(many=True)
    model = FacetCountSerializer(many=True)
    code = FacetCountSerializer(many=True)
    site_id = FacetCountSerializer(many=True)
    outcome = FacetCountSerializer(many=True)
    language = FacetCountSerializer(many=True)
    held = FacetCountSerializer(many=True)


class RespeltSerializer(serializers.Serializer[Respelt]):
    asked = serializers.CharField()
    used = serializers.CharField()


class FoundSerializer(serializers.Serializer[object]):
    """The best hits, best first."""

    items = HitSerializer(source="hits", many=True)
    read_as = RespeltSerializer(
        source="spelling.read_as",
        many=True,
        help_text="Words that nobody here ever used, and what was looked for instead; put in quotes they are kept",
    )
    offered = RespeltSerializer(
        source="spelling.offered", many=True, help_text="Unknown codes, and known ones that might have been meant"
    )
    facets = FacetsSerializer(allow_null=True, help_text="null unless asked for")


class SearchView(Endpoint):
    @operation("Find what was learnt before", query=SearchQuery, answers=FoundSerializer)
    def get(self, _request: Request) -> Response:
        query = self.query(SearchQuery)
        language = self.person.language
        narrowing = _narrowing(query)
        result = look_up(
            actor=self.actor,
            words=query["q"],
            limit=query["limit"],
            narrowing=narrowing,
            with_facets=query["facets"],
            language=language,
        )
        if not narrowing:  # what is left out by a filter is no gap
            note_search(actor=self.actor, words=query["q"], hits=result.hits, language=language, now=timezone.now())
        return self.answer(FoundSerializer, result)


def _narrowing(query: dict[str, Any]) -> Narrowing:
    facts = {facet.value: query[facet.value] for facet in Facet}
    return Narrowing(**facts | {"outcome": Outcome(query["outcome"]) if query["outcome"] else None})
