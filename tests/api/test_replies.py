"""Answering from the lock screen: no session; the token in the push is enough, and for this push only."""

from __future__ import annotations

import json
from datetime import datetime, time, timedelta
from typing import Any

import pytest
from rest_framework.test import APIClient

from api_schema.ids import uuid7
from api_schema.push_payloads import PushKind
from backend.domain.accounts.models import Person
from backend.domain.asking.models import Ask
from backend.domain.asking.people import set_availability
from backend.domain.threads.models import Reply, Suggestion, Thread
from backend.domain.threads.operations import move_thread
from backend.domain.threads.states import ThreadStatus, TryOutcome
from backend.domain.threads.suggestions import Proposal, suggest
from backend.domain.threads.tries import Outcome, record_outcome, start_try
from backend.outbox.models import OutboxEvent
from notifications.models import Delivery
from tests.api.calls import V1, assert_problem, get, phone_of, post
from tests.lock_screen import a_reply, lock_screen, register_phone, token_of, token_on
from tests.working_off import work_off_events

pytestmark = pytest.mark.django_db


def send(reply: dict[str, Any]) -> Any:
    return post(lock_screen(), "/replies", reply)


def pushes_to(person: Person, kind: str = "answer") -> list[dict[str, Any]]:
    """Return the pushes of this kind that were requested for the person."""
    events = OutboxEvent.objects.filter(name="push.requested", payload__recipient_id=str(person.pk))
    return list(events.filter(payload__kind=kind).order_by("pk").values_list("payload", flat=True))


def told_others() -> int:
    """Return how many events were written, but those that note the reply itself."""
    return OutboxEvent.objects.exclude(name="push.acted").count()


def fix(thread: Thread, by: Person, now: datetime) -> None:
    """Have another answer tried by the asker, and fix it."""
    suggestion = suggest(
        actor=by.actor, suggestion_id=uuid7(), thread_id=thread.pk, proposal=Proposal("Reset it."), now=now
    ).row
    attempt = start_try(actor=thread.asker.actor, try_id=uuid7(), suggestion_id=suggestion.pk, now=now).row
    record_outcome(actor=thread.asker.actor, try_id=attempt.pk, outcome=Outcome(TryOutcome.FIXED), now=now)


