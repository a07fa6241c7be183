"""Answering from the lock screen: with what stands in the push that FCM was sent, and with nothing else."""

from __future__ import annotations

from typing import Any
from uuid import UUID

import httpx

from backend.demo.client import send_patiently
from backend.demo.phones import list_phones
from backend.demo.timeline import wait_for


class LockScreens:
    """The demo people's phones, as the local FCM at `phones_url` knows them."""

    def __init__(self, phones_url: str, *, backend: httpx.Client) -> None:
        self._phones_url = phones_url
        self._backend = backend
        self._addresses = {phone.owner.name: phone.address for phone in list_phones()}

    def wait_for_ask(self, owner: str, thread_id: UUID, *, deadline_s: float) -> dict[str, str]:
        """
        Return the data of the ask about this thread that came to the phone of `owner`.

        :raises StepFailed: none came in time.
        """
        return wait_for(f"The push on {owner}'s phone", lambda: self._find_ask(owner, thread_id), deadline_s=deadline_s)

    def answer(self, push: dict[str, str], *, reply_id: UUID, text: str) -> dict[str, Any]:
        """
        Answer `push` with `text`, without a session, and return what came back.

        :raises StepFailed: it is refused for good.
        """
        body = {"id": str(reply_id), "token": push["reply_token"], "action": "answer", "text": text}
        told: dict[str, Any] = send_patiently(self._backend, "POST", "/api/v1/replies", json=body).json()
        return told

    def _find_ask(self, owner: str, thread_id: UUID) -> dict[str, str] | None:
        answer = httpx.get(f"{self._phones_url}/control/messages", trust_env=False)
        for taken in answer.raise_for_status().json()["messages"]:
            data: dict[str, str] = taken["message"].get("data", {})
            about = (taken["address"], data.get("kind"), data.get("thread_id"))
            if about == (self._addresses[owner], "ask", str(thread_id)):
                return data
        return None
