"""FaultTalk: resolved fault threads as people tell them, each with questions whose right answer it is."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any


@dataclass(frozen=True)
class Advice:
    text: str
    worked: bool


@dataclass(frozen=True)
class FaultTalkThread:
    """One line of a file. `questions` are by kind: `typed`, `spoken`, `identifier`."""

    key: str
    trade: str
    make: str
    model: str
    asset_tag: str
    fault_code: str  # empty when the machine shows none
    component: str
    title: str
    ask_transcript: str
    suggestions: tuple[Advice, ...]
    try_transcript: str
    problem: str
    cause: str
    remedy: str
    questions: dict[str, str]

    @property
    def transcripts(self) -> tuple[str, str]:
        """What is said in the clip of the question, and in that of the try that fixed it."""
        return self.ask_transcript, self.try_transcript


def read_faulttalk(path: Path) -> list[FaultTalkThread]:
    """Return the threads of a file, one JSON object a line."""
    lines = path.read_text(encoding="utf-8").splitlines()
    return [_thread(json.loads(line)) for line in lines if line.strip()]


def _thread(record: dict[str, Any]) -> FaultTalkThread:
    return FaultTalkThread(
        key=record["id"],
        trade=record["domain"].replace("_", " "),
        make=record["make"],
        model=record["model"],
        asset_tag=record["asset_tag"],
        fault_code=record["fault_code"] or "",
        component=record["component"],
        title=record["title"],
        ask_transcript=record["ask_transcript"],
        suggestions=tuple(Advice(advice["text"], advice["worked"]) for advice in record["suggestions"]),
        try_transcript=record["try_transcript"],
        problem=record["problem"],
        cause=record["cause"],
        remedy=record["remedy"],
        questions={query["kind"]: query["text"] for query in record["queries"]},
    )
