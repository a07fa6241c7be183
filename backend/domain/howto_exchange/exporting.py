"""Export how-tos in the form that somebody asks for."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum
from uuid import UUID

from backend.domain.actor import Actor
from backend.domain.howto_exchange.bundle import document_text, zip_of
from backend.domain.howto_exchange.html import html_page
from backend.domain.howto_exchange.loading import ExportedHowTo, load_howtos
from backend.domain.howto_exchange.object_store import ObjectStore
from backend.domain.howto_exchange.pdf import pdf_document
from backend.domain.howto_exchange.sheet import sheets_of


class ExportForm(StrEnum):
    HTML = "html"  # one page that needs nothing else
    PDF = "pdf"
    JSON = "json"  # schema.org HowTo, every language; what `import_howtos` takes
    ZIP = "zip"  # that, the page, and the clips


MEDIA_TYPES = {
    ExportForm.HTML: "text/html; charset=utf-8",
    ExportForm.PDF: "application/pdf",
    ExportForm.JSON: "application/ld+json",
    ExportForm.ZIP: "application/zip",
}


@dataclass(frozen=True)
class Export:
    """`blocks` come as they are made; taking them asks the object store, and no database."""

    media_type: str
    file_name: str
    blocks: Iterator[bytes]


def export_howtos(
    *, actor: Actor, howto_ids: Sequence[UUID], form: ExportForm, languages: Sequence[str] = (), store: ObjectStore
) -> Export:
    """
    Return the how-tos in `form`, in their order: what is out of each, for a curator else the newest draft, marked so.

    Page and paper are in the first of `languages` that there is, else in the original; JSON and zip hold all of them.
    What stands against a text goes with it, before everything else.
    Six queries, whatever the number. Nothing is written.

    :raises NotFound: one of them is not in the actor's organisation, or not to be seen by them.
    :raises InvalidInput: there are none, or too many.
    """
    howtos = load_howtos(actor=actor, howto_ids=howto_ids)
    return Export(MEDIA_TYPES[form], f"howtos.{form}", _blocks(howtos, form, languages, store))


def _blocks(
    howtos: list[ExportedHowTo], form: ExportForm, languages: Sequence[str], store: ObjectStore
) -> Iterator[bytes]:
    sheets = sheets_of(howtos, languages=languages, store=store)
    match form:
        case ExportForm.HTML:
            return (piece.encode() for piece in html_page(sheets))
        case ExportForm.PDF:
            return iter([pdf_document(sheets)])
        case ExportForm.JSON:
            return iter([document_text(howtos).encode()])
        case ExportForm.ZIP:
            return zip_of(howtos, languages=languages, store=store)
