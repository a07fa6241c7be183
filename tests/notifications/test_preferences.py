from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from uuid import UUID

import pytest
from pytest_django import DjangoAssertNumQueries, Settings

from api_schema.events import PushRequested
from api_schema.push_payloads import PushKind, PushUrgency
from notifications import service
from notifications.models import DigestMark, InboxItem, Preference
from notifications.preferences import default_choice, list_choices
from notifications.service import Choice, TellingMode
from tests.notifications import policies
from tests.notifications.pushes import COLLEAGUE, NOW, PEER, THREAD, WORKS, an_ask, deliver, register, unread

pytestmark = pytest.mark.django_db

LATER = NOW + timedelta(hours=9)


def choose(kind: PushKind, mode: TellingMode = TellingMode.PUSH, **ways: bool) -> None:
    service.set_choices(organisation_id=WORKS, person_id=PEER, choices=[Choice(kind, mode, **ways)], now=NOW)


def an_answer() -> PushRequested:
    return an_ask(kind=PushKind.ANSWER, dedupe_key="answer-1", data={"thread_id": str(THREAD)})


def a_duty() -> PushRequested:
    return replace(an_answer(), kind=PushKind.DUTY, dedupe_key="duty-1")


def channels(push: PushRequested) -> list[str]:
    return sorted(delivery.channel for delivery in deliver(push))


@pytest.fixture
def mail(settings: Settings) -> None:
    """An installation with a mail server."""
    settings.EMAIL_FROM = "cuppa@works.example"


@pytest.fixture
def texting(settings: Settings) -> None:
    """An installation that sends text messages."""
    settings.SMS_REGION = "eu-west-2"


class TestSetChoices:
    def test_keeps_what_was_chosen_and_leaves_the_rest(self) -> None:
        choose(PushKind.ANSWER, TellingMode.DIGEST)
        choose(PushKind.OUTCOME, TellingMode.INBOX, by_email=True)

        chosen = {choice.kind: choice for choice in list_choices(organisation_id=WORKS, person_id=PEER)}

        assert chosen[PushKind.ANSWER] == Choice(PushKind.ANSWER, TellingMode.DIGEST)
        assert chosen[PushKind.OUTCOME] == Choice(PushKind.OUTCOME, TellingMode.INBOX, by_email=True)
        assert chosen[PushKind.ASK] == default_choice(PushKind.ASK)

    def test_replaces_an_earlier_choice(self) -> None:
        choose(PushKind.ANSWER, TellingMode.DIGEST)

        choose(PushKind.ANSWER, TellingMode.PUSH)

        assert Preference.objects.get().mode == "push"

    @pytest.mark.parametrize("kind", [PushKind.ASK, PushKind.DUTY, PushKind.DIGEST])
    def test_refuses_a_digest_for_what_cannot_wait(self, kind: PushKind) -> None:
        with pytest.raises(service.UnableToSetPreferences, match="cannot wait for a digest"):
            choose(kind, TellingMode.DIGEST)

        assert Preference.objects.count() == 0

    def test_refuses_to_switch_the_test_off(self) -> None:
        with pytest.raises(service.UnableToSetPreferences, match="there is nothing to choose"):
            choose(PushKind.TEST, TellingMode.INBOX)

    def test_refuses_two_choices_for_one_kind(self) -> None:
        twice = [Choice(PushKind.ASK, TellingMode.PUSH), Choice(PushKind.ASK, TellingMode.INBOX)]

        with pytest.raises(service.UnableToSetPreferences, match="ask stands here 2 times"):
            service.set_choices(organisation_id=WORKS, person_id=PEER, choices=twice, now=NOW)

        assert Preference.objects.count() == 0

    def test_lets_the_first_digest_wait_for_the_next_shift(self) -> None:
        choose(PushKind.ANSWER, TellingMode.DIGEST)

        assert DigestMark.objects.get(person_id=PEER).told_until == NOW


