"""How many pushes a person gets in a shift: what counts, and in which shift."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from backend.domain.accounts.models import Organisation, Person
from backend.domain.asking.ladder import Audience
from backend.domain.asking.models import Ask, Wave
from backend.domain.equipment.models import Asset
from backend.domain.threads.states import Urgency
from backend.domain.threads.waiting import fire_due_waves
from tests.domain.asking.peers import asked_about, climb_until, fire, is_on_duty, knows, pushes

FRIDAY = datetime(2026, 11, 27, 16, 40, tzinfo=UTC)
MONDAY = datetime(2026, 11, 30, 9, 0, tzinfo=UTC)


class TestBudgets:
    def test_silent_asks_cost_nothing_and_safety_is_counted(
        self, owner: Person, peers: list[Person], asset: Asset, organisation: Organisation, now: datetime
    ) -> None:
        ann = peers[0]
        knows(ann, asset, at=now)
        Organisation.objects.filter(pk=organisation.pk).update(asks_per_shift=1)
        for urgency in (Urgency.SAFETY, Urgency.SAFETY, Urgency.CUSTOMER_WAITING):
            fire_due_waves(now=now)
            asked_about(asset, owner, now, urgency)
        fire_due_waves(now=now)

        asks = list(Ask.objects.filter(person=ann).order_by("asked_at", "pk"))

        assert [(one.is_safety, one.is_silent, one.wave.audience) for one in asks] == [
            (True, False, Audience.FIXED_BEFORE),
            (True, False, Audience.FIXED_BEFORE),
            (False, True, Audience.COMMUNITY),
        ]

    def test_a_push_that_names_somebody_who_was_asked_before_costs_as_well(
        self, owner: Person, peers: list[Person], asset: Asset, organisation: Organisation, now: datetime
    ) -> None:
        expert = peers[0]
        knows(expert, asset, at=now)
        is_on_duty(expert, now=now)
        Organisation.objects.filter(pk=organisation.pk).update(asks_per_shift=2)
        first = asked_about(asset, owner, now)
        climb_until(first, now + timedelta(minutes=30), since=now)
        assert [(push["recipient_id"], push["is_silent"]) for push in pushes("duty")] == [(str(expert.pk), False)]

        second = asked_about(asset, owner, now + timedelta(minutes=31))
        fire(second, 1, now + timedelta(minutes=31))

        assert not Ask.objects.filter(round__thread_id=second.pk, person=expert, is_silent=False).exists()

    def test_an_ask_that_comes_aloud_later_costs_the_shift_in_which_it_does(
        self, owner: Person, peers: list[Person], asset: Asset, organisation: Organisation
    ) -> None:
        """Told in silence on Friday, named aloud on Monday: a simulated month once had one push too many so."""
        expert = peers[0]
        Organisation.objects.filter(pk=organisation.pk).update(asks_per_shift=1)
        thread = asked_about(asset, owner, FRIDAY)
        Wave.objects.filter(number__in=[1, 2, 5]).delete()
        fire_due_waves(now=FRIDAY + timedelta(minutes=15))
        is_on_duty(expert, now=MONDAY)

        fire_due_waves(now=MONDAY)
        knows(expert, asset, at=MONDAY)
        another = asked_about(asset, owner, MONDAY)
        fire(another, 1, MONDAY)

        ask = Ask.objects.get(round__thread_id=thread.pk, person=expert)
        assert (ask.is_silent, ask.asked_at, ask.wave.audience) == (False, MONDAY, Audience.DUTY_EXPERT)
        assert not Ask.objects.filter(round__thread_id=another.pk, person=expert, is_silent=False).exists()
