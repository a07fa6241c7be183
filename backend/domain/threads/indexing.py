"""What can be found of a thread: its words, the moments it marks, and what is right where advice was set straight."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime
from functools import partial

from backend.domain import tenancy
from backend.domain.clips.captions import cues_of
from backend.domain.clips.indexing import index_cues
from backend.domain.clips.models import Clip
from backend.domain.equipment.queries import identifiers_of
from backend.domain.search.documents import Facts, NewDocument
from backend.domain.search.models import DocumentKind, SubjectKind
from backend.domain.search.operations import remove_subject, replace_documents
from backend.domain.search.settling import index_when_settled
from backend.domain.threads.models import Comment, Suggestion, Thread, Try
from backend.domain.threads.states import SOLVED_STATUSES, ThreadStatus

_NOT_FOUND = frozenset({ThreadStatus.WITHDRAWN, ThreadStatus.DUPLICATE})
_OWN_KINDS = (DocumentKind.THREAD, DocumentKind.MOMENT, DocumentKind.CORRECTION)  # its captions come by themselves


def index_thread(thread: Thread, *, now: datetime) -> None:
    """
    Make the thread findable as it stands now; withdrawn and duplicate threads are not.

    Transaction: joins the caller's; inside `indexed_once`, at its end.
    """
    index_when_settled(thread.pk, partial(_index, thread, now=now))


def _index(thread: Thread, *, now: datetime) -> None:
    if thread.status in _NOT_FOUND:
        remove_subject(organisation_id=thread.organisation_id, subject_id=thread.pk)
        return
    of_thread = tenancy.within_organisation(thread.organisation_id, Suggestion).filter(thread=thread)
    suggestions = list(of_thread.order_by("created_at", "pk").prefetch_related("corrections"))
    comments = list(
        tenancy.within_organisation(thread.organisation_id, Comment).filter(thread=thread).order_by("created_at", "pk")
    )
    replace_documents(
        organisation_id=thread.organisation_id,
        subject_id=thread.pk,
        kinds=_OWN_KINDS,
        documents=[
            _own_document(thread, suggestions, comments),
            *_moments(thread, [*suggestions, *comments]),
            *_corrections(thread, suggestions),
        ],
        now=now,
    )


def index_whole_thread(thread: Thread, *, now: datetime) -> None:
    """
    As `index_thread`, with the captions of its clips: for a thread that was not findable for a while.

    Transaction: joins the caller's. Idempotent.
    """
    index_thread(thread, now=now)
    if thread.status in _NOT_FOUND:
        return
    for clip in tenancy.within_organisation(thread.organisation_id, Clip).filter(thread_id=thread.pk):
        index_cues(clip=clip, cues=cues_of(clip), now=now)


def _own_document(thread: Thread, suggestions: Sequence[Suggestion], comments: Sequence[Comment]) -> NewDocument:
    model = thread.asset.asset_model
    about = [f"{model.make} {model.name} {model.family}", thread.fault_code_shown, thread.description]
    every: list[Suggestion | Comment] = [*suggestions, *comments]
    said = [each.text for each in every if not _is_corrected(each) and not _marks_moment(each)]
    closing = [thread.problem, thread.cause, thread.remedy]
    return NewDocument(
        kind=DocumentKind.THREAD,
        source_id=thread.pk,
        subject_kind=SubjectKind.THREAD,
        subject_id=thread.pk,
        title=thread.title,
        body="\n".join(part for part in [*about, *said, *_tried(thread), *closing] if part),
        identifiers=tuple(identifiers_of(thread.asset, thread.fault_code)),
        language=thread.asker.language,
        is_solved=thread.status in SOLVED_STATUSES,
        facts=Facts(
            make=model.make,
            model=model.name,
            code=thread.fault_code,
            site_id=thread.asset.site_id,
            is_held=thread.status == ThreadStatus.HELD,
        ),
        corrected="\n".join(suggestion.text for suggestion in suggestions if _is_corrected(suggestion)),
    )


def _tried(thread: Thread) -> list[str]:
    """Return what people wrote of their tries, and the parts they fitted."""
    tries = tenancy.within_organisation(thread.organisation_id, Try).filter(thread=thread).order_by("started_at", "pk")
    return [text for written in tries.values_list("note", "parts") for text in written]


def _moments(thread: Thread, said: Sequence[Suggestion | Comment]) -> Iterator[NewDocument]:
    """Yield what was written about a moment of a clip: a hit opens there."""
    for each in said:
        if _marks_moment(each) and not _is_corrected(each):
            yield NewDocument(
                kind=DocumentKind.MOMENT,
                source_id=each.pk,
                subject_kind=SubjectKind.THREAD,
                subject_id=thread.pk,
                title="",
                body=each.text,
                language=thread.asker.language,
                clip_id=each.moment_clip_id,
                start_ms=each.moment_start_ms,
                end_ms=each.moment_end_ms,
            )


def _corrections(thread: Thread, suggestions: Sequence[Suggestion]) -> Iterator[NewDocument]:
    """Yield what is right, what is wrong and why, of every suggestion that was set straight."""
    corrections = [correction for suggestion in suggestions for correction in suggestion.corrections.all()]
    for correction in corrections:
        if correction.status == "standing":
            yield NewDocument(
                kind=DocumentKind.CORRECTION,
                source_id=correction.pk,
                subject_kind=SubjectKind.THREAD,
                subject_id=thread.pk,
                title="",
                body=f"{correction.procedure}\n{correction.what}\n{correction.why}",
                language=thread.asker.language,
            )


def _marks_moment(said: Suggestion | Comment) -> bool:
    return None not in (said.moment_clip_id, said.moment_start_ms, said.moment_end_ms)


def _is_corrected(said: Suggestion | Comment) -> bool:
    return isinstance(said, Suggestion) and said.corrected_at is not None
