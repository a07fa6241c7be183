"""What can be found of a thread."""

from __future__ import annotations

from datetime import datetime

from backend.domain import tenancy
from backend.domain.equipment.queries import identifiers_of
from backend.domain.search.documents import NewDocument
from backend.domain.search.models import DocumentKind, SubjectKind
from backend.domain.search.operations import put_documents, remove_subject
from backend.domain.threads.models import Comment, Suggestion, Thread
from backend.domain.threads.states import SOLVED_STATUSES, ThreadStatus

_NOT_FOUND = frozenset({ThreadStatus.WITHDRAWN, ThreadStatus.DUPLICATE})


def index_thread(thread: Thread, *, now: datetime) -> None:
    """
    Make the thread findable as it stands now; withdrawn and duplicate threads are not.

    Transaction: joins the caller's.
    """
    if thread.status in _NOT_FOUND:
        remove_subject(organisation_id=thread.organisation_id, subject_id=thread.pk)
        return
    document = NewDocument(
        kind=DocumentKind.THREAD,
        source_id=thread.pk,
        subject_kind=SubjectKind.THREAD,
        subject_id=thread.pk,
        title=thread.title,
        body=_words_of(thread),
        identifiers=tuple(identifiers_of(thread.asset, thread.fault_code)),
        language=thread.asker.language,
        is_solved=thread.status in SOLVED_STATUSES,
    )
    put_documents(organisation_id=thread.organisation_id, documents=[document], now=now)


def _words_of(thread: Thread) -> str:
    suggestions = tenancy.within_organisation(thread.organisation_id, Suggestion).filter(thread=thread)
    texts = suggestions.order_by("created_at", "pk").values_list("text", flat=True)
    right = suggestions.filter(corrections__status="standing").order_by("corrections__corrected_at")
    procedures = right.values_list("corrections__procedure", flat=True)
    comments = tenancy.within_organisation(thread.organisation_id, Comment).filter(thread=thread)
    remarks = comments.order_by("created_at", "pk").values_list("text", flat=True)
    model = thread.asset.asset_model
    about = [f"{model.make} {model.name} {model.family}", thread.fault_code_shown, thread.description]
    closing = [thread.problem, thread.cause, thread.remedy]
    return "\n".join(part for part in [*about, *procedures, *texts, *remarks, *closing] if part)