class TestAnswer:
    def test_answers_the_thread_as_the_person_who_was_asked(
        self, own_ask: Ask, owner: Person, colleague: Person
    ) -> None:
        reply = a_reply(token_of(colleague), "answer", text="Bleed the air.", seen_version=2)

        answer = send(reply)

        suggestion = Suggestion.objects.get()
        assert (answer.status_code, answer.json()) == (
            201,
            {
                "id": reply["id"],
                "result": "answered",
                "message": "Your answer has arrived. The person who asked is being told.",
                "clip_id": None,
            },
        )
        assert (str(suggestion.pk), suggestion.author_id) == (reply["id"], colleague.pk)
        assert (suggestion.text, suggestion.seen_version) == ("Bleed the air.", 2)
        assert Thread.objects.get().status == "answered"
        assert [push["title"] for push in pushes_to(owner)] == ["Colin Colleague answered: Chiller will not start"]

    def test_is_one_answer_however_often_the_phone_sends_it(
        self, own_ask: Ask, owner: Person, colleague: Person
    ) -> None:
        reply = a_reply(token_of(colleague), "answer", text="Bleed the air.")

        answers = [send(reply) for _ in range(3)]

        assert [one.status_code for one in answers] == [201, 200, 200]
        assert answers[0].json() == answers[1].json() == answers[2].json()
        assert (Suggestion.objects.count(), Reply.objects.count(), len(pushes_to(owner))) == (1, 1, 1)

    def test_tells_the_same_again_after_everything_has_changed(
        self, own_ask: Ask, owner: Person, colleague: Person, now: datetime
    ) -> None:
        reply = a_reply(token_of(colleague), "answer", text="Bleed the air.")
        first = send(reply)
        move_thread(actor=owner.actor, thread_id=own_ask.round.thread_id, to=ThreadStatus.WITHDRAWN, now=now)

        again = send(reply)

        assert (again.status_code, again.json()) == (200, first.json())

    def test_counts_as_acted_on_by_the_servers_clock(self, own_ask: Ask, colleague: Person) -> None:
        send(a_reply(token_of(colleague), "claim"))
        work_off_events()

        delivery = Delivery.objects.get(item__kind="ask")
        assert delivery.acted_at is not None
        assert delivery.acted_at == delivery.opened_at == Reply.objects.get().received_at

    def test_arrives_after_seven_days_offline(self, own_ask: Ask, colleague: Person, now: datetime) -> None:
        token = token_of(colleague, now=now - timedelta(days=7))

        answer = send(a_reply(token, "answer", text="Bleed the air.", seen_version=1))

        assert answer.json()["result"] == "answered"
        assert Suggestion.objects.get().seen_version == 1

    def test_has_words(self, own_ask: Ask, colleague: Person) -> None:
        answer = send(a_reply(token_of(colleague), "answer", text="  "))

        assert list(assert_problem(answer, "invalid_input")["fields"]) == ["text"]

    def test_is_kept_in_silence_when_the_fault_was_fixed_meanwhile(
        self, own_ask: Ask, owner: Person, colleague: Person, curator: Person, now: datetime
    ) -> None:
        token = token_of(colleague)
        fix(Thread.objects.get(), curator, now)
        before = told_others()

        answer = send(a_reply(token, "answer", text="Bleed the air.", seen_version=1))

        kept = Suggestion.objects.get(author=colleague)
        assert (answer.status_code, answer.json()["result"]) == (201, "kept")
        assert (kept.came_after_fixed, kept.text, Thread.objects.get().status) == (True, "Bleed the air.", "fixed")
        assert told_others() == before

    @pytest.mark.parametrize("to", [ThreadStatus.WITHDRAWN, ThreadStatus.UNSOLVED])
    def test_is_kept_and_needs_nothing_when_the_thread_is_closed(
        self, own_ask: Ask, owner: Person, colleague: Person, now: datetime, to: ThreadStatus
    ) -> None:
        token = token_of(colleague)
        move_thread(actor=owner.actor, thread_id=own_ask.round.thread_id, to=to, now=now)
        before = told_others()

        answer = send(a_reply(token, "answer", text="Bleed the air."))

        assert (answer.status_code, answer.json()["result"]) == (201, "not_needed")
        assert (Suggestion.objects.count(), Reply.objects.get().text) == (0, "Bleed the air.")
        assert told_others() == before

    def test_takes_a_parked_thread_up_again(
        self, own_ask: Ask, owner: Person, colleague: Person, now: datetime
    ) -> None:
        token = token_of(colleague)
        move_thread(actor=owner.actor, thread_id=own_ask.round.thread_id, to=ThreadStatus.PARKED, now=now)

        answer = send(a_reply(token, "answer", text="Bleed the air."))

        assert (answer.json()["result"], Thread.objects.get().status) == ("answered", "answered")

    def test_is_shown_in_the_thread_as_late(
        self, own_ask: Ask, owner: Person, colleague: Person, curator: Person, now: datetime
    ) -> None:
        token = token_of(colleague)
        fix(Thread.objects.get(), curator, now)
        send(a_reply(token, "answer", text="Bleed the air."))

        thread = get(phone_of(owner), f"/threads/{own_ask.round.thread_id}").json()

        late = {one["text"]: one["came_after_fixed"] for one in thread["suggestions"]}
        assert late == {"Reset it.": False, "Bleed the air.": True}


