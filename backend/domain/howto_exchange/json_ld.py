"""How-tos as schema.org HowTo in JSON-LD, and what schema.org has no word for under `cuppa:` (ADR 0032)."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import Any, Final
from uuid import UUID

from backend.domain.howto_exchange.loading import ExportedHowTo, ExportedText
from backend.domain.howto_exchange.sheet import Front
from backend.domain.howtos.content import Part, StepContent, content_sha256
from backend.domain.howtos.models import Credit

FORMAT: Final = 1  # raised when what is written can no longer be read as before
CONTEXT: Final = ["https://schema.org", {"cuppa": "urn:cuppa:vocabulary:"}]
OWN_TEXTS: Final = ("environment", "cause", "remedy", "hazards")
CLIP_FOLDER: Final = "clips"


def json_ld(
    howtos: Sequence[ExportedHowTo], *, with_films: Collection[UUID] = (), front: Front | None = None
) -> dict[str, Any]:
    """
    Return the document of these how-tos. `with_films`: clips whose MP4 lies beside it; `front`: what they are together.

    Nothing of it depends on when or by whom it is made: the same how-tos are the same document.
    """
    films = frozenset(with_films)
    graph = [_howto(howto, films) for howto in howtos]
    return {"@context": CONTEXT, "cuppa:format": FORMAT, **_collection(front), "@graph": graph}


def film_name(clip_id: UUID) -> str:
    """Return where a clip's MP4 lies in a zip."""
    return f"{CLIP_FOLDER}/{clip_id}.mp4"


def urn(row_id: UUID) -> str:
    """Return an id of ours as others may keep it."""
    return f"urn:uuid:{row_id}"


def _collection(front: Front | None) -> dict[str, Any]:
    if front is None:
        return {}
    return {"cuppa:collection": {"@type": "ItemList", "name": front.title, "description": front.description}}


def _howto(exported: ExportedHowTo, films: Collection[UUID]) -> dict[str, Any]:
    howto, (original, *translations) = exported.howto, exported.texts
    model = howto.asset_model
    return {
        "@id": urn(howto.pk),
        **_text(exported, original, films),
        "about": {
            "@type": "ProductModel",
            "name": model.name,
            "manufacturer": {"@type": "Organization", "name": model.make},
            "category": model.family,
        },
        "cuppa:faultCode": howto.fault_code,
        "cuppa:governance": howto.governance,
        "cuppa:requiresCertification": howto.requires_certification,
        "cuppa:confidence": howto.confidence,
        "cuppa:isRecalled": exported.is_recalled,
        "contributor": [_contributor(credit) for credit in exported.credits],
        "workTranslation": [_text(exported, translation, films) for translation in translations],
    }


def _text(exported: ExportedHowTo, text: ExportedText, films: Collection[UUID]) -> dict[str, Any]:
    version, content = text.version, text.content
    return {
        "@type": "HowTo",
        "name": content.title,
        "inLanguage": version.language,
        "description": content.problem,
        **{f"cuppa:{name}": getattr(content, name) for name in OWN_TEXTS},
        "version": version.number,
        "creativeWorkStatus": version.publication,
        "datePublished": version.released_at.isoformat() if version.released_at else None,
        "step": [_step(place, step, films) for place, step in enumerate(content.steps, start=1)],
        "supply": [_supply(part) for part in content.parts],
        "tool": [{"@type": "HowToTool", "name": name} for name in content.tools],
        "correction": [_correction(correction) for correction in exported.corrections_of(text)],
        "cuppa:sha256": content_sha256(content),
    }


def _step(position: int, step: StepContent, films: Collection[UUID]) -> dict[str, Any]:
    written: dict[str, Any] = {"@type": "HowToStep", "position": position, "text": step.text}
    if step.clip_id is not None and step.start_ms is not None and step.end_ms is not None:
        video: dict[str, Any] = {"@type": "Clip", "@id": urn(step.clip_id)}
        video |= {"startOffset": step.start_ms / 1000, "endOffset": step.end_ms / 1000}  # seconds
        if step.clip_id in films:
            video["contentUrl"] = film_name(step.clip_id)
        if step.mark is not None:
            video["cuppa:mark"] = step.mark.to_json()
        written["video"] = video
    return written


def _supply(part: Part) -> dict[str, Any]:
    return {
        "@type": "HowToSupply",
        "name": part.name,
        "identifier": part.number,
        "requiredQuantity": part.quantity,
    }


def _correction(correction: Any) -> dict[str, Any]:
    said = {"@type": "CorrectionComment", "text": correction.procedure}
    return {**said, "cuppa:what": correction.what, "cuppa:why": correction.why, "cuppa:severity": correction.severity}


def _contributor(credit: Credit) -> dict[str, Any]:
    person = credit.person
    written = {"@type": "Person", "name": person.name if person else credit.name}
    if person:
        written["email"] = person.email  # by which the same person is known where it is imported
    return {**written, "cuppa:contribution": credit.contribution}
