"""
What an open app or page hears of a thread as it happens: server-sent events, one `LiveKind` each.

`event:` is the kind, `data:` a JSON object with the keys named here beside `at` (ISO 8601, UTC), `id:` where to resume.
"""

from __future__ import annotations

from enum import StrEnum


class LiveKind(StrEnum):
    """`reset` carries nothing: the reader was away for too long, and reads the thread again."""

    ASKED = "asked"  # wave_number, asked_count, is_silent
    SEEN = "seen"  # seen_count
    CLAIMED = "claimed"  # name, job_title, until
    DECLINED = "declined"  # asked_count still asked; nobody is named
    ANSWERED = "answered"  # suggestion_id, name, job_title
    MOVED = "moved"  # from, to: the thread's states
    OWNED = "owned"  # next_owner_id, next_due_at
    UPLOADING = "uploading"  # clip_id, stored_bytes, declared_bytes
    CLIP = "clip"  # clip_id, status: received, playable, ready, rejected
    CAPTIONS = "captions"  # clip_id, is_complete
    TRIED = "tried"  # try_id, suggestion_id, outcome or empty while it runs
    COMMENTED = "commented"  # comment_id, name, job_title
    SIMILAR = "similar"  # found_count: solved faults that fit the words of the clip
    RESET = "reset"