class TestRespond:
    @pytest.mark.parametrize(
        ("action", "result", "status"),
        [
            ("claim", "claimed", "claimed"),
            ("pass", "passed", "passed"),
            ("busy", "busy", "busy"),
            ("not_my_kit", "not_my_kit", "not_my_kit"),
        ],
    )
    def test_says_it_in_one_tap(self, own_ask: Ask, colleague: Person, action: str, result: str, status: str) -> None:
        answer = send(a_reply(token_of(colleague), action))

        own_ask.refresh_from_db()
        assert (answer.status_code, answer.json()["result"], own_ask.status) == (201, result, status)

    def test_is_answered_in_the_persons_language_and_the_same_when_they_choose_another(
        self, own_ask: Ask, colleague: Person
    ) -> None:
        Person.objects.filter(pk=colleague.pk).update(language="de-AT")
        reply = a_reply(token_of(colleague), "claim")

        first = send(reply).json()
        Person.objects.filter(pk=colleague.pk).update(language="en")

        assert first["message"] == "Sie sind dran: Die anderen werden zehn Minuten später gefragt."
        assert send(reply).json() == first

    @pytest.mark.parametrize("action", ["claim", "pass", "busy", "not_my_kit", "refer", "call_me"])
    def test_is_kept_when_somebody_else_was_faster(
        self, own_ask: Ask, owner: Person, colleague: Person, curator: Person, now: datetime, action: str
    ) -> None:
        token = token_of(colleague)
        suggest(
            actor=curator.actor,
            suggestion_id=uuid7(),
            thread_id=own_ask.round.thread_id,
            proposal=Proposal("Reset it."),
            now=now,
        )
        before = told_others()

        answer = send(a_reply(token, action))

        assert (answer.status_code, answer.json()["result"]) == (201, "not_needed")
        assert (Reply.objects.get().action, told_others()) == (action, before)

    def test_is_kept_after_a_pass(self, own_ask: Ask, colleague: Person) -> None:
        token = token_of(colleague)
        send(a_reply(token, "pass"))

        answer = send(a_reply(token, "claim"))

        assert (answer.status_code, answer.json()["result"]) == (201, "not_needed")
        assert answer.json()["message"].startswith("You have passed this on already.")  # settled it is not

    def test_takes_no_words(self, own_ask: Ask, colleague: Person) -> None:
        answer = send(a_reply(token_of(colleague), "claim", text="On my way."))

        assert list(assert_problem(answer, "invalid_input")["fields"]) == ["text"]

    def test_names_a_colleague_only_when_it_refers(self, own_ask: Ask, owner: Person, colleague: Person) -> None:
        answer = send(a_reply(token_of(colleague), "pass", refer_to_id=str(owner.pk)))

        assert list(assert_problem(answer, "invalid_input")["fields"]) == ["refer_to_id"]


class TestRefer:
    def test_has_the_named_colleague_asked(self, own_ask: Ask, colleague: Person, curator: Person) -> None:
        # The server's own clock counts, at whatever hour this runs.
        set_availability(
            actor=curator.actor, week_days=tuple(range(1, 8)), shift_starts=time(0), shift_ends=time(23, 59, 59)
        )

        answer = send(a_reply(token_of(colleague), "refer", refer_to_id=str(curator.pk)))

        own_ask.refresh_from_db()
        assert (answer.json()["result"], own_ask.status) == ("referred", "referred")
        assert Ask.objects.get(person=curator).referred_by_id == colleague.pk

    def test_says_why_a_colleague_cannot_be_asked(self, own_ask: Ask, owner: Person, colleague: Person) -> None:
        answer = send(a_reply(token_of(colleague), "refer", refer_to_id=str(owner.pk)))

        own_ask.refresh_from_db()
        assert (answer.status_code, answer.json()["result"], own_ask.status) == (201, "not_referred", "asked")
        assert answer.json()["message"] == "Olive Owner is the one who asks."

    def test_says_why_in_the_persons_language(self, own_ask: Ask, owner: Person, colleague: Person) -> None:
        Person.objects.filter(pk=colleague.pk).update(language="de")

        answer = send(a_reply(token_of(colleague), "refer", refer_to_id=str(owner.pk)))

        assert answer.json()["message"] == "Die Frage kommt von Olive Owner."

    def test_finds_nobody_outside_of_the_organisation(self, own_ask: Ask, outsider: Person, colleague: Person) -> None:
        answer = send(a_reply(token_of(colleague), "refer", refer_to_id=str(outsider.pk)))

        own_ask.refresh_from_db()
        assert (answer.json()["result"], own_ask.status) == ("not_referred", "asked")
        assert answer.json()["message"] == "That colleague cannot be asked right now. You still are."


