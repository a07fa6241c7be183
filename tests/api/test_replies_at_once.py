"""One reply, sent many times at the same moment, over real connections to the real server."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import httpx
import pytest

from api_schema.ids import uuid7
from backend.asgi import application
from backend.domain.accounts.models import Person
from backend.domain.asking.models import Ask
from backend.domain.threads.models import Reply, Suggestion
from backend.outbox.models import OutboxEvent
from tests.lock_screen import a_reply, token_of
from tests.serving import served

pytestmark = pytest.mark.django_db(transaction=True)


def send_at_once(address: str, replies: list[dict[str, object]]) -> list[httpx.Response]:
    """Send each reply from a thread and over a connection of its own, all at the same moment."""
    together = Barrier(len(replies))

    def send(reply: dict[str, object]) -> httpx.Response:
        with httpx.Client(base_url=address, timeout=60) as phone:
            together.wait()
            return phone.post("/api/v1/replies", json=reply)

    with ThreadPoolExecutor(len(replies)) as phones:
        return list(phones.map(send, replies))


class TestManyTimesAtOnce:
    @pytest.mark.parametrize("times", [20, pytest.param(100, marks=pytest.mark.slow)])
    def test_is_one_reply_and_as_many_equal_answers(
        self, own_ask: Ask, owner: Person, colleague: Person, times: int
    ) -> None:
        reply = a_reply(token_of(colleague), "answer", text="Bleed the air.", seen_version=1)

        with served(application) as address:
            answers = send_at_once(address, [reply] * times)

        told = OutboxEvent.objects.filter(name="push.requested", payload__recipient_id=str(owner.pk))
        assert sorted(answer.status_code for answer in answers) == [200] * (times - 1) + [201]
        assert len({answer.content for answer in answers}) == 1
        assert (Reply.objects.count(), Suggestion.objects.count()) == (1, 1)
        assert told.filter(payload__kind="answer").count() == 1

    def test_in_as_many_wordings_is_one_reply_and_the_others_are_refused(self, own_ask: Ask, colleague: Person) -> None:
        token, reply_id = token_of(colleague), str(uuid7())
        replies = [{**a_reply(token, "answer", text=f"Wording {number}."), "id": reply_id} for number in range(20)]

        with served(application) as address:
            answers = send_at_once(address, replies)

        assert sorted(answer.status_code for answer in answers) == [201] + [409] * 19
        assert {answer.json()["code"] for answer in answers if answer.is_error} == {"id_taken"}
        assert (Reply.objects.count(), Suggestion.objects.count()) == (1, 1)
