"""
A tus 1.0.0 client that loses its link on purpose: real sites have one bar of signal.

Source: tus.io/protocols/resumable-upload, version 1.0.0.
"""

from __future__ import annotations

import base64
import hashlib
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol
from uuid import UUID

import httpx

from backend.demo.client import send_patiently
from backend.demo.step_failed import StepFailed

_TUS = {"Tus-Resumable": "1.0.0"}
_BYTES = {"Content-Type": "application/offset+octet-stream"}
_BLOCK_BYTES = 32 * 1024
_MAX_ROUNDS = 20
_OFFLINE_S = 0.5


class Sender(Protocol):
    """Who sends: a session, or the reply token of a notification, as headers."""

    @property
    def headers(self) -> dict[str, str]: ...


@dataclass(frozen=True)
class Uploaded:
    """How an upload went: where each round began. More than one round: the link dropped in between."""

    size_bytes: int
    offsets: tuple[int, ...]


class _LinkDropped(Exception):
    pass


def upload(http: httpx.Client, sender: Sender, *, clip_id: UUID, file: Path, drop_at: float) -> Uploaded:
    """
    Send `file` as the clip's, losing the link once after the share `drop_at`, and go on where the server stands.

    `drop_at` is 0..1; at 1 the link holds.

    :raises StepFailed: the server refuses, or takes nothing in `_MAX_ROUNDS` rounds.
    """
    data = file.read_bytes()
    address = _create(http, sender, clip_id=clip_id, name=file.name, data=data)
    offsets: list[int] = []
    while (offset := _offset(http, sender, address)) < len(data):
        if len(offsets) == _MAX_ROUNDS:
            raise StepFailed(f"{file.name} stands at {offset} of {len(data)} bytes after {_MAX_ROUNDS} rounds.")
        stop_at = len(data) if offsets else int(len(data) * drop_at)
        offsets.append(offset)
        _send_from(http, sender, address, data=data, offset=offset, stop_at=stop_at)
    return Uploaded(len(data), tuple(offsets))


def _create(http: httpx.Client, sender: Sender, *, clip_id: UUID, name: str, data: bytes) -> str:
    told = {
        "clip_id": str(clip_id),
        "sha256": hashlib.sha256(data).hexdigest(),
        "filename": name,
        "filetype": "video/mp4",
    }
    metadata = ",".join(f"{key} {base64.b64encode(value.encode()).decode()}" for key, value in told.items())
    headers = {**sender.headers, **_TUS, "Upload-Length": str(len(data)), "Upload-Metadata": metadata}
    return send_patiently(http, "POST", "/api/v1/uploads", headers=headers).headers["Location"]


def _offset(http: httpx.Client, sender: Sender, address: str) -> int:
    answer = send_patiently(http, "HEAD", address, headers={**sender.headers, **_TUS})
    return int(answer.headers["Upload-Offset"])


def _send_from(http: httpx.Client, sender: Sender, address: str, *, data: bytes, offset: int, stop_at: int) -> None:
    headers = {
        **sender.headers,
        **_TUS,
        **_BYTES,
        "Upload-Offset": str(offset),
        "Content-Length": str(len(data) - offset),
    }
    # Whatever ends a round early, the next one asks the server how far it got.
    try:
        answer = http.patch(address, headers=headers, content=_blocks(data, offset, stop_at))
    except (_LinkDropped, httpx.TransportError):
        time.sleep(_OFFLINE_S)  # no bar of signal: the phone cannot be back before the server saw the link go
        return
    if answer.is_client_error and answer.status_code not in {409, 423, 460}:
        raise StepFailed(f"The upload was refused: {answer.status_code} {answer.text[:300]}")


def _blocks(data: bytes, offset: int, stop_at: int) -> Iterator[bytes]:
    while offset < len(data):
        if offset >= stop_at:
            raise _LinkDropped
        end = min(offset + _BLOCK_BYTES, stop_at)
        yield data[offset:end]
        offset = end
