"""What the phone says became of a push: no session, the token of the push is enough."""

from __future__ import annotations

from typing import Any

import pytest
from django.utils import timezone

from backend.domain.accounts.models import Person
from backend.domain.asking.models import Ask
from notifications import service
from notifications.models import Delivery, InboxItem
from tests.api.calls import assert_problem, get, phone_of, post
from tests.lock_screen import a_reply, lock_screen, session_of, token_of
from tests.working_off import work_off_events

pytestmark = pytest.mark.django_db


def say(token: str, *kinds: str, **more: object) -> Any:
    events = [{"kind": kind, **more} for kind in kinds]
    return post(lock_screen(), "/receipts", {"token": token, "events": events})


class TestReceipts:
    def test_of_a_delivered_push_is_not_yet_seen(self, own_ask: Ask, colleague: Person) -> None:
        answer = say(token_of(colleague), "delivered")

        own_ask.refresh_from_db()
        delivery = Delivery.objects.get()
        assert (answer.status_code, own_ask.seen_at) == (204, None)
        assert (delivery.delivered_at is not None, delivery.opened_at) == (True, None)

    def test_of_an_opened_push_says_that_the_ask_was_seen(self, own_ask: Ask, colleague: Person) -> None:
        say(token_of(colleague), "opened")

        own_ask.refresh_from_db()
        assert own_ask.seen_at == Delivery.objects.get().opened_at
        assert InboxItem.objects.get().read_at == own_ask.seen_at

    def test_go_by_the_servers_clock(self, own_ask: Ask, colleague: Person) -> None:
        before = timezone.now()

        say(token_of(colleague), "opened", at="2001-01-01T00:00:00Z")

        own_ask.refresh_from_db()
        assert own_ask.seen_at is not None
        assert before <= own_ask.seen_at <= timezone.now()

    def test_count_once_in_any_order(self, own_ask: Ask, colleague: Person) -> None:
        token = token_of(colleague)
        say(token, "acted")
        first = Delivery.objects.values("delivered_at", "opened_at", "acted_at").get()

        say(token, "delivered", "opened", "acted")

        assert Delivery.objects.values("delivered_at", "opened_at", "acted_at").get() == first

    def test_are_not_needed_by_a_reply(self, own_ask: Ask, colleague: Person) -> None:
        post(lock_screen(), "/replies", a_reply(token_of(colleague), "claim"))
        work_off_events()

        own_ask.refresh_from_db()
        assert own_ask.seen_at == Delivery.objects.get(item__kind="ask").acted_at is not None

    def test_are_not_needed_by_somebody_who_opens_the_thread_in_the_app(
        self, own_ask: Ask, owner: Person, colleague: Person
    ) -> None:
        get(phone_of(owner), f"/threads/{own_ask.round.thread_id}")
        own_ask.refresh_from_db()
        assert own_ask.seen_at is None

        get(phone_of(colleague), f"/threads/{own_ask.round.thread_id}")

        own_ask.refresh_from_db()
        assert own_ask.seen_at is not None


class TestRefusedReceipts:
    def test_of_a_token_that_is_none(self, own_ask: Ask) -> None:
        assert_problem(say("made-up", "opened"), "reply_token_invalid")

    def test_after_sign_out(self, own_ask: Ask, colleague: Person) -> None:
        token = token_of(colleague)
        service.forget_session(session_id=session_of(colleague), now=timezone.now())

        assert_problem(say(token, "opened"), "reply_token_invalid")

        own_ask.refresh_from_db()
        assert (own_ask.seen_at, Delivery.objects.get().opened_at) == (None, None)

    def test_of_an_unknown_kind(self, own_ask: Ask, colleague: Person) -> None:
        assert list(assert_problem(say(token_of(colleague), "laughed"), "invalid_input")["fields"]) == ["events.0.kind"]

    @pytest.mark.parametrize("kinds", [[], ["opened"] * 11])
    def test_of_none_or_too_many(self, own_ask: Ask, colleague: Person, kinds: list[str]) -> None:
        assert list(assert_problem(say(token_of(colleague), *kinds), "invalid_input")["fields"]) == ["events"]

    def test_of_more_than_a_kilobyte(self, own_ask: Ask, colleague: Person) -> None:
        assert_problem(say(token_of(colleague), "opened", at="x" * 1000), "reply_too_large")
