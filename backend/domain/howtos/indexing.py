"""What can be found of a how-to: its released version, and each step with its moment."""

from __future__ import annotations

from datetime import datetime

from backend.domain.howtos.models import HowTo, HowToVersion, Step
from backend.domain.search.documents import NewDocument
from backend.domain.search.models import DocumentKind, SubjectKind
from backend.domain.search.operations import put_documents, remove_subject


def index_release(howto: HowTo, version: HowToVersion, *, language: str, now: datetime) -> None:
    """
    Make `version`, and no earlier one, findable.

    `howto.asset_model` must be loaded. Transaction: joins the caller's.
    """
    remove_subject(organisation_id=howto.organisation_id, subject_id=howto.pk)
    steps = [_step_document(howto, step, language=language) for step in version.steps.order_by("position")]
    documents = [_howto_document(howto, version, language=language), *steps]
    put_documents(organisation_id=howto.organisation_id, documents=documents, now=now)


def _howto_document(howto: HowTo, version: HowToVersion, *, language: str) -> NewDocument:
    texts = [version.problem, version.environment, version.cause, version.remedy, version.hazards]
    return NewDocument(
        kind=DocumentKind.HOWTO,
        source_id=howto.pk,
        subject_kind=SubjectKind.HOWTO,
        subject_id=howto.pk,
        title=version.title,
        body="\n".join(text for text in texts if text),
        identifiers=(howto.asset_model.name, howto.fault_code),
        language=language,
        is_solved=True,
    )


def _step_document(howto: HowTo, step: Step, *, language: str) -> NewDocument:
    return NewDocument(
        kind=DocumentKind.STEP,
        source_id=step.pk,
        subject_kind=SubjectKind.HOWTO,
        subject_id=howto.pk,
        title="",  # the how-to's own document has it
        body=step.text,
        language=language,
        is_solved=True,
        clip_id=step.clip_id,
        start_ms=step.start_ms,
        end_ms=step.end_ms,
    )
