"""What a recogniser heard becomes the clip's cues: the first seconds early, the rest later, never over a correction."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Final

from api_schema.media_jobs import TimedCue, TranscribeResult
from api_schema.wire import to_wire
from backend.domain import tenancy
from backend.domain.clips.beside_corrections import leave_out_corrected
from backend.domain.clips.captions import cues_of
from backend.domain.clips.indexing import forget_cues, index_cues
from backend.domain.clips.models import Clip, Cue

_MACHINE_FIELDS: Final = ("start_ms", "end_ms", "text", "confidence", "words", "language", "engine")


def put_transcript(clip: Clip, result: TranscribeResult, *, now: datetime) -> bool:
    """
    Make the clip's cues those of `result`, and findable; return whether it has any now.

    A cue that a person corrected stays as it is, under its id, and takes the place of what `result` has for the
    words it covers. A cue that is the same as before keeps its id, too.

    Transaction: required, holding the clip. Idempotent.
    """
    present = list(cues_of(clip))
    corrected = [cue for cue in present if cue.is_corrected]
    heard = leave_out_corrected(result.cues, corrected)
    rows = _reused(present, [_cue_row(clip, cue, result) for cue in heard])
    kept = {cue.pk for cue in corrected} | ({cue.pk for cue in present} & {row.pk for row in rows})
    _drop(clip, [cue for cue in present if cue.pk not in kept])
    moved = _number([*corrected, *rows])
    new = [row for row in rows if row.pk not in kept]
    tenancy.create_many(Cue, new)
    cues_of(clip).bulk_update([cue for cue in moved if cue.pk in kept], ["position"])
    index_cues(clip=clip, cues=new, now=now)
    return bool(corrected or rows)


def _reused(present: Iterable[Cue], rows: Iterable[Cue]) -> list[Cue]:
    """Return `rows`, each as the uncorrected row that says the same already, if there is one."""
    earlier = {_key(cue): cue for cue in present if not cue.is_corrected}
    return [earlier.pop(_key(row), row) for row in rows]


def _key(cue: Cue) -> str:
    """Return everything that a recogniser says of a cue."""
    return json.dumps([getattr(cue, field) for field in _MACHINE_FIELDS], sort_keys=True)


def _cue_row(clip: Clip, cue: TimedCue, result: TranscribeResult) -> Cue:
    return Cue(
        organisation_id=clip.organisation_id,
        clip=clip,
        start_ms=cue.start_ms,
        end_ms=max(cue.end_ms, cue.start_ms + 1),  # engines give a short word no time at all
        text=cue.text.strip(),
        confidence=cue.confidence,
        words=to_wire(cue.words),
        language=result.language,
        engine=result.engine,
    )


def _drop(clip: Clip, cues: Sequence[Cue]) -> None:
    forget_cues(clip=clip, cues=cues)
    cues_of(clip).filter(pk__in=[cue.pk for cue in cues]).delete()


def _number(cues: Iterable[Cue]) -> list[Cue]:
    """Number the cues in the order of time; return those that had another number, or none."""
    in_order = sorted(cues, key=lambda cue: (cue.start_ms, cue.end_ms))
    moved = [(position, cue) for position, cue in enumerate(in_order) if cue.position != position]
    for position, cue in moved:
        cue.position = position
    return [cue for _, cue in moved]
