"""What a fixed thread has to say to the next technician."""

from __future__ import annotations

from backend.domain import tenancy
from backend.domain.clips.captions import complete_cues
from backend.domain.clips.models import Cue
from backend.domain.hazards.hearing import Said, hazardous_words
from backend.domain.hazards.words import hazards_of
from backend.domain.howtos.content import Content, StepContent
from backend.domain.howtos.part_reading import read_parts
from backend.domain.howtos.step_cutting import steps_from_cues, steps_from_text
from backend.domain.howtos.step_marking import marked_moments, with_marks, with_moment
from backend.domain.howtos.tool_reading import read_tools
from backend.domain.threads.correcting import standing_corrections
from backend.domain.threads.models import Thread, Try
from backend.domain.threads.states import TryOutcome


def find_fixing_try(thread: Thread) -> Try | None:
    """
    Return the try that fixed the thread, with its suggestion; the last one after a reopening.

    None, as if nothing had, where it stands on advice that was found to be unsafe: nobody is to work by that.
    """
    tries = tenancy.within_organisation(thread.organisation_id, Try).filter(thread=thread, outcome=TryOutcome.FIXED)
    attempt = tries.select_related("suggestion").order_by("-ended_at", "-pk").first()
    return None if attempt is None or attempt.suggestion.recalled_at else attempt


def content_from_thread(thread: Thread, attempt: Try) -> Content:
    """
    Return the draft of a how-to, with the hazardous words that were written or spoken, and the parts that were used.

    Tools are those that were named; a curator knows what nobody said. Of advice that was corrected it says what is
    right, as its corrections have it, and that it was; no tool of it is taken over.
    """
    cues = _cues(attempt)
    corrections = standing_corrections(attempt.suggestion)
    procedure = "\n".join(correction.procedure for correction in corrections)
    corrected = [f"Corrected: {correction.what} {correction.why}" for correction in corrections]
    return Content(
        title=thread.title,
        problem=thread.problem,
        environment=_environment(thread),
        cause=thread.cause,
        remedy=procedure or thread.remedy,
        hazards="\n".join([*corrected, _hazards(thread, attempt, cues)]).strip(),
        steps=steps_from_text(procedure) if corrections else _steps(thread, attempt, cues),
        parts=read_parts(attempt.parts),
        tools=read_tools(*([procedure] if corrections else _told(thread, attempt, cues))),
    )


def _environment(thread: Thread) -> str:
    model = thread.asset.asset_model
    code = f"shows {thread.fault_code_shown}" if thread.fault_code_shown else ""
    parts = [f"{model.make} {model.name}", model.family, code, f"at {thread.asset.site.name}"]
    return ", ".join(part for part in parts if part)


def _told(thread: Thread, attempt: Try, cues: list[Cue]) -> list[str]:
    return [attempt.suggestion.text, thread.remedy, " ".join(cue.text for cue in cues)]


def _hazards(thread: Thread, attempt: Try, cues: list[Cue]) -> str:
    """Return one line a kind of hazard, with the words of the organisation's list that were written or spoken."""
    phrases = {kind: hazard.phrases for kind, hazard in hazards_of(thread.organisation_id).items()}
    said = Said(f"{attempt.suggestion.text}\n{thread.remedy}", cues)
    by_kind: dict[str, dict[str, str]] = {}
    for word in hazardous_words(said, phrases):
        by_kind.setdefault(word["kind"], {}).setdefault(word["stems"], word["said"])
    return "\n".join(
        f"{kind.replace('_', ' ').capitalize()}: {', '.join(words.values())}."
        for kind, words in sorted(by_kind.items())
    )


def _steps(thread: Thread, attempt: Try, cues: list[Cue]) -> tuple[StepContent, ...]:
    if attempt.clip_id is not None and cues:
        return with_marks(steps_from_cues(attempt.clip_id, cues), marked_moments(thread, attempt.clip_id))
    written = steps_from_text(attempt.suggestion.text)
    return with_moment(written, attempt.suggestion) or steps_from_text(thread.remedy)


def _cues(attempt: Try) -> list[Cue]:
    if attempt.clip_id is None:
        return []
    return list(complete_cues(organisation_id=attempt.organisation_id, clip_id=attempt.clip_id))
