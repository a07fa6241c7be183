"""Export how-tos, or a whole collection of them, in the form that somebody asks for."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum
from uuid import UUID

from backend.domain.actor import Actor
from backend.domain.errors import InvalidInput
from backend.domain.howto_exchange.bundle import document_text, zip_of
from backend.domain.howto_exchange.html import html_page
from backend.domain.howto_exchange.loading import ExportedHowTo, load_howtos
from backend.domain.howto_exchange.object_store import ObjectStore
from backend.domain.howto_exchange.sheet import Front, sheets_of
from backend.domain.howtos.learning import list_in_order


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


def export_collection(
    *, actor: Actor, collection_id: UUID, form: ExportForm, languages: Sequence[str] = (), store: ObjectStore
) -> Export:
    """
    Return the how-tos of a collection that the actor may see, in its order, its title on the front.

    In all else as `export_howtos`. Eight queries, whatever the number.

    :raises NotFound: there is no such collection in the actor's organisation.
    :raises InvalidInput: it holds none that the actor may see.
    """
    found = list_in_order(actor=actor, collection_id=collection_id)
    if not found.howto_ids:
        raise InvalidInput(form="There is no how-to in this collection that you may read yet.")
    howtos = load_howtos(actor=actor, howto_ids=found.howto_ids)
    contents = [howto.in_language(languages).content.title for howto in howtos]
    front = Front(found.collection.title, found.collection.description, contents)
    return Export(MEDIA_TYPES[form], f"collection.{form}", _blocks(howtos, form, languages, store, front))


def _blocks(
    howtos: list[ExportedHowTo],
    form: ExportForm,
    languages: Sequence[str],
    store: ObjectStore,
    front: Front | None = None,
) -> Iterator[bytes]:
    sheets = sheets_of(howtos, languages=languages, store=store)
    match form:
        case ExportForm.HTML:
            return (piece.encode() for piece in html_page(sheets, front=front))
        case ExportForm.PDF:
            # What draws the pages takes a second to import: a quarter of the start of each web process (measured).
            from backend.domain.howto_exchange.pdf import pdf_document  # noqa: PLC0415

            return iter([pdf_document(sheets, front=front)])
        case ExportForm.JSON:
            return iter([document_text(howtos, front=front).encode()])
        case ExportForm.ZIP:
            return zip_of(howtos, languages=languages, store=store, front=front)
