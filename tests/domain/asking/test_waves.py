from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, time, timedelta

import pytest

from api_schema.ids import uuid7
from backend.domain.accounts.models import Person, Site
from backend.domain.actor import Role
from backend.domain.asking.models import Ask, AskStatus, Wave
from backend.domain.asking.operations import record_verified_fix
from backend.domain.asking.people import declare_skill, set_availability
from backend.domain.equipment.models import Asset
from backend.domain.errors import IllegalMove, NotFound
from backend.domain.threads.models import Suggestion, Thread
from backend.domain.threads.responding import AskResponse, respond
from backend.domain.threads.waiting import fire_due_waves, fire_wave
from backend.outbox.models import OutboxEvent
from tests import cast


@pytest.fixture
def peers(site: Site) -> list[Person]:
    """Five technicians, all on shift."""
    return [cast.new_person(site, f"{name} Peer", Role.TECHNICIAN) for name in ("Ann", "Bob", "Cy", "Di", "Ed")]


def knows(person: Person, asset: Asset, code: str, *, at: datetime) -> None:
    record_verified_fix(person_id=person.pk, asset=asset, fault_code=code, try_id=uuid7(), now=at)


def fire(thread: Thread, number: int, now: datetime) -> list[Ask]:
    wave = Wave.objects.get(round__thread_id=thread.pk, number=number)
    return fire_wave(organisation_id=thread.organisation_id, wave_id=wave.pk, now=now)


def say(ask: Ask, to: AskStatus, now: datetime) -> Ask:
    return respond(actor=ask.person.actor, ask_id=ask.pk, response=AskResponse(to), now=now)


