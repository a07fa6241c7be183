"""Collections: how-tos in the order in which to learn them."""

from __future__ import annotations

from uuid import UUID

from django.utils import timezone
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from backend.api.endpoint import Endpoint, operation
from backend.api.paging import PageQuery, cut_page, page_of
from backend.api.v1.howtos import ListedHowToSerializer
from backend.api.v1.reader_languages import languages_of
from backend.api.v1.shapes import MAX_TEXT_LENGTH, PersonSerializer, PhoneChosenId
from backend.domain.howtos.collecting import (
    MAX_HOWTOS,
    change_collection,
    create_collection,
    remove_collection,
)
from backend.domain.howtos.learning import LearningPath, LearningStep, get_collection, list_collections
from backend.domain.howtos.models import Collection
from backend.domain.howtos.opening import note_opening


class ListedCollectionSerializer(serializers.Serializer[Collection]):
    """A collection, and how far the reader is. It counts the how-tos that they may see."""

    id = serializers.UUIDField()
    title = serializers.CharField()
    description = serializers.CharField()
    version = serializers.IntegerField(help_text="Raised by each change: send it back as `seen_version`")
    created_by = PersonSerializer()
    created_at = serializers.DateTimeField()
    changed_at = serializers.DateTimeField()
    howto_count = serializers.IntegerField()
    opened_count = serializers.IntegerField(help_text="Of them, by the reader")
    used_count = serializers.IntegerField(help_text="Of them, by the reader: worked by, whatever the outcome")


class LearningStepSerializer(serializers.Serializer[LearningStep]):
    position = serializers.IntegerField(help_text="From 1; a how-to that is not out leaves a gap")
    howto = ListedHowToSerializer()
    opened_at = serializers.DateTimeField(allow_null=True, help_text="By the reader; null: not yet")
    used_at = serializers.DateTimeField(allow_null=True, help_text="By the reader, the last time; null: not yet")


class CollectionSerializer(serializers.Serializer[LearningPath]):
    collection = ListedCollectionSerializer()
    items = LearningStepSerializer(source="steps", many=True)


class ChangeCollectionInput(serializers.Serializer[object]):
    """What is left out stays. `howto_ids` are all of them, in the new order."""

    title = serializers.CharField(required=False, max_length=200)
    description = serializers.CharField(required=False, allow_blank=True, max_length=MAX_TEXT_LENGTH)
    howto_ids = serializers.ListField(child=serializers.UUIDField(), required=False, max_length=MAX_HOWTOS)
    seen_version = serializers.IntegerField(required=False, min_value=1, help_text="Nobody is written over unseen")


class CreateCollectionInput(serializers.Serializer[object]):
    id = PhoneChosenId(help_text="A UUIDv7 of the sender's own")
    title = serializers.CharField(max_length=200)
    description = serializers.CharField(default="", allow_blank=True, max_length=MAX_TEXT_LENGTH)
    howto_ids = serializers.ListField(child=serializers.UUIDField(), default=list, max_length=MAX_HOWTOS)


class CollectionsView(Endpoint):
    @operation("Collections, newest first", query=PageQuery, answers=page_of(ListedCollectionSerializer))
    def get(self, _request: Request) -> Response:
        page = cut_page(list_collections(actor=self.actor), self.query(PageQuery))
        return self.answer(page_of(ListedCollectionSerializer), page)

    @operation(
        "Begin a collection, for curators",
        takes=CreateCollectionInput,
        answers=CollectionSerializer,
        status=201,
        also={200: CollectionSerializer},
        problems=["not_allowed", "id_taken"],
    )
    def post(self, _request: Request) -> Response:
        body = self.body(CreateCollectionInput)
        begun = create_collection(actor=self.actor, collection_id=body.pop("id"), now=timezone.now(), **body)
        return self.answer(CollectionSerializer, begun.path, status=201 if begun.is_new else 200)


class CollectionView(Endpoint):
    @operation("One collection in its order, and how far I am", answers=CollectionSerializer, problems=["not_found"])
    def get(self, request: Request, collection_id: UUID) -> Response:
        languages = languages_of(request, self.person)
        path = get_collection(actor=self.actor, collection_id=collection_id, own_languages=languages)
        return self.answer(CollectionSerializer, path)

    @operation(
        "Change or reorder a collection, for curators",
        takes=ChangeCollectionInput,
        answers=CollectionSerializer,
        problems=["not_found", "not_allowed", "version_changed"],
    )
    def patch(self, _request: Request, collection_id: UUID) -> Response:
        body = self.body(ChangeCollectionInput)
        changed = change_collection(actor=self.actor, collection_id=collection_id, now=timezone.now(), **body)
        return self.answer(CollectionSerializer, changed)

    @operation("Remove a collection, for curators", answers=None, problems=["not_found", "not_allowed"])
    def delete(self, _request: Request, collection_id: UUID) -> Response:
        remove_collection(actor=self.actor, collection_id=collection_id)
        return Response(status=204)


class HowToOpeningView(Endpoint):
    @operation(
        "Note that I have opened a how-to that the phone had kept; reading it notes it, too",
        answers=None,
        problems=["not_found"],
    )
    def put(self, _request: Request, howto_id: UUID) -> Response:
        note_opening(actor=self.actor, howto_id=howto_id, now=timezone.now())
        return Response(status=204)
