"""Acknowledging a recall from its notification, without a session."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import connections

from api_schema.push_payloads import PushKind
from backend.domain.accounts.models import Person
from backend.domain.corrections.models import RecallNotice
from backend.domain.corrections.reminding import remind_of_recalls
from backend.domain.threads.models import Reply
from tests import cast
from tests.api.calls import assert_problem, get, phone_of, post
from tests.api.test_recalls import recall_after
from tests.lock_screen import a_reply, lock_screen, token_of

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

    def test_is_refused_on_the_push_of_an_ask(self, own_ask: object, colleague: Person) -> None:
        reply = a_reply(token_of(colleague), "acknowledge")

        assert_problem(post(lock_screen(), "/replies", reply), "reply_not_offered")


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
