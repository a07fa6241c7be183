"""Whoever declines frees a place, and the next best takes it."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta

import pytest

from api_schema.events import WaveDue
from backend.domain.accounts.models import Person
from backend.domain.asking.models import DECLINED, Ask, AskStatus
from backend.domain.equipment.models import Asset
from backend.domain.threads.models import Suggestion, Thread
from backend.outbox.models import OutboxEvent
from tests.domain.asking.peers import fire, knows, say

SOON = timedelta(minutes=1)


@pytest.fixture
def asks(thread: Thread, peers: list[Person], asset: Asset, now: datetime) -> list[Ask]:
    """Three of five who fixed this before are asked."""
    for days, person in enumerate(peers[:5]):
        knows(person, asset, at=now - timedelta(days=30 * days))
    return fire(thread, 1, now)


def asked(thread: Thread) -> list[Person]:
    return [ask.person for ask in Ask.objects.filter(round__thread_id=thread.pk).order_by("asked_at", "rank")]


class TestAPlaceInTheWave:
    @pytest.mark.parametrize("to", sorted(DECLINED - {AskStatus.REFERRED}))
    def test_is_taken_by_the_next_best_once_somebody_declines(
        self, asks: list[Ask], thread: Thread, peers: list[Person], to: AskStatus, now: datetime
    ) -> None:
        say(asks[0], to, now + SOON)

        assert [one.person for one in fire(thread, 1, now + SOON)] == [peers[3]]
        assert Ask.objects.get(person=peers[3]).wave.number == 1
        push = OutboxEvent.objects.filter(name="push.requested").latest("pk").payload
        assert push["recipient_id"] == str(peers[3].pk)
        assert "4 were asked." in push["body"]  # nobody is told that they alone can help

    def test_is_looked_for_as_soon_as_somebody_declines(self, asks: list[Ask], now: datetime) -> None:
        OutboxEvent.objects.all().delete()

        say(asks[0], AskStatus.PASSED, now + SOON)

        woken = OutboxEvent.objects.get(name=WaveDue.NAME)
        assert woken.payload["wave_id"] == str(asks[0].wave_id)

    def test_is_taken_once_however_often_it_is_woken(self, asks: list[Ask], thread: Thread, now: datetime) -> None:
        say(asks[0], AskStatus.PASSED, now + SOON)
        fire(thread, 1, now + SOON)

        assert fire(thread, 1, now + SOON) == []

    def test_is_kept_while_somebody_is_on_it(self, asks: list[Ask], thread: Thread, now: datetime) -> None:
        say(asks[1], AskStatus.CLAIMED, now)
        say(asks[0], AskStatus.PASSED, now + SOON)

        assert fire(thread, 1, now + SOON) == []

    def test_is_taken_by_whom_they_named_and_nobody_else(
        self, asks: list[Ask], thread: Thread, peers: list[Person], now: datetime
    ) -> None:
        say(asks[0], AskStatus.REFERRED, now + SOON, refer_to=peers[4])

        assert fire(thread, 1, now + SOON) == []
        assert asked(thread) == [*peers[:3], peers[4]]

    def test_is_nobodys_after_an_answer(
        self, asks: list[Ask], thread: Thread, answer: Callable[..., Suggestion], now: datetime
    ) -> None:
        say(asks[0], AskStatus.PASSED, now + SOON)
        answer(asks[1].person)

        assert fire(thread, 1, now + SOON) == []

    def test_is_free_only_when_the_next_best_may_be_pushed(
        self, asks: list[Ask], thread: Thread, peers: list[Person], now: datetime
    ) -> None:
        Person.objects.filter(pk=peers[3].pk).update(is_active=False)
        say(asks[0], AskStatus.PASSED, now + SOON)

        assert [one.person for one in fire(thread, 1, now + SOON)] == [peers[4]]

    def test_is_free_no_more_once_the_next_wave_has_asked(self, asks: list[Ask], thread: Thread, now: datetime) -> None:
        fire(thread, 2, now + timedelta(minutes=5))
        count = Ask.objects.count()

        say(asks[0], AskStatus.PASSED, now + timedelta(minutes=6))

        assert fire(thread, 1, now + timedelta(minutes=6)) == []
        assert Ask.objects.count() == count
