"""Import how-tos: drafts of what somebody sends, and no more than drafts."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from enum import StrEnum
from typing import BinaryIO
from uuid import UUID

from django.db import connection, transaction

from backend.domain import tenancy
from backend.domain.actor import Actor
from backend.domain.clips.upload_rules import UploadCorrupt
from backend.domain.equipment.models import AssetModel
from backend.domain.errors import InvalidInput, NotAllowed
from backend.domain.howto_exchange.films import Films, our_films, stored_films
from backend.domain.howto_exchange.matching import credits_of, models_of
from backend.domain.howto_exchange.models import HowToImport
from backend.domain.howto_exchange.object_store import ObjectStore
from backend.domain.howto_exchange.reading import ReadHowTo, ReadText, read_document
from backend.domain.howto_exchange.unpacking import MAX_DOCUMENT_BYTES, opened_parcel, parse_document
from backend.domain.howto_exchange.writing import create_howto, write_texts
from backend.domain.howtos.content import StepContent
from backend.domain.howtos.editing import check_steps
from backend.domain.howtos.locking import hold
from backend.domain.howtos.models import HowTo
from backend.domain.howtos.permissions import Action


class ImportOutcome(StrEnum):
    CREATED = "created"
    NEW_VERSION = "new_version"  # of a how-to that came from the same one, or is it
    UNCHANGED = "unchanged"  # it was imported before, or says what is here already


@dataclass(frozen=True)
class Imported:
    """What became of one how-to of the file. `left_out`: a sentence for each thing that could not be taken over."""

    source_id: UUID
    howto_id: UUID
    outcome: ImportOutcome
    left_out: list[str] = field(default_factory=list)


def import_file(
    *, actor: Actor, file: BinaryIO, sha256: str, asset_model_id: UUID | None = None, store: ObjectStore, now: datetime
) -> list[Imported]:
    """
    Make drafts of the how-tos of a file, a zip or a JSON-LD document; promises what `import_document` does.

    `sha256`: what the sender says that the file is; a file that was cut on its way is refused whole.

    :raises UploadCorrupt: it is another file.
    """
    _require_curator(actor)
    digest = hashlib.file_digest(file, "sha256")  # type: ignore[arg-type]  # real files have what BinaryIO lacks
    if digest.hexdigest() != sha256.lower():
        raise UploadCorrupt("What arrived is not the file that was announced. Nothing was used; send it again.")
    file.seek(0)
    is_zip = file.read(2) == b"PK"
    file.seek(0)
    if is_zip:
        return import_zip(actor=actor, file=file, asset_model_id=asset_model_id, store=store, now=now)
    document = parse_document(file.read(MAX_DOCUMENT_BYTES + 1))
    return import_document(actor=actor, document=document, asset_model_id=asset_model_id, now=now)


def import_document(
    *, actor: Actor, document: object, asset_model_id: UUID | None = None, now: datetime
) -> list[Imported]:
    """
    Make drafts of the how-tos of a JSON-LD document. Steps keep the clips that the actor's organisation has.

    Nothing is believed but the words: whatever the file says, it is a draft, not validated, approved by nobody. Who is
    credited is a name, unless their e-mail is that of a person here. `asset_model_id`: for machines not known here.
    Tenancy: everything is looked up, and made, in the actor's organisation.
    Transaction: opens its own, for all of them or none.
    Idempotent: the same how-to with the same words again changes nothing; with other words it is the next version.

    :raises NotAllowed: the actor may not curate.
    :raises InvalidInput: a value cannot be taken, each named by its path; or a how-to has a draft under way.
    :raises IllegalMove: one would be the next version of a how-to that is archived.
    """
    _require_curator(actor)
    howtos = read_document(document)
    return _import(actor, howtos, our_films(actor=actor, clip_ids=_clip_ids(howtos)), asset_model_id, now=now)


def import_zip(
    *, actor: Actor, file: BinaryIO, asset_model_id: UUID | None = None, store: ObjectStore, now: datetime
) -> list[Imported]:
    """
    Make drafts of the how-tos of a zip, whose films become clips of the actor's; promises what `import_document` does.

    A film that is here already, under its id or with the same bytes, is not taken again.

    :raises InvalidInput: also when the zip, or a film in it, is none or too large.
    """
    _require_curator(actor)
    with opened_parcel(file) as parcel:
        howtos = read_document(parcel.document())
        wanted = _clip_ids(_not_yet_imported(actor, howtos))
        with stored_films(actor=actor, clip_ids=wanted, parcel=parcel, store=store) as films:
            return _import(actor, howtos, films, asset_model_id, now=now)


def _require_curator(actor: Actor) -> None:
    if not actor.may_curate:
        raise NotAllowed("Only a curator or supervisor may import how-tos.")


def _clip_ids(howtos: Sequence[ReadHowTo]) -> set[UUID]:
    texts = (text for howto in howtos for text in howto.texts)
    return {step.clip_id for text in texts for step in text.content.steps if step.clip_id}


def _not_yet_imported(actor: Actor, howtos: Sequence[ReadHowTo]) -> list[ReadHowTo]:
    known = _imports(actor, howtos)
    return [howto for howto in howtos if (howto.source_id, howto.sha256) not in known]


def _imports(actor: Actor, howtos: Sequence[ReadHowTo]) -> dict[tuple[UUID, str], UUID]:
    """Return the how-tos that these became before, by what they called themselves and what they said; oldest first."""
    rows = tenancy.within(actor, HowToImport).filter(source_id__in=[howto.source_id for howto in howtos])
    found = rows.order_by("imported_at", "pk").values_list("source_id", "content_sha256", "howto_id")
    return {(source_id, sha256): howto_id for source_id, sha256, howto_id in found}


@transaction.atomic
def _import(
    actor: Actor, howtos: Sequence[ReadHowTo], films: Films, asset_model_id: UUID | None, *, now: datetime
) -> list[Imported]:
    with connection.cursor() as cursor:  # two imports of the same file would make two of each
        cursor.execute(
            "SELECT pg_advisory_xact_lock(hashtextextended(%s, 0))", [f"howto-import:{actor.organisation_id}"]
        )
    whole = _Import(
        actor=actor,
        known=_imports(actor, howtos),
        models=models_of(actor, howtos, asset_model_id),
        clips=films.keep(actor=actor, now=now),
        now=now,
    )
    return [whole.take(howto, path=f"@graph.{place}") for place, howto in enumerate(howtos)]


@dataclass(frozen=True)
class _Import:
    """What all how-tos of a file are taken with. `clips`: ours, by the id that the sender gave them."""

    actor: Actor
    known: dict[tuple[UUID, str], UUID]
    models: dict[UUID, AssetModel]
    clips: dict[UUID, UUID]
    now: datetime

    def take(self, read: ReadHowTo, *, path: str) -> Imported:
        """Make drafts of one how-to, unless it was imported as it is. Transaction: required."""
        if howto_id := self.known.get((read.source_id, read.sha256)):
            return Imported(read.source_id, howto_id, ImportOutcome.UNCHANGED)
        mapped = replace(read, texts=tuple(self._with_our_clips(text, path) for text in read.texts))
        howto, outcome = self._write(mapped, path)
        tenancy.create(
            HowToImport,
            organisation_id=self.actor.organisation_id,
            source_id=read.source_id,
            content_sha256=read.sha256,
            howto=howto,
            imported_by_id=self.actor.person_id,
            imported_at=self.now,
        )
        return Imported(read.source_id, howto.pk, outcome, _left_out(read, mapped))

    def _write(self, read: ReadHowTo, path: str) -> tuple[HowTo, ImportOutcome]:
        howto = self._earlier(read)
        if howto is None:
            credited = credits_of(self.actor, read)
            howto = create_howto(self.actor, read, self.models[read.source_id], credited, now=self.now)
            return howto, ImportOutcome.CREATED
        wrote = write_texts(self.actor, howto, read.texts, path=path, now=self.now)
        return howto, ImportOutcome.NEW_VERSION if wrote else ImportOutcome.UNCHANGED

    def _earlier(self, read: ReadHowTo) -> HowTo | None:
        """Return the how-to of ours that this one is, or that came from it last, held; None: there is none."""
        came = [howto_id for (source_id, _), howto_id in self.known.items() if source_id == read.source_id]
        ours = tenancy.within(self.actor, HowTo).filter(pk__in=[read.source_id, *came[-1:]])
        howto_ids = sorted(ours.values_list("pk", flat=True), key=lambda pk: pk != read.source_id)
        if not howto_ids:
            return None
        return hold(actor=self.actor, howto_id=howto_ids[0], action=Action.START_VERSION).howto

    def _with_our_clips(self, text: ReadText, path: str) -> ReadText:
        steps = tuple(self._with_our_clip(step) for step in text.content.steps)
        try:
            check_steps(self.actor, steps)
        except InvalidInput as refusal:
            raise InvalidInput(**{f"{path}.step": refusal.facts["fields"]["steps"][0]}) from None
        return replace(text, content=replace(text.content, steps=steps))

    def _with_our_clip(self, step: StepContent) -> StepContent:
        clip_id = self.clips.get(step.clip_id) if step.clip_id else None
        return replace(step, clip_id=clip_id) if clip_id else StepContent(step.text)


def _left_out(read: ReadHowTo, mapped: ReadHowTo) -> list[str]:
    films = [
        f"Step {number} ({said.language}) comes without its film."
        for said, kept in zip(read.texts, mapped.texts, strict=True)
        for number, (before, after) in enumerate(zip(said.content.steps, kept.content.steps, strict=True), start=1)
        if before.clip_id and not after.clip_id
    ]
    return films + [f"A correction stands against it where it comes from: {said}" for said in read.corrections]
