"""A phone, as the API sees it: signs in, says things once however often it must send them, reads answers."""

from __future__ import annotations

import time
from typing import Any

import httpx

from api_schema.ids import uuid7
from backend.demo.step_failed import StepFailed

PATIENCE_S = 60.0  # how long a phone goes on when nobody answers or the answer says "later"
_PAUSE_S = 0.5
_SIGN_IN = "/_allauth/app/v1/auth/login"

Json = Any


class Session:
    """One person, signed in on one phone."""

    def __init__(self, http: httpx.Client, *, name: str, token: str) -> None:
        self._http = http
        self.name = name
        self.headers = {"X-Session-Token": token}

    def get(self, path: str, **query: str | int) -> Json:
        """
        Return the answer to a GET under /api/v1.

        :raises StepFailed: it is refused for good.
        """
        return self._send("GET", path, params=query)

    def post(self, path: str, body: dict[str, Json]) -> Json:
        """
        Return the answer to a POST under /api/v1. It happens once: retries carry the same id and key.

        :raises StepFailed: it is refused for good.
        """
        return self._send("POST", path, json=body, headers={"Idempotency-Key": str(uuid7())})

    def _send(self, method: str, path: str, *, headers: dict[str, str] | None = None, **content: Any) -> Json:
        headers = {**self.headers, **(headers or {})}
        answer = send_patiently(self._http, method, f"/api/v1{path}", headers=headers, **content)
        return answer.json()


def sign_in(http: httpx.Client, *, name: str, address: str, password: str) -> Session:
    """
    Sign a person in.

    :raises StepFailed: the address or the password is not known there.
    """
    answer = send_patiently(http, "POST", _SIGN_IN, json={"email": address, "password": password})
    return Session(http, name=name, token=answer.json()["meta"]["session_token"])


def send_patiently(http: httpx.Client, method: str, path: str, **content: Any) -> httpx.Response:
    """
    Send one request until it is answered.

    :raises StepFailed: it is refused for good, or nobody answers in `PATIENCE_S`.
    """
    deadline = time.monotonic() + PATIENCE_S
    while True:
        try:
            answer = http.request(method, path, **content)
        except httpx.TransportError as error:
            complaint, is_final = f"does not answer ({error!r})", False
        else:
            if answer.is_success:
                return answer
            complaint, is_final = _complaint(answer)
        if is_final or time.monotonic() > deadline:
            raise StepFailed(f"{method} {path} {complaint}.")
        time.sleep(_PAUSE_S)


def _complaint(answer: httpx.Response) -> tuple[str, bool]:
    """Return what a refusal says, and whether sending the same again is useless."""
    try:
        problem = answer.json()
    except ValueError:
        # The answer to a HEAD has no document: whether to come back stands in its headers.
        is_final = answer.status_code < 500 and "Retry-After" not in answer.headers
        return f"was answered {answer.status_code} without a problem document", is_final
    if "code" not in problem:  # allauth speaks its own language
        return f"was answered {answer.status_code}: {problem.get('errors')}", answer.status_code < 500
    says = f"was answered {answer.status_code} {problem['code']}: {problem.get('detail') or problem.get('title')}"
    return says.rstrip("."), not problem.get("retry")
