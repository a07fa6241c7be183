"""What a fixed thread has to say to the next technician."""

from __future__ import annotations

from backend.domain import tenancy
from backend.domain.clips.captions import complete_cues
from backend.domain.howtos.content import Content, StepContent
from backend.domain.howtos.step_cutting import steps_from_cues, steps_from_text
from backend.domain.threads.models import Thread, Try
from backend.domain.threads.states import TryOutcome


def find_fixing_try(thread: Thread) -> Try | None:
    """Return the try that fixed the thread, with its suggestion; the last one after a reopening."""
    tries = tenancy.within_organisation(thread.organisation_id, Try).filter(thread=thread, outcome=TryOutcome.FIXED)
    return tries.select_related("suggestion").order_by("-ended_at", "-pk").first()


def content_from_thread(thread: Thread, attempt: Try) -> Content:
    """Return the draft of a how-to; hazards are left for a curator, who knows what a transcript does not say."""
    return Content(
        title=thread.title,
        problem=thread.problem,
        environment=_environment(thread),
        cause=thread.cause,
        remedy=thread.remedy,
        hazards="",
        steps=_steps(thread, attempt),
    )


def _environment(thread: Thread) -> str:
    model = thread.asset.asset_model
    code = f"shows {thread.fault_code_shown}" if thread.fault_code_shown else ""
    parts = [f"{model.make} {model.name}", model.family, code, f"at {thread.asset.site.name}"]
    return ", ".join(part for part in parts if part)


def _steps(thread: Thread, attempt: Try) -> tuple[StepContent, ...]:
    return _filmed_steps(attempt) or steps_from_text(attempt.suggestion.text) or steps_from_text(thread.remedy)


def _filmed_steps(attempt: Try) -> tuple[StepContent, ...]:
    if attempt.clip_id is None:
        return ()
    cues = complete_cues(organisation_id=attempt.organisation_id, clip_id=attempt.clip_id)
    return steps_from_cues(attempt.clip_id, cues)
