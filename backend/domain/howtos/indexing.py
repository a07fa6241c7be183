"""What can be found of a how-to: what is released of it, in each language, and each step with its moment."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from backend.domain import tenancy
from backend.domain.howtos.models import HowTo, HowToVersion, Step
from backend.domain.howtos.states import Confidence, Publication
from backend.domain.search.documents import Facts, NewDocument
from backend.domain.search.models import DocumentKind, SubjectKind
from backend.domain.search.operations import put_documents, remove_subject


def index_released(howto: HowTo, *, now: datetime) -> None:
    """
    Make the versions that are released, and no others, findable.

    `howto.asset_model` must be loaded. Transaction: joins the caller's. Idempotent.
    """
    remove_subject(organisation_id=howto.organisation_id, subject_id=howto.pk)
    versions = tenancy.within_organisation(howto.organisation_id, HowToVersion).filter(
        howto=howto, publication=Publication.RELEASED
    )
    if howto.confidence == Confidence.ARCHIVED:
        versions = versions.none()
    whole = versions.prefetch_related("steps", "corrections")
    documents = [document for version in whole for document in _documents(howto, version)]
    put_documents(organisation_id=howto.organisation_id, documents=documents, now=now)


def _documents(howto: HowTo, version: HowToVersion) -> list[NewDocument]:
    # The original stands for the how-to itself: without it a translation would not be found either.
    source_id = howto.pk if version.is_original else version.pk
    standing = [correction for correction in version.corrections.all() if correction.status == "standing"]
    wrong = {correction.step_id for correction in standing}
    steps = sorted(version.steps.all(), key=lambda step: step.position)
    return [
        _howto_document(howto, version, source_id, wrong=[step.text for step in steps if step.pk in wrong]),
        *(_step_document(howto, step, language=version.language) for step in steps if step.pk not in wrong),
        *(
            _correction_document(
                howto,
                correction.pk,
                f"{correction.procedure}\n{correction.what}\n{correction.why}",
                language=version.language,
            )
            for correction in standing
        ),
    ]


def _howto_document(howto: HowTo, version: HowToVersion, source_id: UUID, *, wrong: list[str]) -> NewDocument:
    texts = [version.problem, version.environment, version.cause, version.remedy, version.hazards]
    needed = [f"{part['number']} {part['name']}".strip() for part in version.parts] + version.tools
    return NewDocument(
        kind=DocumentKind.HOWTO,
        source_id=source_id,
        subject_kind=SubjectKind.HOWTO,
        subject_id=howto.pk,
        title=version.title,
        body="\n".join(text for text in [*texts, *needed] if text),
        identifiers=(howto.asset_model.name, howto.fault_code, *(part["number"] for part in version.parts)),
        language=version.language,
        is_solved=True,
        facts=Facts(make=howto.asset_model.make, model=howto.asset_model.name, code=howto.fault_code),
        corrected="\n".join(wrong),
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


def _correction_document(howto: HowTo, source_id: UUID, text: str, *, language: str) -> NewDocument:
    return NewDocument(
        kind=DocumentKind.CORRECTION,
        source_id=source_id,
        subject_kind=SubjectKind.HOWTO,
        subject_id=howto.pk,
        title="",
        body=text,
        language=language,
        is_solved=True,
    )
