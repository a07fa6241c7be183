"""One clip from the last byte of its upload until its captions are there, as its author's phone sees it."""

from __future__ import annotations

import base64
import hashlib
import http.client
import re
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any
from uuid import UUID

from api_schema.ids import uuid7
from bench.media.cuppa import Cuppa

_TUS = {"Tus-Resumable": "1.0.0"}
_BLOCK_BYTES = 1024**2
_LOOK_EVERY_S = 0.05  # dearer for the machine than a phone's own pace, but told to 50 ms
_PATIENCE_S = 600
_INIT = re.compile(r'#EXT-X-MAP:URI="([^"]+)"')


@dataclass(frozen=True)
class Sent:
    """A clip whose last byte left the phone at `at`, in seconds of this machine's clock."""

    clip_id: UUID
    at: float


@dataclass(frozen=True)
class Made:
    """Seconds from the last byte on; `captions_s` counts from the end of the render on."""

    clip_id: UUID
    first_play_s: float
    render_s: float
    render_cpu_s: float
    captions_s: float


def follow(cuppa: Cuppa, film: Path) -> Made:
    """Upload the film to an idle Cuppa, and return when and at what cost everything was made."""
    cpu_before_s = cuppa.worker_cpu_s()
    sent = send(cuppa, film)
    first_play_s = wait_for_first_play(cuppa, sent)
    _wait(cuppa, sent, lambda clip: clip["status"] == "ready")
    render_cpu_s = cuppa.worker_cpu_s() - cpu_before_s
    clip = wait_for_captions(cuppa, sent)
    captions_at, ready_at = time.time(), datetime.fromisoformat(clip["ready_at"]).timestamp()
    return Made(sent.clip_id, first_play_s, ready_at - sent.at, render_cpu_s, captions_at - ready_at)


def send(cuppa: Cuppa, film: Path) -> Sent:
    """Upload the film over tus, in one PATCH."""
    content, clip_id = film.read_bytes(), uuid7()
    told = {"clip_id": str(clip_id), "sha256": hashlib.sha256(content).hexdigest(), "filetype": "video/mp4"}
    metadata = ",".join(f"{key} {base64.b64encode(value.encode()).decode()}" for key, value in told.items())
    headers = cuppa.phone.headers | _TUS | {"Upload-Length": str(len(content)), "Upload-Metadata": metadata}
    answer = cuppa.http.post("/api/v1/uploads", headers=headers).raise_for_status()
    return Sent(clip_id, _patch(cuppa, answer.headers["Location"], content))


def _patch(cuppa: Cuppa, address: str, content: bytes) -> float:
    """Send the bytes; return when the last one was handed to the network, long before the answer comes."""
    server = cuppa.http.base_url
    link = http.client.HTTPConnection(server.host, server.port, timeout=60)
    headers = {"Upload-Offset": "0", "Content-Type": "application/offset+octet-stream"}
    headers |= cuppa.phone.headers | _TUS | {"Content-Length": str(len(content))}
    link.putrequest("PATCH", address.removeprefix(str(server).rstrip("/")))
    for name, value in headers.items():
        link.putheader(name, value)
    link.endheaders()
    for begin in range(0, len(content), _BLOCK_BYTES):
        link.send(content[begin : begin + _BLOCK_BYTES])
    sent_at = time.time()
    answer = link.getresponse()
    link.close()
    if answer.status != http.client.NO_CONTENT:
        raise SystemExit(f"An upload was answered {answer.status}.")
    return sent_at


def wait_for_first_play(cuppa: Cuppa, sent: Sent) -> float:
    """Return after how many seconds a player had the first segment of the picture and its init segment."""
    _wait(cuppa, sent, lambda clip: clip["playable_at"] is not None)
    master = cuppa.http.base_url.join(cuppa.phone.get(f"/clips/{sent.clip_id}/playback")["hls_url"])
    rendition = master.join(_addresses(cuppa.http.get(master).raise_for_status().text)[0])
    playlist = cuppa.http.get(rendition).raise_for_status().text
    init = _INIT.search(playlist)
    assert init is not None
    for address in (init[1], _addresses(playlist)[0]):
        cuppa.http.get(rendition.join(address)).raise_for_status()
    return time.time() - sent.at


def wait_for_captions(cuppa: Cuppa, sent: Sent) -> dict[str, Any]:
    """Return the clip once its captions are settled: there, or found to be nobody's words."""
    return _wait(cuppa, sent, lambda clip: _status_of(clip, "captions") in {"ready", "absent"})


def _status_of(clip: dict[str, Any], kind: str) -> str:
    return next((str(made["status"]) for made in clip["artefacts"] if made["kind"] == kind), "pending")


def _wait(cuppa: Cuppa, sent: Sent, has_happened: Callable[[dict[str, Any]], bool]) -> dict[str, Any]:
    deadline = time.monotonic() + _PATIENCE_S
    while time.monotonic() < deadline:
        clip: dict[str, Any] = cuppa.phone.get(f"/clips/{sent.clip_id}")
        if has_happened(clip):
            return clip
        if clip["status"] == "rejected" or _status_of(clip, "captions") == "failed":
            raise SystemExit(f"A clip of the measurement failed: {clip['rejection'] or 'captions'}.")
        time.sleep(_LOOK_EVERY_S)
    raise SystemExit(f"What is measured did not happen within {_PATIENCE_S} s.")


def _addresses(playlist: str) -> list[str]:
    return [line for line in playlist.splitlines() if line and not line.startswith("#")]
