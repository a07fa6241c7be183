"""What happens to a filmed clip: sent over a link that drops, playable, rendered, captioned."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Any, Protocol
from uuid import UUID

import httpx

from backend.demo import watching
from backend.demo.client import Session
from backend.demo.footage import CLIPS
from backend.demo.step_failed import StepFailed
from backend.demo.timeline import Timeline, wait_for
from backend.demo.tus import upload

# A killed worker's job comes back when its lease lapses; the wait covers that and a slow machine.
DEADLINE_S = 240.0
_DONE = {"ready", "absent"}

Clip = dict[str, Any]


class Asking(Protocol):
    """What these steps need of the story."""

    http: httpx.Client
    timeline: Timeline
    asker: Session


def send_clip(story: Asking, clip_id: UUID, name: str, *, drop_at: float) -> None:
    """
    Upload a clip over a link that drops once, until the server has verified every byte.

    :raises StepFailed: the server refuses it, keeps nothing when the link drops, or does not verify it.
    """
    sent = upload(story.http, story.asker, clip_id=clip_id, file=CLIPS / name, drop_at=drop_at)
    clip = _look(story, clip_id)
    if not clip["verified"]:
        raise StepFailed(f"{name} is sent, but the server does not say that every byte is there.")
    if not all(sent.offsets[1:]):
        raise StepFailed(f"The link dropped while {name} was sent, and the server kept nothing of it.")
    rounds = ", ".join(f"{offset:,}" for offset in sent.offsets[1:])
    story.timeline.tell(
        "upload done", f"{name}: {sent.size_bytes:,} bytes, SHA-256 verified; link lost, went on at byte {rounds}"
    )


def tell_rendering(story: Asking, clip_id: UUID, *, disturb: Callable[[], None] | None) -> None:
    """
    Tell when the clip first plays and when it is fully rendered; `disturb` once the worker is at it.

    :raises StepFailed: it is rejected, does not play, or is not ready in time.
    """
    if disturb is not None:
        wait_for("Starting to render", lambda: _is_begun(story, clip_id), deadline_s=DEADLINE_S)
        disturb()
    clip = wait_for("First playable", lambda: _when(story, clip_id, "playable_at"), deadline_s=DEADLINE_S)
    picture = watching.play(story.http, story.asker, clip_id)
    story.timeline.tell(
        "first playable",
        f"{_seconds(clip, 'playable_at')} after the upload, while {clip['status']} at {clip['percent']} %;"
        f" played: a picture of {picture.width_px} × {picture.height_px}",
    )
    clip = wait_for("Full rendering", lambda: _when(story, clip_id, "ready_at"), deadline_s=DEADLINE_S)
    renditions = [made["kind"] for made in clip["artefacts"] if made["status"] == "ready"]
    story.timeline.tell("fully rendered", f"{_seconds(clip, 'ready_at')} after the upload: {', '.join(renditions)}")


def tell_captions(story: Asking, clip_id: UUID) -> None:
    """
    Print what the recogniser heard.

    :raises StepFailed: there are no captions in time, or they hold no words.
    """
    wait_for("Captioning", lambda: _is_captioned(story, clip_id), deadline_s=DEADLINE_S)
    playback = story.asker.get(f"/clips/{clip_id}/playback")
    vtt = story.http.get(playback["captions_url"]).text if playback["captions_url"] else ""
    blocks = [block.splitlines() for block in vtt.split("\n\n") if "-->" in block]
    if not blocks:
        raise StepFailed("The captions hold no words, though the clip is full of them.")
    story.timeline.tell("captions", f"{len(blocks)} of them, heard by the recogniser:", *map(_one_line, blocks))


def _one_line(block: list[str]) -> str:
    times = next(index for index, line in enumerate(block) if "-->" in line)
    start, _, end = block[times].partition(" --> ")
    return f"{start}–{end.split(maxsplit=1)[0]}  {' '.join(block[times + 1 :])}"


def _look(story: Asking, clip_id: UUID) -> Clip:
    clip: Clip = story.asker.get(f"/clips/{clip_id}")
    if clip["rejection"]:
        raise StepFailed(f"The clip was rejected: {clip['rejection']['reason']}")
    return clip


def _when(story: Asking, clip_id: UUID, fact: str) -> Clip | None:
    clip = _look(story, clip_id)
    return clip if clip[fact] else None


def _is_begun(story: Asking, clip_id: UUID) -> bool:
    clip = _look(story, clip_id)
    return bool(clip["percent"] or clip["playable_at"])


def _is_captioned(story: Asking, clip_id: UUID) -> bool:
    made = {artefact["kind"]: artefact for artefact in _look(story, clip_id)["artefacts"]}
    captions = made.get("captions", {"status": "pending"})
    if captions["status"] == "failed":
        raise StepFailed(f"Captioning failed: {captions['reason']}")
    return captions["status"] in _DONE


def _seconds(clip: Clip, fact: str) -> str:
    since = datetime.fromisoformat(clip[fact]) - datetime.fromisoformat(clip["verified_at"])
    return f"{since.total_seconds():.1f} s"