class TestCallMe:
    def test_tells_the_asker_at_once_whom_to_call(self, own_ask: Ask, owner: Person, colleague: Person) -> None:
        Person.objects.filter(pk=colleague.pk).update(phone="+441132000000", shows_phone=True)

        answer = send(a_reply(token_of(colleague), "call_me"))

        own_ask.refresh_from_db()
        (push,) = pushes_to(owner, "claimed")
        assert (answer.json()["result"], own_ask.status) == ("call_requested", "claimed")
        assert push["title"] == "Colin Colleague, HVAC technician, has seen this: call them"
        assert push["body"] == "Call +441132000000. Chiller will not start"

    def test_keeps_a_number_that_is_not_shown(self, own_ask: Ask, owner: Person, colleague: Person) -> None:
        Person.objects.filter(pk=colleague.pk).update(phone="+441132000000", shows_phone=False)

        answer = send(a_reply(token_of(colleague), "call_me"))

        assert answer.json()["message"].startswith("They are being told, but see no number of yours.")
        assert "+441132000000" not in json.dumps(pushes_to(owner, "claimed"))

    def test_is_no_answer(self, own_ask: Ask, colleague: Person) -> None:
        send(a_reply(token_of(colleague), "call_me"))

        thread = Thread.objects.get()
        assert (thread.status, thread.first_response_at) == ("asked", None)

    def test_is_no_recording_until_they_say_that_they_are_on_it(
        self, own_ask: Ask, phone: APIClient, colleague: Person
    ) -> None:
        told = []
        for action in ("claim", "call_me", "call_me", "claim"):
            send(a_reply(token_of(colleague), action))
            claim = phone.get(f"{V1}/threads/{own_ask.round.thread_id}/waiting").json()["claim"]
            told.append((claim["person"]["name"], claim["wants_call"]))

        assert told == [("Colin Colleague", wants_call) for wants_call in (False, True, True, False)]


class TestSize:
    def test_of_a_kilobyte_is_taken(self, own_ask: Ask, colleague: Person) -> None:
        body = json.dumps(a_reply(token_of(colleague), "answer", text="x"))
        body = body.replace('"x"', f'"{"x" * (1025 - len(body))}"')

        answer = lock_screen().post(f"{V1}/replies", body, content_type="application/json")

        assert (len(body), answer.status_code) == (1024, 201)

    def test_of_one_byte_more_is_refused_unread(self) -> None:
        answer = lock_screen().post(f"{V1}/replies", "x" * 1025, content_type="application/json")

        assert_problem(answer, "reply_too_large")

    def test_of_a_kilobyte_that_is_no_json_is_refused_as_that(self) -> None:
        answer = lock_screen().post(f"{V1}/replies", "x" * 1024, content_type="application/json")

        assert_problem(answer, "malformed_request")


class TestWithoutASession:
    def test_a_token_does_not_open_the_rest_of_the_api(self, own_ask: Ask, colleague: Person) -> None:
        phone = lock_screen()
        phone.credentials(HTTP_X_SESSION_TOKEN=token_of(colleague))

        assert_problem(get(phone, "/me"), "session_expired")

    def test_nothing_is_read_before_it(self) -> None:
        assert_problem(get(lock_screen(), "/replies"), "method_not_allowed")

    def test_a_push_of_another_kind_offers_no_answer(self, own_ask: Ask, owner: Person, colleague: Person) -> None:
        send(a_reply(token_of(colleague), "answer", text="Bleed the air."))
        token = token_on(register_phone(owner), PushKind.ANSWER)

        refused = assert_problem(send(a_reply(token, "claim")), "reply_not_offered")

        assert refused["offered"] == ["open"]
