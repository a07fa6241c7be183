"""Who may not answer from a notification. A refused reply writes nothing, sends nothing and queues nothing."""

from __future__ import annotations

from typing import Any

import pytest
from django.utils import timezone

from api_schema.ids import uuid7
from backend.domain.accounts.models import Person
from backend.domain.asking.models import Ask
from backend.domain.equipment.models import Asset
from backend.domain.threads.models import Reply, Suggestion, Thread
from notifications import service
from notifications.models import ReplyToken
from tests.api.calls import assert_problem, phone_of, post
from tests.api.test_tenancy import row_counts
from tests.api.world import ask_about, fire_first_wave
from tests.lock_screen import a_reply, lock_screen, register_phone, session_of, token_of, token_on

pytestmark = pytest.mark.django_db


def refused(reply: dict[str, Any], code: str) -> dict[str, Any]:
    """Send the reply; check that it is refused with `code` and leaves no trace. Return the problem."""
    before = row_counts()
    statuses = list(Ask.objects.order_by("pk").values_list("status", flat=True))

    answer = post(lock_screen(), "/replies", reply)

    assert row_counts() == before
    assert list(Ask.objects.order_by("pk").values_list("status", flat=True)) == statuses
    return assert_problem(answer, code)


class TestToken:
    def test_of_nobody(self, own_ask: Ask) -> None:
        refused(a_reply("made-up", "answer", text="Bleed the air."), "reply_token_invalid")

    @pytest.mark.parametrize("place", [0, 20, 42])
    def test_tampered_with(self, own_ask: Ask, colleague: Person, place: int) -> None:
        token = token_of(colleague)
        other = "B" if token[place] == "A" else "A"

        refused(a_reply(token[:place] + other + token[place + 1 :], "claim"), "reply_token_invalid")

    def test_that_is_the_hash_of_one(self, own_ask: Ask, colleague: Person) -> None:
        token_of(colleague)

        refused(a_reply(ReplyToken.objects.get().token_sha256, "claim"), "reply_token_invalid")

    def test_that_has_expired(self, own_ask: Ask, colleague: Person) -> None:
        token = token_of(colleague)
        ReplyToken.objects.update(expires_at=timezone.now())

        problem = refused(a_reply(token, "answer", text="Bleed the air."), "reply_token_invalid")

        assert problem["detail"] == "This notification is too old. Open the app to answer."

    def test_of_a_phone_that_was_signed_out(self, own_ask: Ask, colleague: Person) -> None:
        token = token_of(colleague)
        service.forget_session(session_id=session_of(colleague), now=timezone.now())

        problem = refused(a_reply(token, "answer", text="Bleed the air."), "reply_token_invalid")

        assert problem["detail"] == "This phone was signed out. Open the app and sign in to answer."

    def test_of_a_phone_on_which_somebody_else_signed_in(self, own_ask: Ask, owner: Person, colleague: Person) -> None:
        token = token_on(register_phone(colleague, "the depot's phone"))
        register_phone(owner, "the depot's phone")

        refused(a_reply(token, "answer", text="Bleed the air."), "reply_token_invalid")

    def test_of_somebody_who_was_removed(self, own_ask: Ask, colleague: Person) -> None:
        token = token_of(colleague)
        Person.objects.filter(pk=colleague.pk).update(is_active=False)

        refused(a_reply(token, "answer", text="Bleed the air."), "reply_token_invalid")

    def test_of_somebody_who_was_removed_after_they_answered(self, own_ask: Ask, colleague: Person) -> None:
        reply = a_reply(token_of(colleague), "answer", text="Bleed the air.")
        post(lock_screen(), "/replies", reply)
        Person.objects.filter(pk=colleague.pk).update(is_active=False)

        refused(reply, "reply_token_invalid")

    def test_lives_on_when_push_gave_the_phone_up(self, own_ask: Ask, colleague: Person) -> None:
        phone = register_phone(colleague)
        token = token_on(phone)
        phone.delete()

        answer = post(lock_screen(), "/replies", a_reply(token, "answer", text="Bleed the air."))

        assert answer.status_code == 201


