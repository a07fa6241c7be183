"""Being asked, and saying so in the app."""

from __future__ import annotations

import pytest

from api_schema.ids import uuid7
from backend.domain.accounts.models import Person
from backend.domain.asking.models import Ask
from backend.domain.threads.models import Thread
from tests.api.calls import assert_problem, get, phone_of, post

pytestmark = pytest.mark.django_db


class TestRespondToAsk:
    @pytest.mark.parametrize(("response", "status"), [("claim", "claimed"), ("pass", "passed")])
    def test_claims_or_passes(self, own_ask: Ask, colleague: Person, response: str, status: str) -> None:
        answer = post(phone_of(colleague), f"/asks/{own_ask.pk}/response", {"response": response})

        assert answer.status_code == 200
        assert (answer.json()["status"], answer.json()["thread_id"]) == (status, str(Thread.objects.get().pk))

    def test_shows_the_asker_who_was_asked_and_why(self, own_ask: Ask, owner: Person) -> None:
        thread = get(phone_of(owner), f"/threads/{Thread.objects.get().pk}").json()

        (asked,) = thread["asked"]
        assert (asked["person"]["name"], asked["status"], asked["wave"]) == ("Colin Colleague", "asked", 1)
        assert asked["reason"] == own_ask.reason

    def test_hides_somebody_elses_ask_as_missing(self, own_ask: Ask, owner: Person) -> None:
        answer = post(phone_of(owner), f"/asks/{own_ask.pk}/response", {"response": "claim"})

        assert_problem(answer, "not_found")

    def test_is_refused_when_it_was_answered_already(self, own_ask: Ask, colleague: Person) -> None:
        phone = phone_of(colleague)
        post(phone, f"/threads/{Thread.objects.get().pk}/suggestions", {"id": str(uuid7()), "text": "Bleed it."})

        answer = post(phone, f"/asks/{own_ask.pk}/response", {"response": "pass"})

        problem = assert_problem(answer, "illegal_move")
        assert (problem["state"], problem["allowed"]) == ("answered", [])
