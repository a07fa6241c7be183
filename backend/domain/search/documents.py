"""What another part of the domain hands over to be found."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from api_schema.ids import uuid7
from backend.domain.equipment.codes import normalise_code
from backend.domain.search.identifiers import find_identifiers
from backend.domain.search.languages import only_words, text_search_configuration
from backend.domain.search.models import DocumentKind, SubjectKind

_MAX_IDENTIFIER_LETTERS = 64  # the column's; nobody asks for a longer one
# A cue or a step repeats the title of what it belongs to: shown with it, but counted once, with its subject.
_KINDS_WHOSE_TITLE_COUNTS = {DocumentKind.THREAD, DocumentKind.HOWTO}


@dataclass(frozen=True)
class Facts:
    """What a search for threads and how-tos may be narrowed down by; `model` and `code` as shown."""

    make: str
    model: str
    code: str = ""
    site_id: UUID | None = None
    is_held: bool = False


@dataclass(frozen=True)
class NewDocument:
    """
    A piece of text and what it opens; see `models.Document`.

    `identifiers` are as shown (`E-04`, `TX-77`): they are normalised here, and those that title and body
    mention are added. `start_ms` and `end_ms` are the moment in the clip.

    `facts` come with a subject's own document. `corrected` is text that a correction sets straight: it is found,
    counts little, and is never shown. The correction is a document of the same subject, of the kind CORRECTION: it
    counts more than other text, and is what a hit shows wherever it holds anything of what was asked.
    """

    kind: DocumentKind
    source_id: UUID
    subject_kind: SubjectKind
    subject_id: UUID
    title: str
    body: str
    identifiers: Sequence[str] = ()
    language: str = "en"
    is_solved: bool = False
    clip_id: UUID | None = None
    start_ms: int | None = None
    end_ms: int | None = None
    facts: Facts | None = None
    corrected: str = ""


def document_record(document: NewDocument, *, now: datetime) -> dict[str, Any]:
    """Return the row of `document` as JSON-ready values, with the plain words that PostgreSQL is to stem."""
    counted_title = document.title if document.kind in _KINDS_WHOSE_TITLE_COUNTS else ""
    return {
        "id": str(uuid7()),
        "kind": document.kind.value,
        "source_id": str(document.source_id),
        "subject_kind": document.subject_kind.value,
        "subject_id": str(document.subject_id),
        "title": document.title,
        "body": document.body,
        "identifiers": sorted(
            identifiers_in(document.title, document.body, document.corrected, given=document.identifiers)
        ),
        "language": document.language,
        "is_solved": document.is_solved,
        "clip_id": str(document.clip_id) if document.clip_id else None,
        "start_ms": document.start_ms,
        "end_ms": document.end_ms,
        "updated_at": now.isoformat(),
        "configuration": text_search_configuration(document.language),
        "title_words": only_words(counted_title),
        "body_words": only_words(document.body),
        "body_weight": "B" if document.kind == DocumentKind.CORRECTION else "D",
        "corrected_words": only_words(document.corrected),
    }


def facts_record(subject_id: UUID, facts: Facts, *, now: datetime) -> dict[str, Any]:
    """Return the facts of a subject as JSON-ready values."""
    return {
        "subject_id": str(subject_id),
        "make": facts.make,
        "model": facts.model,
        "model_code": normalise_code(facts.model),
        "code": normalise_code(facts.code),
        "site_id": str(facts.site_id) if facts.site_id else None,
        "is_held": facts.is_held,
        "facts_at": now.isoformat(),
    }


def identifiers_in(*texts: str, given: Sequence[str] = ()) -> set[str]:
    """Return, normalised, the identifiers that are `given` as shown, and those that `texts` mention."""
    found = {normalise_code(shown) for shown in given}.union(*map(find_identifiers, texts))
    return {code for code in found if 0 < len(code) <= _MAX_IDENTIFIER_LETTERS}
