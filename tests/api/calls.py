"""How the tests speak to the API: as a phone does."""

from __future__ import annotations

import json
from typing import Any
from uuid import UUID

from rest_framework.test import APIClient

from api_schema.error_codes import ERROR_CODES
from api_schema.ids import uuid7
from backend.domain.accounts.models import Person
from tests import cast

V1 = "/api/v1"


def phone_of(person: Person | None) -> APIClient:
    """Return a client signed in as `person`, or as nobody."""
    phone = APIClient()
    if person is not None:
        phone.credentials(HTTP_X_SESSION_TOKEN=cast.session_token(person))
    return phone


def post(phone: APIClient, path: str, body: object = None, *, key: str | None = None) -> Any:
    """POST JSON below /api/v1, under a new Idempotency-Key unless one is given."""
    return phone.post(
        f"{V1}{path}",
        json.dumps(body),
        content_type="application/json",
        headers={"Idempotency-Key": key or str(uuid7())},
    )


def get(phone: APIClient, path: str, **query: Any) -> Any:
    """GET below /api/v1."""
    return phone.get(f"{V1}{path}", query)


def assert_problem(answer: Any, code: str) -> dict[str, Any]:
    """Return the problem document after checking that it is one, of this code, in every member."""
    document: dict[str, Any] = answer.json()
    listed = ERROR_CODES[code]
    assert answer["Content-Type"] == "application/problem+json"
    assert (document["code"], answer.status_code) == (code, listed.status)
    assert (document["status"], document["title"], document["type"]) == (
        listed.status,
        listed.title,
        f"urn:cuppa:problem:{code}",
    )
    assert (document["fault"], document["retry"]) == (listed.fault, listed.retry)
    assert document["request_id"] == answer["X-Request-Id"]
    assert document["detail"]
    return document


def a_question(about: UUID, **changes: object) -> dict[str, object]:
    """Return the body that asks about a machine."""
    body = {"id": str(uuid7()), "asset_id": str(about), "title": "Chiller will not start", "fault_code": "E four"}
    return {**body, **changes}