class TestAction:
    @pytest.mark.parametrize("action", ["still_running_yes", "still_running_no"])
    def test_that_this_push_does_not_offer(self, own_ask: Ask, colleague: Person, action: str) -> None:
        problem = refused(a_reply(token_of(colleague), action), "reply_not_offered")

        assert problem["offered"][0] == "answer"

    def test_that_nobody_knows(self, own_ask: Ask, colleague: Person) -> None:
        refused(a_reply(token_of(colleague), "open"), "invalid_input")


class TestSubject:
    """A token answers the thread of its own push, whatever else the body says."""

    def test_of_another_push_is_out_of_reach(
        self, own_ask: Ask, owner: Person, colleague: Person, asset: Asset
    ) -> None:
        token = token_of(colleague)
        other = ask_about(asset, owner, "Pump is loud")
        fire_first_wave(other, colleague, asset)
        body = a_reply(token, "answer", text="Bleed the air.", thread_id=str(other.pk), ask_id=str(uuid7()))

        post(lock_screen(), "/replies", body)

        assert Suggestion.objects.get().thread_id == own_ask.round.thread_id

    def test_of_another_organisation_is_out_of_reach(self, own_ask: Ask, outsider: Person) -> None:
        reply = a_reply(str(own_ask.pk), "claim")

        refused(reply, "reply_token_invalid")
        assert phone_of(outsider).get(f"/api/v1/threads/{own_ask.round.thread_id}").status_code == 404


class TestId:
    """A reply's id is the phone's own; it is taken once, for one reply."""

    def test_of_another_text(self, own_ask: Ask, colleague: Person) -> None:
        reply = a_reply(token_of(colleague), "answer", text="Bleed the air.")
        post(lock_screen(), "/replies", reply)

        refused({**reply, "text": "Replace the board."}, "id_taken")
        assert Suggestion.objects.get().text == "Bleed the air."

    def test_of_another_action(self, own_ask: Ask, colleague: Person) -> None:
        reply = a_reply(token_of(colleague), "claim")
        post(lock_screen(), "/replies", reply)

        refused({**reply, "action": "pass"}, "id_taken")

    def test_of_the_same_words_from_another_phone(self, own_ask: Ask, colleague: Person) -> None:
        phone, tablet = register_phone(colleague, "phone"), register_phone(colleague, "tablet")
        reply = a_reply(token_on(phone), "claim")
        post(lock_screen(), "/replies", reply)

        refused({**reply, "token": token_on(tablet)}, "id_taken")

    def test_of_the_same_words_about_another_push(
        self, own_ask: Ask, owner: Person, colleague: Person, asset: Asset
    ) -> None:
        reply = a_reply(token_of(colleague), "claim")
        post(lock_screen(), "/replies", reply)
        fire_first_wave(ask_about(asset, owner, "Pump is loud"), colleague, asset)

        refused({**reply, "token": token_of(colleague)}, "id_taken")

    def test_of_a_suggestion(self, own_ask: Ask, owner: Person, colleague: Person) -> None:
        posted = {"id": str(uuid7()), "text": "Reset it."}
        post(phone_of(owner), f"/threads/{own_ask.round.thread_id}/suggestions", posted)

        refused({**a_reply(token_of(colleague), "answer", text="Reset it."), "id": posted["id"]}, "id_taken")

    def test_of_no_uuid7(self, own_ask: Ask, colleague: Person) -> None:
        reply = {**a_reply(token_of(colleague), "claim"), "id": "6f2c4e9e-5a3b-4a39-8f0e-111111111111"}

        refused(reply, "invalid_input")
        assert (Reply.objects.count(), Thread.objects.get().status) == (0, "asked")


class TestTime:
    """A phone's clock is not asked: the reply counts when it arrives."""

    def test_is_the_servers(self, own_ask: Ask, colleague: Person) -> None:
        before = timezone.now()

        post(lock_screen(), "/replies", a_reply(token_of(colleague), "claim", at="2001-01-01T00:00:00Z"))

        assert before <= Reply.objects.get().received_at <= timezone.now()
