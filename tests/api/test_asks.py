"""Being asked: answering in the app, and from the lock screen."""

from __future__ import annotations

from datetime import datetime

import pytest
from rest_framework.test import APIClient

from api_schema.events import PushRequested
from api_schema.ids import uuid7
from api_schema.wire import from_wire
from backend.domain.accounts.models import Person
from backend.domain.asking.models import Ask, Wave
from backend.domain.asking.operations import fire_wave, record_verified_fix
from backend.domain.equipment.models import Asset
from backend.domain.threads.models import Suggestion, Thread
from backend.domain.threads.operations import Question, ask, move_thread
from backend.domain.threads.states import ThreadStatus
from backend.outbox.models import OutboxEvent
from notifications import service
from notifications.models import Delivery, Device, ReplyToken
from notifications.reply_tokens import mint
from tests.api.calls import assert_problem, get, phone_of, post

pytestmark = pytest.mark.django_db


@pytest.fixture
def own_ask(owner: Person, colleague: Person, asset: Asset, now: datetime) -> Ask:
    """The colleague, who fixed this before, is asked about the owner's thread."""
    record_verified_fix(person_id=colleague.pk, asset=asset, fault_code="E4", try_id=uuid7(), now=now)
    question = Question(asset_id=asset.pk, title="Chiller will not start", fault_code="E4")
    asked = ask(actor=owner.actor, thread_id=uuid7(), question=question, now=now)
    wave = Wave.objects.get(round__thread_id=asked.thread.pk, number=1)
    (one,) = fire_wave(organisation_id=owner.organisation_id, wave_id=wave.pk, now=now)
    return one


def token_of(ask: Ask) -> str:
    """Return what the push of this ask carries to the phone of the person who was asked."""
    person = ask.person
    service.register_device(
        organisation_id=person.organisation_id,
        person_id=person.pk,
        session_id=f"session of {person.pk}",
        kind="fid",
        value=str(person.pk),
        platform="android",
        now=ask.asked_at,
    )
    for event in OutboxEvent.objects.filter(name="push.requested", payload__dedupe_key=f"ask:{ask.pk}"):
        service.deliver(push=from_wire(PushRequested, event.payload), now=ask.asked_at)
    delivery = Delivery.objects.get(item__data__ask_id=str(ask.pk))
    return mint(delivery, Device.objects.get(), now=ask.asked_at)


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


class TestReply:
    """No session: the token in the push is enough, and for this one ask only."""

    def test_answers_the_thread_as_the_person_who_was_asked(self, own_ask: Ask, colleague: Person) -> None:
        reply = {"id": str(uuid7()), "token": token_of(own_ask), "text": "Bleed the air."}

        answer = post(APIClient(), "/replies", reply)

        suggestion = Suggestion.objects.get()
        assert (answer.status_code, answer.json()) == (201, {"status": "answered"})
        assert (str(suggestion.pk), suggestion.author_id, suggestion.text) == (
            reply["id"],
            colleague.pk,
            "Bleed the air.",
        )

    def test_is_one_answer_however_often_the_phone_sends_it(self, own_ask: Ask) -> None:
        reply = {"id": str(uuid7()), "token": token_of(own_ask), "text": "Bleed the air."}

        answers = [post(APIClient(), "/replies", reply) for _ in range(3)]

        assert {(one.status_code, one.json()["status"]) for one in answers} == {(201, "answered")}
        assert Suggestion.objects.count() == 1

    def test_claims_without_a_word(self, own_ask: Ask) -> None:
        reply = {"id": str(uuid7()), "token": token_of(own_ask), "response": "claim"}

        answer = post(APIClient(), "/replies", reply)

        assert (answer.status_code, answer.json()) == (201, {"status": "claimed"})

    def test_says_something(self, own_ask: Ask) -> None:
        answer = post(APIClient(), "/replies", {"id": str(uuid7()), "token": token_of(own_ask)})

        assert list(assert_problem(answer, "invalid_input")["fields"]) == ["text"]

    def test_needs_a_token_of_ours(self, own_ask: Ask) -> None:
        forged = token_of(own_ask)[:-1] + "?"

        answer = post(APIClient(), "/replies", {"id": str(uuid7()), "token": forged, "text": "Bleed the air."})

        assert_problem(answer, "reply_token_invalid")
        assert Suggestion.objects.count() == 0

    def test_needs_a_token_that_has_not_expired(self, own_ask: Ask) -> None:
        reply = {"id": str(uuid7()), "token": token_of(own_ask), "text": "Bleed the air."}
        ReplyToken.objects.update(expires_at=own_ask.asked_at)

        answer = post(APIClient(), "/replies", reply)

        assert_problem(answer, "reply_token_invalid")
        assert Suggestion.objects.count() == 0

    def test_needs_a_person_who_is_still_there(self, own_ask: Ask, colleague: Person) -> None:
        colleague.is_active = False
        colleague.save()

        answer = post(
            APIClient(), "/replies", {"id": str(uuid7()), "token": token_of(own_ask), "text": "Bleed the air."}
        )

        assert_problem(answer, "reply_token_invalid")
        assert Suggestion.objects.count() == 0

    def test_comes_too_late_for_a_withdrawn_thread(self, own_ask: Ask, owner: Person, now: datetime) -> None:
        thread_id = Thread.objects.get().pk
        move_thread(actor=owner.actor, thread_id=thread_id, to=ThreadStatus.WITHDRAWN, now=now)

        answer = post(
            APIClient(), "/replies", {"id": str(uuid7()), "token": token_of(own_ask), "text": "Bleed the air."}
        )

        assert_problem(answer, "thread_closed")
        assert Suggestion.objects.count() == 0

    def test_does_not_open_the_rest_of_the_api(self, own_ask: Ask) -> None:
        phone = APIClient(headers={"X-Session-Token": token_of(own_ask)})

        assert_problem(get(phone, "/me"), "session_expired")
