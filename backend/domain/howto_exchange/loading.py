"""What leaves: how-tos with every language of theirs that is out, their clips and credits, read at once."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any, Final
from uuid import UUID

from backend.domain import tenancy
from backend.domain.actor import Actor
from backend.domain.clips.models import Artefact
from backend.domain.clips.states import ArtefactKind, ArtefactStatus
from backend.domain.errors import InvalidInput, NotFound
from backend.domain.howtos.collecting import MAX_HOWTOS as COLLECTION_MAX
from backend.domain.howtos.content import Content, StepContent, content_of
from backend.domain.howtos.models import Credit, HowTo, HowToVersion, Step
from backend.domain.howtos.queries import in_language, list_visible_versions
from backend.domain.howtos.sources import is_recalled
from backend.domain.howtos.states import Publication
from backend.domain.saying import said

MAX_HOWTOS: Final = COLLECTION_MAX  # of one export, and of one import


@dataclass(frozen=True)
class ExportedText:
    """A how-to in one language."""

    version: HowToVersion
    content: Content

    @property
    def is_out(self) -> bool:
        """Whether it is released; else a curator exports a draft."""
        return self.version.publication == Publication.RELEASED


@dataclass(frozen=True)
class ExportedClip:
    """What there is of a clip in the object store; empty keys: not there."""

    poster_key: str = ""
    film_key: str = ""  # MP4
    film_bytes: int = 0


@dataclass(frozen=True)
class ExportedHowTo:
    """`texts`: the original first. `is_recalled`: it is known to be unsafe."""

    howto: HowTo
    texts: list[ExportedText]
    credits: list[Credit]
    clips: dict[UUID, ExportedClip] = field(default_factory=dict)
    is_recalled: bool = False

    def corrections_of(self, text: ExportedText) -> list[Any]:
        """Return what stands against a text, or the original that it was made from: it goes where the text goes."""
        versions = {text.version.pk, text.version.translates_version_id}
        of_text = [one for one in self.howto.corrections.all() if one.version_id in versions]
        return sorted((one for one in of_text if one.status == "standing"), key=lambda one: (one.corrected_at, one.pk))

    def in_language(self, wanted: Sequence[str]) -> ExportedText:
        """Return the text in the first of the wanted languages that there is, else the original."""
        version = in_language([text.version for text in self.texts], wanted)
        return next(text for text in self.texts if text.version is version)


def load_howtos(*, actor: Actor, howto_ids: Sequence[UUID]) -> list[ExportedHowTo]:
    """
    Return the how-tos of these ids, in their order: what is out of each, for a curator else the newest draft.

    Six queries, whatever the number.

    :raises NotFound: one of them is not in the actor's organisation, or not to be seen by them.
    :raises InvalidInput: there are none, or too many.
    """
    wanted = list(dict.fromkeys(howto_ids))
    if not 1 <= len(wanted) <= MAX_HOWTOS:
        raise InvalidInput(ids=said("Name 1 to %(most)s how-tos.", most=MAX_HOWTOS))
    rows = tenancy.within(actor, HowTo).annotate(is_recalled=is_recalled(actor.organisation_id))
    howtos = rows.select_related("asset_model").prefetch_related("corrections").in_bulk(wanted)
    texts = _texts(actor, wanted)
    if not all(howto_id in howtos and texts.get(howto_id) for howto_id in wanted):
        raise NotFound("There is no how-to with this id.")
    clips = _clips(actor, [step for said in texts.values() for text in said for step in text.content.steps])
    credited = _credits(actor, wanted)
    return [
        ExportedHowTo(
            howtos[howto_id],
            texts[howto_id],
            credited.get(howto_id, []),
            _of_texts(clips, texts[howto_id]),
            is_recalled=howtos[howto_id].is_recalled,
        )
        for howto_id in wanted
    ]


def _texts(actor: Actor, howto_ids: Sequence[UUID]) -> dict[UUID, list[ExportedText]]:
    chosen: dict[tuple[UUID, str], HowToVersion] = {}
    for version in list_visible_versions(actor).filter(howto__in=howto_ids):  # the newest first
        place = version.howto_id, "" if version.is_original else version.language.lower()
        if place not in chosen or _is_better(version, chosen[place]):
            chosen[place] = version
    steps: dict[UUID, list[Step]] = {}
    for step in tenancy.within(actor, Step).filter(version__in=chosen.values()).order_by("position"):
        steps.setdefault(step.version_id, []).append(step)
    texts: dict[UUID, list[ExportedText]] = {}
    for (howto_id, _), version in sorted(chosen.items(), key=lambda item: item[0]):
        texts.setdefault(howto_id, []).append(ExportedText(version, content_of(version, steps.get(version.pk, []))))
    return {howto_id: said for howto_id, said in texts.items() if said[0].version.is_original}


def _is_better(version: HowToVersion, chosen: HowToVersion) -> bool:
    return version.publication == Publication.RELEASED != chosen.publication


def _clips(actor: Actor, steps: Iterable[StepContent]) -> dict[UUID, ExportedClip]:
    clip_ids = {step.clip_id for step in steps if step.clip_id}
    files = tenancy.within(actor, Artefact).filter(clip__in=clip_ids, status=ArtefactStatus.READY)
    found = dict.fromkeys(clip_ids, ExportedClip())
    for artefact in files.filter(kind__in=[ArtefactKind.POSTER, ArtefactKind.OFFLINE]):
        known = found[artefact.clip_id]
        if artefact.kind == ArtefactKind.POSTER:
            found[artefact.clip_id] = ExportedClip(artefact.object_key, known.film_key, known.film_bytes)
        else:
            found[artefact.clip_id] = ExportedClip(known.poster_key, artefact.object_key, artefact.size_bytes)
    return found


def _of_texts(clips: dict[UUID, ExportedClip], texts: Sequence[ExportedText]) -> dict[UUID, ExportedClip]:
    return {step.clip_id: clips[step.clip_id] for text in texts for step in text.content.steps if step.clip_id}


def _credits(actor: Actor, howto_ids: Sequence[UUID]) -> dict[UUID, list[Credit]]:
    credited: dict[UUID, list[Credit]] = {}
    rows = tenancy.within(actor, Credit).filter(howto__in=howto_ids).select_related("person")
    for row in rows.order_by("contribution", "pk"):
        credited.setdefault(row.howto_id, []).append(row)
    return credited
