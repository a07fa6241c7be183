"""Acknowledging a recall from its notification, without a session."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from uuid import UUID

import pytest
from django.db import connections
from rest_framework.test import APIClient

from api_schema.ids import uuid7
from api_schema.push_payloads import PushKind
from backend.domain.accounts.models import Person
from backend.domain.corrections.models import RecallNotice
from backend.domain.corrections.reminding import remind_of_recalls
from backend.domain.threads.models import Reply
from notifications.models import Delivery
from tests import cast
from tests.api.calls import assert_problem, get, phone_of, post
from tests.api.test_recalls import recall_after
from tests.lock_screen import a_reply, deliver_pushes, lock_screen, register_phone, take_back_pushes, token_of

pytestmark = pytest.mark.django_db


class TestAcknowledge:
    def test_is_noted_once_and_ends_the_reminders(
        self, thread_id: str, owner: Person, colleague: Person, curator: Person
    ) -> None:
        recall = recall_after([owner], thread_id, colleague, curator)
        reply = a_reply(token_of(owner, PushKind.RECALL), "acknowledge")

        first, again = (post(lock_screen(), "/replies", reply) for _ in range(2))

        notice = RecallNotice.objects.get(person=owner)
        shown = get(phone_of(curator), f"/recalls/{recall.pk}").json()
        assert (first.status_code, first.json()["result"]) == (201, "acknowledged")
        assert (again.status_code, again.json()) == (200, first.json())
        assert notice.acknowledged_at is not None
        assert notice.remind_at is None
        assert (shown["acknowledged_count"], shown["missing"]) == (1, [])
        assert remind_of_recalls(now=cast.NOW.replace(year=2030)) == 0

    def test_is_the_persons_own_and_nothing_else_can_be_said(
        self, thread_id: str, owner: Person, colleague: Person, curator: Person
    ) -> None:
        recall_after([owner, colleague], thread_id, colleague, curator)
        token = token_of(owner, PushKind.RECALL)

        problem = assert_problem(post(lock_screen(), "/replies", a_reply(token, "claim")), "reply_not_offered")
        tampered = post(lock_screen(), "/replies", a_reply(token[:-1] + "~", "acknowledge"))
        assert (Reply.objects.count(), problem["offered"]) == (0, ["acknowledge", "open"])
        assert_problem(tampered, "reply_token_invalid")
        assert not RecallNotice.objects.filter(acknowledged_at__isnull=False).exists()

        post(lock_screen(), "/replies", a_reply(token, "acknowledge"))
        assert list(RecallNotice.objects.filter(acknowledged_at=None).values_list("person", flat=True)) == [
            colleague.pk
        ]

    def test_of_what_was_said_before_is_kept_and_the_newest_is_still_asked_for(
        self, thread_id: str, owner: Person, colleague: Person, curator: Person
    ) -> None:
        recall = recall_after([owner], thread_id, colleague, curator)
        old = a_reply(token_of(owner, PushKind.RECALL), "acknowledge")
        said = {"severity": "unsafe", "what": "d", "why": "e", "procedure": "f"}
        post(phone_of(curator), f"/suggestions/{recall.suggestion_id}/corrections", {"id": str(uuid7()), **said})

        first, again = (post(lock_screen(), "/replies", old) for _ in range(2))

        notice = RecallNotice.objects.get(person=owner)
        assert (first.status_code, first.json()["result"]) == (201, "outdated")
        assert first.json()["message"].startswith("Something new was said since.")
        assert (again.status_code, again.json(), Reply.objects.count()) == (200, first.json(), 1)
        assert notice.acknowledged_at is None
        assert notice.earlier_acknowledged_at is not None
        assert notice.remind_at is not None
        newest = post(lock_screen(), "/replies", a_reply(token_of(owner, PushKind.RECALL), "acknowledge"))
        late = post(lock_screen(), "/replies", a_reply(old["token"], "acknowledge"))
        assert [one.json()["result"] for one in (newest, late)] == ["acknowledged", "acknowledged"]

    def test_is_refused_on_the_push_of_an_ask(self, own_ask: object, colleague: Person) -> None:
        reply = a_reply(token_of(colleague), "acknowledge")

        assert_problem(post(lock_screen(), "/replies", reply), "reply_not_offered")


class TestTheOtherPhones:
    def test_show_it_no_longer_once_it_is_acknowledged_or_the_recall_is_closed(
        self, phone: APIClient, thread_id: str, owner: Person, colleague: Person, curator: Person
    ) -> None:
        recall = recall_after([owner, colleague], thread_id, colleague, curator)
        for person, value in ((owner, "first"), (owner, "second"), (colleague, "third")):
            register_phone(person, value)
        deliver_pushes()
        Delivery.objects.update(state="accepted", message_id="m", ended_at=cast.NOW)

        post(phone, f"/recalls/{recall.pk}/acknowledgement", {})
        take_back_pushes()
        of_whom = taken_back()
        post(phone_of(curator), f"/recalls/{recall.pk}/closing", {"reason": "All were phoned."})
        take_back_pushes()

        assert of_whom == [owner.pk, owner.pk]
        assert sorted(taken_back()) == sorted([*of_whom, colleague.pk])


def taken_back() -> list[UUID]:
    """Return whose phones were told to show it no longer, each as often as they have one."""
    return list(Delivery.objects.filter(is_retraction=True).values_list("item__recipient_id", flat=True))


@pytest.mark.django_db(transaction=True)
class TestAcknowledgeAtOnce:
    def test_is_one_reply_however_often_the_phone_sends_it(
        self, thread_id: str, owner: Person, colleague: Person, curator: Person
    ) -> None:
        recall_after([owner], thread_id, colleague, curator)
        reply = a_reply(token_of(owner, PushKind.RECALL), "acknowledge")

        def send(_: int) -> tuple[int, str]:
            try:
                answer = post(lock_screen(), "/replies", reply)
                return answer.status_code, answer.content.decode()
            finally:
                connections.close_all()

        with ThreadPoolExecutor(4) as phones:
            answers = list(phones.map(send, range(4)))

        assert sorted(status for status, _ in answers) == [200, 200, 200, 201]
        assert len({body for _, body in answers}) == 1
        assert Reply.objects.count() == 1