class TestFireWave:
    def test_asks_three_by_name_best_evidence_first_and_says_why(
        self, thread: Thread, peers: list[Person], asset: Asset, now: datetime
    ) -> None:
        ann, bob, cy, di, _ed = peers
        knows(ann, asset, "LP2", at=now - timedelta(days=90))
        for days in (10, 20):
            knows(bob, asset, "E4", at=now - timedelta(days=days))
        knows(cy, asset, "E4", at=now - timedelta(days=400))
        declare_skill(actor=di.actor, family="air-cooled chiller")

        asks = fire(thread, 1, now)

        assert [(ask.person, ask.reason) for ask in asks] == [
            (bob, "you fixed E4 on the Zephrane AC-350 2 times"),
            (cy, "you fixed E4 on the Zephrane AC-350 before"),
            (ann, "you fixed a Zephrane AC-350 before"),
        ]

    def test_the_push_says_who_where_the_code_why_you_and_how_many(
        self, thread: Thread, peers: list[Person], asset: Asset, now: datetime
    ) -> None:
        knows(peers[0], asset, "E4", at=now)

        fire(thread, 1, now)

        push = OutboxEvent.objects.get(name="push.requested").payload
        assert push["title"] == "Olive Owner asks: E4 on CHL-A, Leeds depot"
        assert push["body"] == (
            "Chiller will not start. Asking you because you fixed E4 on the Zephrane AC-350 before. "
            "Only you were asked."
        )

    def test_fires_once_however_often_it_is_woken(
        self, thread: Thread, peers: list[Person], asset: Asset, now: datetime
    ) -> None:
        knows(peers[0], asset, "E4", at=now)

        first, again = fire(thread, 1, now), fire(thread, 1, now)

        assert (len(first), len(again), Ask.objects.count()) == (1, 0, 1)

    def test_empty_waves_are_skipped_at_once_until_one_finds_somebody(
        self, thread: Thread, peers: list[Person], now: datetime
    ) -> None:
        asks = fire(thread, 1, now)

        waves = {wave.number: wave.status for wave in Wave.objects.all()}
        assert [waves[number] for number in (1, 2, 3, 4)] == ["skipped", "skipped", "fired", "waiting"]
        assert ({ask.person for ask in asks}, {ask.is_silent for ask in asks}) == (set(peers), {True})

    def test_a_wave_that_is_not_due_asks_nobody(
        self, thread: Thread, peers: list[Person], asset: Asset, now: datetime
    ) -> None:
        knows(peers[0], asset, "E4", at=now)
        declare_skill(actor=peers[1].actor, family="air-cooled chiller")
        busy = set_availability(actor=peers[1].actor, week_days=(1,), shift_starts=time(10, 5), shift_ends=time(17))
        fire(thread, 1, now)

        assert fire(thread, 2, now + timedelta(minutes=4, seconds=59)) == []

        assert [ask.person for ask in fire(thread, 2, now + timedelta(minutes=5))] == [busy.person]

    def test_leaves_out_who_is_off_shift_busy_disabled_or_asked_too_often(
        self, thread: Thread, peers: list[Person], disabled: Person, asset: Asset, now: datetime
    ) -> None:
        ann, bob, cy, di, _ = peers
        for person in (*peers, disabled):
            knows(person, asset, "E4", at=now)
        set_availability(actor=ann.actor, week_days=(2,), shift_starts=time(8), shift_ends=time(17))
        busy = set_availability(actor=bob.actor, week_days=(1,), shift_starts=time(8), shift_ends=time(17))
        busy.busy_until = now + timedelta(hours=1)
        busy.save()
        self._was_asked(cy, thread, times=2, at=now - timedelta(hours=1))
        self._was_asked(di, thread, times=1, at=now - timedelta(hours=1))

        asks = fire(thread, 1, now)

        assert {ask.person.name for ask in asks} == {"Di Peer", "Ed Peer"}

    def test_nobody_is_asked_after_an_answer(
        self, thread: Thread, answer: Callable[..., Suggestion], peers: list[Person], asset: Asset, now: datetime
    ) -> None:
        knows(peers[0], asset, "E4", at=now)
        answer(peers[1])

        assert fire(thread, 1, now) == []
        assert fire_due_waves(now=now + timedelta(hours=2)) == 0

    def test_takes_as_many_queries_for_many_people_as_for_few(
        self,
        thread: Thread,
        peers: list[Person],
        asset: Asset,
        now: datetime,
        site: Site,
        django_assert_num_queries: Callable[..., object],
    ) -> None:
        from backend.domain.asking.candidates import list_candidates
        from backend.domain.asking.models import AskRound

        for number in range(20):
            knows(cast.new_person(site, f"P{number} Peer"), asset, "E4", at=now)
        round_ = AskRound.objects.select_related("asset__asset_model", "asset__site", "asker", "organisation").get()

        with django_assert_num_queries(8):  # type: ignore[attr-defined]
            found = list_candidates(round_, now=now)

        assert len(found) == 20 + len(peers)

    @staticmethod
    def _was_asked(person: Person, thread: Thread, *, times: int, at: datetime) -> None:
        """Record earlier asks in rounds of other threads."""
        from backend.domain.asking.models import AskRound

        for _ in range(times):
            template = AskRound.objects.get(thread_id=thread.pk)
            template.pk, template.thread_id, template.status, template._state.adding = uuid7(), uuid7(), "closed", True
            template.save()
            wave = Wave.objects.create(
                organisation_id=person.organisation_id, round=template, number=1, audience="community", size=1,
                status="fired", due_at=at,
            )  # fmt: skip
            Ask.objects.create(
                organisation_id=person.organisation_id, wave=wave, round=template, person=person, reason="r",
                score=1.0, features={}, asked_at=at,
            )  # fmt: skip


class TestRespondToAsk:
    @pytest.fixture
    def asked(self, thread: Thread, peers: list[Person], asset: Asset, now: datetime) -> Ask:
        knows(peers[0], asset, "E4", at=now)
        return fire(thread, 1, now)[0]

    def test_a_claim_holds_the_next_wave_for_ten_minutes(self, asked: Ask, now: datetime) -> None:
        say(asked, AskStatus.CLAIMED, now)

        assert Wave.objects.get(number=2).due_at == now + timedelta(minutes=10)

    def test_the_next_wave_is_due_when_everybody_passed(self, asked: Ask, now: datetime) -> None:
        say(asked, AskStatus.PASSED, now)

        assert Wave.objects.get(number=2).due_at == now

    def test_the_same_response_twice_is_one(self, asked: Ask, now: datetime) -> None:
        for _ in range(2):
            say(asked, AskStatus.PASSED, now)

        asked.refresh_from_db()
        assert asked.status == "passed"

    def test_an_answered_ask_cannot_be_claimed(
        self, asked: Ask, answer: Callable[..., Suggestion], now: datetime
    ) -> None:
        answer(asked.person)

        with pytest.raises(IllegalMove):
            say(asked, AskStatus.CLAIMED, now)

    def test_somebody_elses_ask_looks_missing(
        self, asked: Ask, peers: list[Person], outsider: Person, now: datetime
    ) -> None:
        for person in (peers[1], outsider):
            with pytest.raises(NotFound):
                respond(actor=person.actor, ask_id=asked.pk, response=AskResponse(AskStatus.CLAIMED), now=now)
