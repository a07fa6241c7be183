"""The FaultTalk set: resolved fault threads with questions whose right answer is known."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any
from uuid import UUID

from api_schema.ids import uuid7
from backend.domain.search.documents import NewDocument
from backend.domain.search.models import DocumentKind, SubjectKind
from backend.domain.search.operations import put_documents

QUERY_KINDS = ("typed", "spoken", "identifier")

_WORDS_IN_A_CUE = 12  # two lines of 42 characters
_MS_PER_WORD = 400


@dataclass(frozen=True)
class FaultThread:
    id: UUID
    record: dict[str, Any]

    @property
    def solution(self) -> str:
        """What is written in the thread besides its title."""
        record = self.record
        machine = f"{record['make']} {record['model']} {record['asset_tag']} {record['component']}"
        suggestions = [suggestion["text"] for suggestion in record["suggestions"]]
        return "\n".join([machine, *suggestions, record["problem"], record["cause"], record["remedy"]])

    @property
    def identifiers(self) -> list[str]:
        record = self.record
        return [record["model"], record["asset_tag"], record["fault_code"] or ""]

    @property
    def transcripts(self) -> list[str]:
        return [self.record["ask_transcript"], self.record["try_transcript"]]

    @property
    def everything(self) -> str:
        """All the text of the thread as one, for systems that know no fields."""
        return "\n".join([self.record["title"], *self.identifiers, *self.transcripts, self.solution])

    def question(self, kind: str) -> str:
        return {query["kind"]: str(query["text"]) for query in self.record["queries"]}[kind]


def read_threads(path: Path) -> list[FaultThread]:
    """Return the threads of a FaultTalk file (its format is in the README beside it)."""
    lines = path.read_text(encoding="utf-8").splitlines()
    return [FaultThread(uuid7(), json.loads(line)) for line in lines if line.strip()]


def load_threads(threads: list[FaultThread], *, organisation_id: UUID, now: datetime) -> None:
    """Make every thread findable as the product does: the thread, and the cues of its two clips."""
    for thread in threads:
        cues = [cue for transcript in thread.transcripts for cue in _cues(thread, transcript)]
        put_documents(organisation_id=organisation_id, documents=[_thread_document(thread), *cues], now=now)


def _thread_document(thread: FaultThread) -> NewDocument:
    return NewDocument(
        kind=DocumentKind.THREAD,
        source_id=thread.id,
        subject_kind=SubjectKind.THREAD,
        subject_id=thread.id,
        title=thread.record["title"],
        body=thread.solution,
        identifiers=thread.identifiers,
        is_solved=True,
    )


def _cues(thread: FaultThread, transcript: str) -> list[NewDocument]:
    words, clip_id = transcript.split(), uuid7()
    return [
        NewDocument(
            kind=DocumentKind.CUE,
            source_id=uuid7(),
            subject_kind=SubjectKind.THREAD,
            subject_id=thread.id,
            title=thread.record["title"],
            body=" ".join(words[start : start + _WORDS_IN_A_CUE]),
            clip_id=clip_id,
            start_ms=start * _MS_PER_WORD,
            end_ms=(start + _WORDS_IN_A_CUE) * _MS_PER_WORD,
        )
        for start in range(0, len(words), _WORDS_IN_A_CUE)
    ]
