"""A how-to as it is put on paper or on a page: its headings and lines, whatever draws them."""

from __future__ import annotations

import base64
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from uuid import UUID

from backend.domain.howto_exchange.loading import ExportedHowTo, ExportedText
from backend.domain.howto_exchange.object_store import ObjectStore

_MAX_POSTER_BYTES = 4 * 1024**2  # ours are 50 to 150 kB
_HEADINGS = {
    "problem": "Problem",
    "environment": "Environment",
    "cause": "Cause",
    "remedy": "Remedy",
}


@dataclass(frozen=True)
class SheetStep:
    """One numbered step. `poster`: JPEG, with the first step that shows the clip; `when`: where in the clip."""

    text: str
    when: str
    clip_id: UUID | None
    start_ms: int
    end_ms: int
    poster: bytes | None

    @property
    def poster_uri(self) -> str:
        """The poster as an address that holds it."""
        return f"data:image/jpeg;base64,{base64.b64encode(self.poster or b'').decode()}"


@dataclass(frozen=True)
class Front:
    """What stands before the sheets of a collection: `contents` are their titles, in order."""

    title: str
    description: str
    contents: list[str]


@dataclass(frozen=True)
class Sheet:
    """What is drawn of one how-to: `corrections` first, then `hazards`, then the sections, heading and text."""

    title: str
    language: str
    machine: str
    standing: str
    corrections: str
    hazards: str
    sections: list[tuple[str, str]]
    needed: list[str]
    steps: list[SheetStep]
    credited: str


def sheets_of(howtos: list[ExportedHowTo], *, languages: Sequence[str], store: ObjectStore) -> Iterator[Sheet]:
    """Yield one sheet a how-to, in the first of the languages that there is; its posters are read as it is reached."""
    for howto in howtos:
        yield _sheet(howto, howto.in_language(languages), store)


def read_poster(store: ObjectStore, key: str) -> bytes | None:
    """Return a poster; None when it is gone, or is none: a how-to without its picture is better than none."""
    try:
        with store.open(key) as stream:
            picture = stream.read(_MAX_POSTER_BYTES + 1)
    except FileNotFoundError:
        return None
    return picture if picture.startswith(b"\xff\xd8") and len(picture) <= _MAX_POSTER_BYTES else None


def _sheet(exported: ExportedHowTo, text: ExportedText, store: ObjectStore) -> Sheet:
    howto, content = exported.howto, text.content
    code = f"shows {howto.fault_code}" if howto.fault_code else ""
    parts = [f"{part.quantity} × {part.name} {part.number}".rstrip() for part in content.parts]
    return Sheet(
        title=content.title,
        language=text.version.language,
        machine=", ".join(said for said in (str(howto.asset_model), howto.asset_model.family, code) if said),
        standing=_standing(exported, text),
        corrections=_corrections(exported, text),
        hazards=content.hazards,
        sections=[(heading, said) for name, heading in _HEADINGS.items() if (said := getattr(content, name))],
        needed=[*parts, *content.tools],
        steps=list(_steps(exported, text, store)),
        credited=", ".join(
            dict.fromkeys(credit.person.name if credit.person else credit.name for credit in exported.credits)
        ),
    )


def _standing(exported: ExportedHowTo, text: ExportedText) -> str:
    version = text.version
    if not text.is_out or version.released_at is None:
        return f"Version {version.number}, {version.publication.replace('_', ' ')}: not released"
    confidence = exported.howto.confidence.replace("_", " ")
    outdated = ", translated from an older version" if getattr(version, "is_outdated", False) else ""
    return f"Version {version.number}, released {version.released_at:%Y-%m-%d}, {confidence}{outdated}"


def _corrections(exported: ExportedHowTo, text: ExportedText) -> str:
    unsafe = ["This was found to be unsafe. Do not work by it."] if exported.is_recalled else []
    standing = [f"{one.procedure}\nWrong: {one.what} {one.why}" for one in exported.corrections_of(text)]
    return "\n\n".join([*unsafe, *standing])


def _steps(exported: ExportedHowTo, text: ExportedText, store: ObjectStore) -> Iterator[SheetStep]:
    shown: set[UUID] = set()
    for step in text.content.steps:
        poster = None
        if step.clip_id is not None and step.clip_id not in shown:
            shown.add(step.clip_id)
            key = exported.clips[step.clip_id].poster_key
            poster = read_poster(store, key) if key else None
        start_ms, end_ms = step.start_ms or 0, step.end_ms or 0
        when = f"{_clock(start_ms)} to {_clock(end_ms)}" if step.clip_id else ""
        yield SheetStep(step.text, when, step.clip_id, start_ms, end_ms, poster)


def _clock(ms: int) -> str:
    minutes, seconds = divmod(ms // 1000, 60)
    return f"{minutes}:{seconds:02d}"
