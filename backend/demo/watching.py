"""Looks that the story takes again and again: at inboxes, at states, at a clip that must play."""

from __future__ import annotations

from typing import Any
from uuid import UUID

import httpx

from backend.demo.client import Session
from backend.demo.playing import Picture, decode_picture
from backend.demo.step_failed import StepFailed


def expect(found: object, wanted: object, what: str) -> None:
    """:raises StepFailed: `found` is not `wanted`; the text names `what`."""
    if found != wanted:
        raise StepFailed(f"{what[:1].upper()}{what[1:]} is {found!r}, not {wanted!r}.")


def only(items: list[dict[str, Any]], what: str) -> dict[str, Any]:
    """
    Return the one item.

    :raises StepFailed: there is none, or more than one; the text names `what`.
    """
    if len(items) != 1:
        raise StepFailed(f"There are {len(items)} of {what}, not one.")
    return items[0]


def inbox_entry(session: Session, kind: str, subject_id: UUID) -> dict[str, Any] | None:
    """Return what the person was told of this kind about this subject, or None."""
    entries: list[dict[str, Any]] = session.get("/inbox", limit=50)["items"]
    wanted = (kind, str(subject_id))
    return next((entry for entry in entries if (entry["kind"], entry["subject_id"]) == wanted), None)


def play(http: httpx.Client, session: Session, clip_id: UUID, *, at_ms: int = 0) -> Picture:
    """
    Return a picture of the clip, fetched and decoded as a player does.

    :raises StepFailed: it does not play.
    """
    playback = session.get(f"/clips/{clip_id}/playback")
    return decode_picture(http, playback["hls_url"], at_ms=at_ms)
