"""What a phone sends back: replies and receipts, to the very endpoints that a real phone uses."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import httpx

from api_schema.ids import uuid7

Json = dict[str, Any]

_TIMEOUT_S = 20.0


@dataclass(frozen=True)
class Came:
    """What came back for a reply. `sentence`: for the person who holds the phone."""

    is_taken: bool
    sentence: str


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
        return Came(is_taken=True, sentence=f"{told.get('result', 'taken')}: {told.get('message', '')}".rstrip(": "))
    problem = told.get("detail") or told.get("title") or "no reason given"
    return Came(is_taken=False, sentence=f"{answer.status_code} {told.get('code', '')}: {problem}")
