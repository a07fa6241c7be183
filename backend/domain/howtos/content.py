"""What a version of a how-to says, apart from the rows that hold it: this is what a curator approves."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable
from dataclasses import asdict, dataclass
from typing import Any
from uuid import UUID

from backend.domain import tenancy
from backend.domain.clips.marks import Mark, read_mark
from backend.domain.howtos.models import HowToVersion, Step


@dataclass(frozen=True)
class StepContent:
    """One step, with the moment of a clip that shows it, or none, and what is drawn on it."""

    text: str
    clip_id: UUID | None = None
    start_ms: int | None = None
    end_ms: int | None = None
    mark: Mark | None = None


@dataclass(frozen=True)
class Part:
    """What is built in or used up. `number` is the maker's, as printed; empty: not known."""

    name: str
    number: str = ""
    quantity: int = 1


@dataclass(frozen=True)
class Content:
    title: str
    problem: str
    environment: str
    cause: str
    remedy: str
    hazards: str
    steps: tuple[StepContent, ...]
    parts: tuple[Part, ...] = ()
    tools: tuple[str, ...] = ()


_TEXTS = ("title", "problem", "environment", "cause", "remedy", "hazards")


def read_content(version: HowToVersion) -> Content:
    """Return what `version` says now."""
    steps = tenancy.within_organisation(version.organisation_id, Step).filter(version=version).order_by("position")
    return content_of(version, steps)


def content_of(version: HowToVersion, steps: Iterable[Step]) -> Content:
    """Return what `version` says with these rows as its steps, in their order."""
    return Content(
        **{name: getattr(version, name) for name in _TEXTS},
        steps=tuple(_step_content(step) for step in steps),
        parts=tuple(Part(**part) for part in version.parts),
        tools=tuple(version.tools),
    )


def write_content(version: HowToVersion, content: Content) -> None:
    """
    Make `version` say `content`, its steps replaced.

    Transaction: joins the caller's.
    """
    values: dict[str, Any] = {name: getattr(content, name) for name in _TEXTS}
    values |= {"parts": [asdict(part) for part in content.parts], "tools": list(content.tools)}
    for name, value in values.items():
        setattr(version, name, value)
    version.save(update_fields=list(values))
    tenancy.within_organisation(version.organisation_id, Step).filter(version=version).delete()
    tenancy.create_many(Step, [_step(version, place, step) for place, step in enumerate(content.steps, start=1)])


def content_sha256(content: Content) -> str:
    """
    Return the SHA-256 of `content` as canonical JSON: keys sorted, no spaces, UTF-8, UUIDs as text.

    What came to be after the first releases is left out while it is empty: what was approved before keeps its hash.
    """
    values = {name: value for name, value in asdict(content).items() if value or name not in {"parts", "tools"}}
    for step in values["steps"]:
        if step["mark"] is None:
            del step["mark"]
    canonical = json.dumps(values, sort_keys=True, separators=(",", ":"), ensure_ascii=False, default=str)
    return hashlib.sha256(canonical.encode()).hexdigest()


def _step_content(step: Step) -> StepContent:
    mark = read_mark(**step.mark) if step.mark else None
    return StepContent(step.text, step.clip_id, step.start_ms, step.end_ms, mark)


def _step(version: HowToVersion, position: int, step: StepContent) -> Step:
    return Step(
        organisation_id=version.organisation_id,
        version=version,
        position=position,
        text=step.text,
        clip_id=step.clip_id,
        start_ms=step.start_ms,
        end_ms=step.end_ms,
        mark=step.mark.to_json() if step.mark else None,
    )
