"""The same API through the real server: Django's asynchronous path differs from the test client's."""

from __future__ import annotations

import httpx
import pytest

from api_schema.ids import uuid7
from backend.asgi import application
from backend.domain.accounts.models import Person
from backend.domain.equipment.models import Asset
from tests.api.calls import a_question
from tests.cast import PASSWORD
from tests.serving import served

pytestmark = pytest.mark.django_db(transaction=True)

LOGIN = "/_allauth/app/v1/auth/login"


class TestOverAsgi:
    def test_signs_in_asks_withdraws_and_signs_out(self, owner: Person, asset: Asset) -> None:
        with served(application) as address, httpx.Client(base_url=address) as phone:
            session = phone.post(LOGIN, json={"email": owner.email, "password": PASSWORD}).json()["meta"]
            phone.headers["X-Session-Token"] = session["session_token"]
            asked = phone.post("/api/v1/threads", json=a_question(asset.pk))
            moves = f"/api/v1/threads/{asked.json()['thread']['id']}/moves"
            key = {"Idempotency-Key": str(uuid7())}
            answers = [phone.post(moves, json={"to": "withdrawn"}, headers=key) for _ in range(2)]
            (device,) = phone.get("/api/v1/me/sessions").json()["items"]
            signed_out = phone.delete(f"/api/v1/me/sessions/{device['id']}")
            refused = phone.get("/api/v1/me")

        assert asked.status_code == 201
        assert [answer.json()["status"] for answer in answers] == ["withdrawn", "withdrawn"]
        assert answers[1].headers["Idempotency-Replayed"] == "true"
        assert (signed_out.status_code, refused.json()["code"]) == (204, "session_expired")