class TestDeliverAsChosen:
    def test_pushes_to_somebody_who_chose_nothing(self) -> None:
        register("phone-1")

        assert channels(an_ask()) == ["fcm"]

    def test_leaves_it_in_the_inbox_of_somebody_who_wants_no_push(self) -> None:
        register("phone-1")
        choose(PushKind.ASK, TellingMode.INBOX)

        assert channels(an_ask()) == []
        assert unread() == 1

    def test_keeps_it_for_the_digest_of_somebody_who_wants_one(self) -> None:
        register("phone-1")
        choose(PushKind.ANSWER, TellingMode.DIGEST)

        assert channels(an_answer()) == []
        assert InboxItem.objects.get().waits_for_digest

    @pytest.mark.parametrize(
        "push", [an_ask(urgency=PushUrgency.SAFETY), replace(a_duty(), urgency=PushUrgency.SAFETY)]
    )
    def test_pushes_all_the_same_where_safety_is_at_stake(self, push: PushRequested) -> None:
        register("phone-1")
        choose(push.kind, TellingMode.INBOX)

        assert channels(push) == ["fcm"]

    def test_leaves_an_answer_alone_even_when_its_thread_is_about_safety(self) -> None:
        register("phone-1")
        choose(PushKind.ANSWER, TellingMode.INBOX)

        assert channels(replace(an_answer(), urgency=PushUrgency.SAFETY)) == []

    def test_tells_duty_by_email_too_unless_that_was_switched_off(self, mail: None) -> None:
        register("phone-1")

        with policies.changed(PEER, email="petra@works.example"):
            assert channels(a_duty()) == ["email", "fcm"]
            choose(PushKind.DUTY, by_email=False)
            assert channels(replace(a_duty(), dedupe_key="duty-2")) == ["fcm"]

    def test_sends_no_email_where_none_is_set_up(self) -> None:
        with policies.changed(PEER, email="petra@works.example"):
            assert channels(a_duty()) == []

    def test_sends_a_text_to_somebody_who_wants_it_and_has_a_number(self, texting: None) -> None:
        choose(PushKind.DUTY, by_sms=True)

        assert channels(a_duty()) == []
        with policies.changed(PEER, phone="+447700900123"):
            assert channels(replace(a_duty(), dedupe_key="duty-2")) == ["sms"]

    def test_tells_somebody_who_is_gone_nothing_but_keeps_their_inbox(self) -> None:
        register("phone-1")

        with policies.gone(PEER):
            assert channels(an_ask()) == []

        assert unread() == 1

    def test_makes_no_delivery_of_what_is_silent(self, mail: None) -> None:
        register("phone-1")

        with policies.changed(PEER, email="petra@works.example"):
            assert channels(replace(a_duty(), is_silent=True)) == []


class TestDeliverOutsideHours:
    def test_waits_for_the_shift(self) -> None:
        register("phone-1")

        with policies.changed(PEER, push_at=LATER):
            [delivery] = deliver(an_answer())

        assert (delivery.state, delivery.available_at, delivery.woken_at) == ("created", LATER, None)
        assert service.send_due_deliveries(now=LATER - timedelta(seconds=1), limit=10) == 0
        assert service.send_due_deliveries(now=LATER, limit=10) == 1

    def test_lives_as_long_from_then_on_as_it_would_have_lived_now(self) -> None:
        register("phone-1")

        with policies.changed(PEER, push_at=NOW + timedelta(days=3)):
            deliver(replace(an_answer(), ttl_s=3600))

        assert InboxItem.objects.get().ttl_s == 3 * 86400 + 3600


class TestReachable:
    def test_is_who_has_a_device(self) -> None:
        register("phone-1")

        assert reachable([PEER, COLLEAGUE]) == {PEER}

    def test_is_nobody_whose_device_is_in_another_organisation(self) -> None:
        register("phone-1", organisation_id=THREAD)

        assert reachable([PEER]) == set()

    def test_is_nobody_who_signed_out(self) -> None:
        register("phone-1")
        service.forget_session(session_id="petra-session", now=NOW)

        assert reachable([PEER]) == set()

    def test_is_nobody_who_wants_no_push_unless_safety_is_at_stake(self) -> None:
        register("phone-1")
        choose(PushKind.ASK, TellingMode.INBOX)

        assert reachable([PEER]) == set()
        assert reachable([PEER], PushUrgency.SAFETY) == {PEER}

    def test_is_who_gets_asks_by_email(self, mail: None) -> None:
        choose(PushKind.ASK, by_email=True)

        assert reachable([PEER]) == set()
        with policies.changed(PEER, email="petra@works.example"):
            assert reachable([PEER]) == {PEER}

    @pytest.mark.parametrize("count", [1, 20])
    def test_costs_the_same_for_one_and_for_twenty(
        self, count: int, django_assert_num_queries: DjangoAssertNumQueries
    ) -> None:
        people = [UUID(int=number) for number in range(count)]

        with django_assert_num_queries(2):  # choices, devices
            reachable(people)


def reachable(person_ids: list[UUID], urgency: PushUrgency = PushUrgency.NORMAL) -> set[UUID]:
    return service.reachable(organisation_id=WORKS, person_ids=person_ids, now=NOW, urgency=urgency)
