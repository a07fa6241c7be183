"""What people say to being asked, and what it does to the ladder, to whose the thread is, and to the asker."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, time, timedelta
from uuid import UUID

import pytest

from api_schema.ids import uuid7
from backend.domain.accounts.models import Person
from backend.domain.asking.candidates import list_candidates
from backend.domain.asking.models import DECLINED, Ask, AskRound, AskStatus, Availability, Wave
from backend.domain.asking.people import set_availability
from backend.domain.asking.referring import UnableToRefer
from backend.domain.asking.scoring import score
from backend.domain.asking.waiting_clock import waiting_clock
from backend.domain.equipment.models import Asset
from backend.domain.errors import IllegalMove, NotFound
from backend.domain.threads.models import Suggestion, Thread
from backend.domain.threads.waiting import fire_due_waves, fire_wave, look_after_due_threads
from backend.live.models import LiveEvent
from backend.outbox.models import OutboxEvent
from tests.domain.asking.peers import fire, is_on_duty, knows, next_wave_at, owner_of, pushes, say

TEN_MINUTES = timedelta(minutes=10)


@pytest.fixture
def asks(thread: Thread, peers: list[Person], asset: Asset, now: datetime) -> list[Ask]:
    """Ann and Bob, who fixed this before, are asked."""
    for days, person in enumerate(peers[:2]):
        knows(person, asset, at=now - timedelta(days=days))
    return fire(thread, 1, now)


class TestClaim:
    def test_holds_the_ladder_and_makes_the_thread_theirs(self, asks: list[Ask], thread: Thread, now: datetime) -> None:
        say(asks[0], AskStatus.CLAIMED, now)

        waves = [wave.due_at - now for wave in Wave.objects.filter(status="waiting").order_by("number")]
        assert waves[:2] == [timedelta(minutes=10), timedelta(minutes=20)]  # the whole rest moves, spaced as before
        assert owner_of(thread) == (asks[0].person, now + TEN_MINUTES)

    def test_tells_the_asker_by_name(self, asks: list[Ask], thread: Thread, now: datetime) -> None:
        say(asks[0], AskStatus.CLAIMED, now)

        (push,) = pushes("claimed")
        assert (push["recipient_id"], push["title"]) == (str(thread.asker_id), "Ann is on it")
        event = LiveEvent.objects.get(kind="claimed")
        assert event.data["until"] == (now + TEN_MINUTES).isoformat()

    def test_is_not_shortened_by_a_second_one(self, asks: list[Ask], thread: Thread, now: datetime) -> None:
        later = now + timedelta(minutes=4)
        say(asks[0], AskStatus.CLAIMED, now)
        say(asks[1], AskStatus.CLAIMED, later)

        assert next_wave_at(thread) == later + TEN_MINUTES
        assert owner_of(thread) == (asks[0].person, now + TEN_MINUTES)
        look_after_due_threads(now=now + TEN_MINUTES)
        assert owner_of(thread) == (asks[1].person, later + TEN_MINUTES)

    def test_that_runs_out_gives_the_thread_back_and_lets_the_ladder_go_on(
        self, asks: list[Ask], peers: list[Person], thread: Thread, now: datetime
    ) -> None:
        say(asks[0], AskStatus.CLAIMED, now)

        fire_due_waves(now=now + TEN_MINUTES)
        look_after_due_threads(now=now + TEN_MINUTES)

        assert Ask.objects.filter(asked_at=now + TEN_MINUTES).count() == 3  # the community, in silence
        assert owner_of(thread)[0] == thread.asker

    def test_that_runs_out_leaves_the_places_of_whoever_declined_meanwhile_to_others(
        self, asks: list[Ask], peers: list[Person], asset: Asset, thread: Thread, now: datetime
    ) -> None:
        Wave.objects.filter(number=1).update(size=2)
        Wave.objects.filter(number__gt=1).update(due_at=now + timedelta(hours=1))
        knows(peers[2], asset, at=now)
        say(asks[0], AskStatus.CLAIMED, now)
        say(asks[1], AskStatus.PASSED, now)
        OutboxEvent.objects.all().delete()

        look_after_due_threads(now=now + TEN_MINUTES)
        woken = OutboxEvent.objects.get(name="wave.due").payload["wave_id"]
        fired = fire_wave(organisation_id=thread.organisation_id, wave_id=UUID(woken), now=now + TEN_MINUTES)

        assert [ask.person for ask in fired] == [peers[2]]

    def test_that_ran_out_may_be_made_again(self, asks: list[Ask], thread: Thread, now: datetime) -> None:
        later = now + timedelta(minutes=12)
        say(asks[0], AskStatus.CLAIMED, now)
        look_after_due_threads(now=later)

        say(asks[0], AskStatus.CLAIMED, later)

        assert owner_of(thread) == (asks[0].person, later + TEN_MINUTES)
        assert len(pushes("claimed")) == 2

    def test_that_is_given_up_is_told_no_more(self, asks: list[Ask], thread: Thread, now: datetime) -> None:
        say(asks[0], AskStatus.CLAIMED, now)

        say(asks[0], AskStatus.PASSED, now + timedelta(minutes=3))

        (told,) = OutboxEvent.objects.filter(name="push.cancelled")
        assert (told.payload["kind"], told.payload["subject_id"]) == ("claimed", str(thread.pk))

    def test_that_is_given_up_lets_the_next_wave_come_now(self, asks: list[Ask], thread: Thread, now: datetime) -> None:
        later = now + timedelta(minutes=2)
        say(asks[0], AskStatus.CLAIMED, now)

        say(asks[0], AskStatus.PASSED, later)

        assert next_wave_at(thread) == later

    def test_on_the_gap_list_makes_the_thread_theirs_too(self, asks: list[Ask], thread: Thread, now: datetime) -> None:
        for minutes in range(0, 241, 5):
            fire_due_waves(now=now + timedelta(minutes=minutes))
        assert AskRound.objects.get().status == "unanswered"
        before = owner_of(thread)
        later = now + timedelta(hours=5)

        say(asks[0], AskStatus.CLAIMED, later)

        assert owner_of(thread) == (asks[0].person, later + TEN_MINUTES)
        look_after_due_threads(now=later + TEN_MINUTES)
        assert owner_of(thread) == before  # and they are not told off for trying
        assert len(pushes("due")) == 1
        assert before[1] is not None
        look_after_due_threads(now=before[1])
        assert len(pushes("due")) == 2


class TestDecline:
    @pytest.mark.parametrize("to", sorted(DECLINED))
    def test_by_everybody_makes_the_next_wave_due_now(
        self, asks: list[Ask], thread: Thread, to: AskStatus, now: datetime
    ) -> None:
        later = now + timedelta(minutes=1)
        Person.objects.exclude(pk__in=[thread.asker_id, *(ask.person_id for ask in asks)]).update(is_active=False)
        for ask in asks:
            say(ask, to, later)

        assert next_wave_at(thread) == later
        assert {ask.status for ask in Ask.objects.all()} == {to}

    def test_by_one_leaves_the_others_their_time(self, asks: list[Ask], thread: Thread, now: datetime) -> None:
        say(asks[0], AskStatus.PASSED, now)

        assert next_wave_at(thread) == now + timedelta(minutes=5)
        assert LiveEvent.objects.get(kind="declined").data["asked_count"] == 1

    def test_as_busy_asks_them_nothing_for_an_hour(self, asks: list[Ask], now: datetime) -> None:
        say(asks[0], AskStatus.BUSY, now)

        assert Availability.objects.get(person=asks[0].person).busy_until == now + timedelta(hours=1)

    def test_as_busy_does_not_shorten_a_longer_time(self, asks: list[Ask], now: datetime) -> None:
        until = now + timedelta(hours=3)
        Availability.objects.create(
            organisation=asks[0].organisation, person=asks[0].person, shifts=[], busy_until=until
        )

        say(asks[0], AskStatus.BUSY, now)

        assert Availability.objects.get(person=asks[0].person).busy_until == until

    def test_as_not_my_kit_is_remembered_for_the_family(
        self, asks: list[Ask], thread: Thread, peers: list[Person], now: datetime
    ) -> None:
        say(asks[0], AskStatus.NOT_MY_KIT, now)

        round_ = AskRound.objects.select_related("asset__asset_model", "asset__site", "asker", "organisation").get()
        round_.thread_id = uuid7()  # the next fault of this kind
        found = {one.person: one for one in list_candidates(round_, now=now)}
        assert found[peers[0]].features.not_my_kit == 0.5
        assert score(replace(found[peers[0]].features, not_my_kit=0.0)) - found[peers[0]].score == pytest.approx(2.0)

    def test_after_an_answer_is_refused(
        self, asks: list[Ask], answer: Callable[..., Suggestion], now: datetime
    ) -> None:
        answer(asks[1].person)

        with pytest.raises(IllegalMove):
            say(asks[0], AskStatus.PASSED, now)


class TestRefer:
    def test_asks_the_named_colleague_at_once_and_says_who_named_them(
        self, asks: list[Ask], peers: list[Person], now: datetime
    ) -> None:
        say(asks[0], AskStatus.REFERRED, now, refer_to=peers[4])

        one = Ask.objects.get(person=peers[4])
        assert (one.reason, one.referred_by, one.wave.number) == ("Ann thinks you know this", peers[0], 1)
        assert str(pushes("ask")[-1]["body"]).startswith(
            "Chiller will not start. Asking you because Ann thinks you know this."
        )

    def test_counts_for_whoever_was_named(self, asks: list[Ask], peers: list[Person], now: datetime) -> None:
        say(asks[0], AskStatus.REFERRED, now, refer_to=peers[4])

        round_ = AskRound.objects.select_related("asset__asset_model", "asset__site", "asker", "organisation").get()
        round_.thread_id = uuid7()
        found = {one.person: one for one in list_candidates(round_, now=now)}
        assert found[peers[4]].features.referred_to == 0.5

    def test_without_a_name_asks_whoever_is_next_best(
        self, asks: list[Ask], thread: Thread, peers: list[Person], asset: Asset, now: datetime
    ) -> None:
        knows(peers[3], asset, "LP2", at=now)

        say(asks[0], AskStatus.REFERRED, now)
        fire(thread, 1, now)

        one = Ask.objects.get(person=peers[3])
        assert (one.is_silent, one.referred_by) == (False, None)  # nobody said that they know this

    def test_says_why_a_colleague_cannot_be_asked_and_changes_nothing(
        self, asks: list[Ask], peers: list[Person], disabled: Person, outsider: Person, now: datetime
    ) -> None:
        off_shift, busy, asked_enough = peers[2], peers[3], peers[4]
        set_availability(actor=off_shift.actor, week_days=(2,), shift_starts=time(8), shift_ends=time(17))
        Availability.objects.create(
            organisation=busy.organisation,
            person=busy,
            shifts=[{"day": 0, "starts": "08:00", "ends": "17:00"}],
            busy_until=now + timedelta(hours=1),
        )
        asked_enough.organisation.__class__.objects.filter(pk=asked_enough.organisation_id).update(asks_per_week=0)
        before = OutboxEvent.objects.count()

        for person, why in (
            (off_shift, "Cy Peer does not work right now."),
            (busy, "Di Peer is busy right now."),
            (asked_enough, "Ed Peer has been asked as often as we may ask this week or shift."),
            (peers[1], "Bob Peer was asked about this already."),
            (peers[0], "You cannot name yourself."),
            (asks[0].round.asker, "Olive Owner is the one who asks."),
        ):
            with pytest.raises(UnableToRefer) as refusal:
                say(asks[0], AskStatus.REFERRED, now, refer_to=person)
            assert refusal.value.detail == why
        for person in (disabled, outsider):
            with pytest.raises(NotFound):
                say(asks[0], AskStatus.REFERRED, now, refer_to=person)

        asks[0].refresh_from_db()
        assert (asks[0].status, Ask.objects.count(), OutboxEvent.objects.count()) == ("asked", 2, before)


class TestWhoeverIsNamed:
    def test_may_decline_and_the_thread_goes_back_to_its_asker(
        self, thread: Thread, peers: list[Person], now: datetime
    ) -> None:
        is_on_duty(peers[0], now=now)
        Wave.objects.filter(number__in=[1, 2, 3]).delete()
        later = now + timedelta(minutes=30)
        (one,) = fire(thread, 4, later)
        before = waiting_clock(actor=thread.asker.actor, thread_id=thread.pk, now=later)

        say(one, AskStatus.NOT_MY_KIT, later)

        after = waiting_clock(actor=thread.asker.actor, thread_id=thread.pk, now=later)
        assert (before.named, after.named) == (peers[0], None)
        assert owner_of(thread)[0] == thread.asker
        assert next_wave_at(thread) == later


class TestSeen:
    def test_is_noted_once_and_told(self, asks: list[Ask], now: datetime) -> None:
        from backend.domain.asking.seeing import note_seen

        first = note_seen(ask_id=asks[0].pk, now=now)
        again = note_seen(ask_id=asks[0].pk, now=now + timedelta(minutes=1))

        asks[0].refresh_from_db()
        assert (first, again, asks[0].seen_at) == (True, False, now)
        assert [event.data["seen_count"] for event in LiveEvent.objects.filter(kind="seen")] == [1]
