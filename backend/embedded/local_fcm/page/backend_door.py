"""What a phone sends back: replies and receipts, to the very endpoints that a real phone uses."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from typing import Any
from uuid import UUID

import httpx

from api_schema.ids import uuid7
from backend.demo.footage import CLIPS
from backend.demo.step_failed import StepFailed
from backend.demo.tus import upload

Json = dict[str, Any]

_TIMEOUT_S = 20.0
_RECORDING = CLIPS / "try.mp4"  # somebody who talks; a lock screen without a microphone needs one


@dataclass(frozen=True)
class _ReplyPermit:
    """A reply token, as one who uploads shows it."""

    token: str

    @property
    def headers(self) -> dict[str, str]:
        return {"Authorization": f"Reply {self.token}"}


@dataclass(frozen=True)
class Came:
    """What came back for a reply. `sentence`: for the person who holds the phone."""

    is_taken: bool
    sentence: str
    clip_id: str | None = None  # of the voice note that the backend waits for now


class Backend:
    """The backend at `url`, as phones see it: no session, only what stands in the push."""

    def __init__(self, url: str) -> None:
        self._url = url

    async def reply(self, *, token: str, action: str, text: str, seen_version: str) -> Came:
        """Answer a push, under a reply id made here, as a phone makes its own."""
        body: Json = {"id": str(uuid7()), "token": token, "action": action}
        if text:
            body["text"] = text
        if seen_version:
            body["seen_version"] = int(seen_version)
        try:
            answer = await self._post("/api/v1/replies", body)
        except httpx.TransportError as error:
            return Came(is_taken=False, sentence=f"The backend does not answer ({type(error).__name__}); press again.")
        return _came(answer)

    async def receipt(self, *, token: str, kind: str) -> bool:
        """Tell that a push was delivered or opened. Return whether the backend took it."""
        try:
            answer = await self._post("/api/v1/receipts", {"token": token, "events": [{"kind": kind}]})
        except httpx.TransportError:
            return False
        return answer.is_success

    async def send_voice_note(self, *, token: str, clip_id: str) -> Came:
        """Upload a recording under the reply that announced it, by its token, and return what came of it."""
        return await asyncio.to_thread(self._upload, _ReplyPermit(token), UUID(clip_id))

    def _upload(self, permit: _ReplyPermit, clip_id: UUID) -> Came:
        with httpx.Client(base_url=self._url, timeout=_TIMEOUT_S, trust_env=False) as http:
            try:
                sent = upload(http, permit, clip_id=clip_id, file=_RECORDING, drop_at=1)
            except StepFailed as failure:
                return Came(is_taken=False, sentence=f"The voice note did not arrive: {failure}")
        return Came(is_taken=True, sentence=f"The voice note has arrived: {sent.size_bytes:,} bytes.")

    async def _post(self, path: str, body: Json) -> httpx.Response:
        # A connection for each, as from phones. A proxy set for the outside world must not come in between.
        async with httpx.AsyncClient(base_url=self._url, timeout=_TIMEOUT_S, trust_env=False) as http:
            return await http.post(path, json=body)


def _came(answer: httpx.Response) -> Came:
    try:
        told: Json = answer.json()
    except ValueError:
        told = {}
    if answer.is_success:
        result = str(told.get("result", "taken")).replace("_", " ")
        sentence = f"{result}: {told.get('message', '')}".rstrip(": ")
        return Came(is_taken=True, sentence=sentence, clip_id=told.get("clip_id"))
    problem = told.get("detail") or told.get("title") or "no reason given"
    return Came(is_taken=False, sentence=f"{answer.status_code} {told.get('code', '')}: {problem}")
