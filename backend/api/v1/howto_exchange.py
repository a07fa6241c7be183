"""How-tos out of Cuppa, and into it."""

from __future__ import annotations

from typing import BinaryIO, cast
from uuid import UUID

from django.utils import timezone
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiResponse
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from backend.api.endpoint import Endpoint, operation
from backend.api.file_parsing import JsonFileParser, JsonLdFileParser, ZipParser
from backend.api.streaming import ThreadFedResponse
from backend.api.v1.reader_languages import languages_of
from backend.api.v1.shapes import values_of
from backend.domain.errors import InvalidInput
from backend.domain.howto_exchange.exporting import Export, ExportForm, export_collection, export_howtos
from backend.domain.howto_exchange.importing import Imported, ImportOutcome, import_file
from backend.domain.howto_exchange.loading import MAX_HOWTOS
from backend.integrations.object_store import object_store

_FILE = {parser.media_type: OpenApiTypes.BINARY for parser in (ZipParser, JsonFileParser, JsonLdFileParser)}


class ExportQuery(serializers.Serializer[object]):
    id = serializers.ListField(
        child=serializers.UUIDField(), min_length=1, max_length=MAX_HOWTOS, help_text="Once for each how-to, in order"
    )
    form = serializers.ChoiceField(choices=values_of(ExportForm), default="html", help_text="zip: with the clips")
    language = serializers.CharField(default="", max_length=16, help_text="BCP 47; of page and paper")


class ImportQuery(serializers.Serializer[object]):
    asset_model_id = serializers.UUIDField(required=False, help_text="For machines that are not known here")


class ImportedSerializer(serializers.Serializer[Imported]):
    source_id = serializers.UUIDField(help_text="What it calls itself in the file")
    howto_id = serializers.UUIDField()
    outcome = serializers.ChoiceField(choices=values_of(ImportOutcome))
    left_out = serializers.ListField(child=serializers.CharField(), help_text="What could not be taken over")


class ImportsSerializer(serializers.Serializer[object]):
    items = ImportedSerializer(many=True, help_text="In the order of the file")


class CollectionExportQuery(serializers.Serializer[object]):
    form = serializers.ChoiceField(choices=values_of(ExportForm), default="html", help_text="zip: with the clips")
    language = serializers.CharField(default="", max_length=16, help_text="BCP 47; of page and paper")


class HowToExportView(Endpoint):
    @operation(
        "Export how-tos: one page, PDF, JSON-LD, or a zip with their clips",
        query=ExportQuery,
        answers=OpenApiResponse(OpenApiTypes.BINARY, description="The file, of the form that was asked for"),
        problems=["not_found"],
    )
    def get(self, request: Request) -> ThreadFedResponse:
        query = self.query(ExportQuery)
        export = export_howtos(
            actor=self.actor,
            howto_ids=query["id"],
            form=ExportForm(query["form"]),
            languages=[query["language"]] if query["language"] else languages_of(request, self.person),
            store=object_store(),
        )
        return _download(export)


class CollectionExportView(Endpoint):
    @operation(
        "Export a collection in its order: one page, PDF, JSON-LD, or a zip with the clips",
        query=CollectionExportQuery,
        answers=OpenApiResponse(OpenApiTypes.BINARY, description="The file, of the form that was asked for"),
        problems=["not_found"],
    )
    def get(self, request: Request, collection_id: UUID) -> ThreadFedResponse:
        query = self.query(CollectionExportQuery)
        export = export_collection(
            actor=self.actor,
            collection_id=collection_id,
            form=ExportForm(query["form"]),
            languages=[query["language"]] if query["language"] else languages_of(request, self.person),
            store=object_store(),
        )
        return _download(export)


class HowToImportView(Endpoint):
    parser_classes = (ZipParser, JsonFileParser, JsonLdFileParser)

    @operation(
        "Import how-tos as drafts; the address ends in the file's SHA-256",
        query=ImportQuery,
        takes=_FILE,
        answers=ImportsSerializer,
        problems=["not_found", "not_allowed", "illegal_move", "upload_corrupt"],
    )
    def put(self, request: Request, sha256: str) -> Response:
        with _file_of(request) as file:
            imported = import_file(
                actor=self.actor,
                file=file,
                sha256=sha256,
                asset_model_id=self.query(ImportQuery).get("asset_model_id"),
                store=object_store(),
                now=timezone.now(),
            )
        return self.answer(ImportsSerializer, {"items": imported})


def _download(export: Export) -> ThreadFedResponse:
    disposition = {"Content-Disposition": f'attachment; filename="{export.file_name}"'}
    return ThreadFedResponse(export.blocks, content_type=export.media_type, headers=disposition)


def _file_of(request: Request) -> BinaryIO:
    if isinstance(request.data, dict):  # there is no body
        raise InvalidInput(file="Send the file as the body.")
    return cast("BinaryIO", request.data)
