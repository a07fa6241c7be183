from __future__ import annotations

from datetime import datetime, timedelta

import pytest

from api_schema.ids import uuid7
from backend.domain.accounts.models import Person
from backend.domain.asking.models import AskRound, Wave
from backend.domain.equipment.models import Asset
from backend.domain.errors import IdTaken, InvalidInput, NotFound
from backend.domain.threads.models import Thread
from backend.domain.threads.operations import Question, ask
from backend.outbox.models import OutboxEvent


def question_about(asset: Asset, title: str = "Chiller will not start") -> Question:
    return Question(asset_id=asset.pk, title=title, fault_code="E four")


class TestAsk:
    def test_opens_the_thread_with_its_asker_as_owner_until_the_next_wave(
        self, owner: Person, asset: Asset, now: datetime
    ) -> None:
        asked = ask(actor=owner.actor, thread_id=uuid7(), question=question_about(asset), now=now)

        thread = Thread.objects.get(pk=asked.thread.pk)
        assert (thread.status, thread.fault_code, thread.next_owner_id) == ("asked", "E4", owner.pk)
        assert thread.next_due_at == now + timedelta(minutes=5)

    def test_plans_the_ladder_of_its_urgency_and_wakes_the_first_wave(
        self, owner: Person, asset: Asset, now: datetime
    ) -> None:
        asked = ask(actor=owner.actor, thread_id=uuid7(), question=question_about(asset), now=now)

        waves = list(Wave.objects.filter(round__thread_id=asked.thread.pk).order_by("number"))
        assert [(wave.size, wave.due_at - now) for wave in waves] == [
            (3, timedelta(0)),
            (4, timedelta(minutes=5)),
            (1000, timedelta(minutes=15)),
            (1, timedelta(minutes=30)),
            (6, timedelta(minutes=60)),
            (1, timedelta(hours=4)),
        ]
        assert OutboxEvent.objects.get(name="wave.due").payload["wave_id"] == str(waves[0].pk)

    def test_asks_once_when_the_phone_repeats_itself(self, owner: Person, asset: Asset, now: datetime) -> None:
        thread_id = uuid7()

        first = ask(actor=owner.actor, thread_id=thread_id, question=question_about(asset), now=now)
        again = ask(actor=owner.actor, thread_id=thread_id, question=question_about(asset), now=now)

        assert (first.is_new, again.is_new, again.thread.pk) == (True, False, thread_id)
        assert AskRound.objects.count() == 1
        assert OutboxEvent.objects.count() == 1

    def test_refuses_an_id_that_names_another_thread(
        self, owner: Person, colleague: Person, asset: Asset, now: datetime
    ) -> None:
        thread_id = uuid7()
        ask(actor=owner.actor, thread_id=thread_id, question=question_about(asset), now=now)

        with pytest.raises(IdTaken):
            ask(actor=colleague.actor, thread_id=thread_id, question=question_about(asset), now=now)
        with pytest.raises(IdTaken):
            ask(actor=owner.actor, thread_id=thread_id, question=question_about(asset, "Other words"), now=now)

    def test_refuses_an_id_that_is_not_a_uuid7(self, owner: Person, asset: Asset, now: datetime) -> None:
        with pytest.raises(InvalidInput):
            ask(actor=owner.actor, thread_id=owner.pk.__class__(int=4 << 76), question=question_about(asset), now=now)

    def test_hides_another_organisations_machine_as_missing_and_writes_nothing(
        self, outsider: Person, asset: Asset, now: datetime
    ) -> None:
        with pytest.raises(NotFound):
            ask(actor=outsider.actor, thread_id=uuid7(), question=question_about(asset), now=now)

        assert Thread.objects.count() == 0
        assert OutboxEvent.objects.count() == 0

    def test_expects_the_clip_that_the_phone_announces(self, owner: Person, asset: Asset, now: datetime) -> None:
        clip_id = uuid7()
        question = Question(asset_id=asset.pk, title="Chiller will not start", clip_id=clip_id)

        asked = ask(actor=owner.actor, thread_id=uuid7(), question=question, now=now)

        assert asked.thread.ask_clip is not None
        assert (asked.thread.ask_clip.pk, asked.thread.ask_clip.thread_id) == (clip_id, asked.thread.pk)
        assert "E-04" in asked.thread.ask_clip.vocabulary
