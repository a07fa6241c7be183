"""A fix that did not last, by the clock that the tests hold."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta

import pytest

from api_schema.ids import uuid7
from backend.domain.accounts.models import Person
from backend.domain.equipment.models import Asset
from backend.domain.equipment.operations import add_asset
from backend.domain.errors import NotFound
from backend.domain.threads.hold_answers import answer_hold_check
from backend.domain.threads.hold_checks import ask_due_hold_checks
from backend.domain.threads.measures import FIXED, HELD, REPEAT_VISIT, first_response, time_to_verified_fix
from backend.domain.threads.models import HoldCheck, Suggestion, Thread, Try
from backend.domain.threads.operations import Question, ask, move_thread
from backend.domain.threads.states import ThreadStatus, TryOutcome
from backend.domain.threads.tries import Outcome, record_outcome
from backend.outbox.models import OutboxEvent
from tests.plugins.replaying import replayed

pytestmark = pytest.mark.django_db

DAY, SECOND = timedelta(days=1), timedelta(seconds=1)


@pytest.fixture
@replayed
def fixed(
    thread: Thread,
    answer: Callable[..., Suggestion],
    attempt: Callable[[Person, Suggestion], Try],
    owner: Person,
    colleague: Person,
    now: datetime,
) -> Thread:
    """The owner's thread, E4 on the chiller, fixed now by what the colleague suggested."""
    trying = attempt(owner, answer(colleague))
    record_outcome(actor=owner.actor, try_id=trying.pk, outcome=Outcome(TryOutcome.FIXED), now=now)
    thread.refresh_from_db()
    return thread


def come_back(person: Person, asset: Asset, at: datetime, *, code: str = "E-4", title: str = "No start") -> Thread:
    question = Question(asset_id=asset.pk, title=title, fault_code=code)
    thread = ask(actor=person.actor, thread_id=uuid7(), question=question, now=at).thread
    return Thread.objects.get(pk=thread.pk)


class TestARepeatVisit:
    @pytest.mark.parametrize("after", [timedelta(0), SECOND, 30 * DAY - SECOND])
    def test_is_the_same_code_on_the_same_machine_within_thirty_days(
        self, fixed: Thread, peers: list[Person], asset: Asset, now: datetime, after: timedelta
    ) -> None:
        assert come_back(peers[0], asset, now + after).repeat_of == fixed

    @pytest.mark.parametrize("after", [30 * DAY, 31 * DAY, -SECOND])
    def test_is_none_outside_of_them(
        self, fixed: Thread, peers: list[Person], asset: Asset, now: datetime, after: timedelta
    ) -> None:
        assert come_back(peers[0], asset, now + after).repeat_of is None

    def test_is_none_with_another_code_whatever_the_words(
        self, fixed: Thread, owner: Person, asset: Asset, now: datetime
    ) -> None:
        assert come_back(owner, asset, now + DAY, code="LP2", title=fixed.title).repeat_of is None

    @pytest.mark.parametrize(
        ("title", "is_repeat"),
        [
            ("Chiller will not start", True),
            ("chiller will NOT start again!", True),
            ("Chiller leaks oil", False),
            ("??", False),
        ],
    )
    def test_without_a_code_goes_by_the_words(
        self, fixed: Thread, owner: Person, asset: Asset, now: datetime, title: str, is_repeat: bool
    ) -> None:
        found = come_back(owner, asset, now + DAY, code="", title=title)

        assert (found.repeat_of == fixed) is is_repeat

    def test_is_none_on_another_machine_of_the_model(
        self, fixed: Thread, owner: Person, asset: Asset, now: datetime
    ) -> None:
        other = add_asset(asset_model=asset.asset_model, site=asset.site, tag="CHL-B")

        assert come_back(owner, other, now + DAY).repeat_of is None

    def test_is_none_when_the_first_was_opened_again(
        self, fixed: Thread, owner: Person, asset: Asset, now: datetime
    ) -> None:
        move_thread(actor=owner.actor, thread_id=fixed.pk, to=ThreadStatus.ASKED, now=now)

        assert come_back(owner, asset, now + DAY).repeat_of is None


class TestTheFixThatDidNotLast:
    def test_is_asked_about_no_more_and_cannot_hold(
        self, fixed: Thread, owner: Person, peers: list[Person], asset: Asset, now: datetime
    ) -> None:
        check = HoldCheck.objects.get(days=30)
        come_back(peers[0], asset, now + 29 * DAY)

        assert ask_due_hold_checks(now=now + 30 * DAY) == 0
        with pytest.raises(NotFound):
            answer_hold_check(
                actor=owner.actor, thread_id=fixed.pk, check_id=check.pk, has_held=True, now=now + 30 * DAY
            )
        assert not Thread.objects.filter(HELD).exists()
        assert Thread.objects.filter(REPEAT_VISIT).count() == 1

    def test_is_told_to_its_people_in_silence(
        self, fixed: Thread, owner: Person, colleague: Person, peers: list[Person], asset: Asset, now: datetime
    ) -> None:
        again = come_back(peers[0], asset, now + DAY)

        told = OutboxEvent.objects.filter(name="push.requested", payload__dedupe_key=f"repeat:{again.pk}")
        assert {event.payload["recipient_id"] for event in told} == {str(owner.pk), str(colleague.pk)}
        assert all(event.payload["is_silent"] for event in told)


class TestMeasures:
    def test_count_from_asking(self, fixed: Thread, now: datetime) -> None:
        Thread.objects.update(asked_at=now - timedelta(hours=2), first_response_at=now - timedelta(hours=1))
        fixed.refresh_from_db()

        assert first_response(fixed) == timedelta(hours=1)
        assert time_to_verified_fix(fixed) == timedelta(hours=2)
        assert Thread.objects.filter(FIXED).count() == 1

    def test_are_nothing_before_it_happened(self, thread: Thread) -> None:
        assert (first_response(thread), time_to_verified_fix(thread)) == (None, None)
