from __future__ import annotations

from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest
from pytest_django import DjangoAssertNumQueries

from notifications import service
from notifications.answers import Fault
from notifications.models import Delivery
from notifications.reasons import sentence_of_reason
from notifications.states import Withheld
from notifications.summary import FEWEST_PEOPLE
from tests.notifications import policies
from tests.notifications.pushes import COLLEAGUE, NOW, OTHER_WORKS, PEER, WORKS, an_ask, asked, deliver, id_of, register

pytestmark = pytest.mark.django_db


def after(seconds: float) -> Any:
    return NOW + timedelta(seconds=seconds)


def happened(delivery: Delivery, **facts: Any) -> service.DeliveryTimeline:
    """Let these facts be true of the delivery, and return its story."""
    Delivery.objects.filter(pk=delivery.pk).update(**facts)
    [found] = service.timeline_of(organisation_id=WORKS, person_id=PEER, item_id=delivery.item_id)
    return found


ACCEPTED = {"state": "accepted", "message_id": "m", "sent_at": after(0.02), "ended_at": after(0.1)}


class TestTimelineOf:
    def test_tells_each_step_and_how_long_it_took(self) -> None:
        told = happened(asked(), **ACCEPTED, delivered_at=after(1.1), opened_at=after(61.1), acted_at=after(71.1))

        assert [(step.name, step.lag_ms) for step in told.steps] == [
            ("created", None),
            ("sent", 20),
            ("accepted", 80),
            ("delivered", 1000),
            ("opened", 60_000),
            ("acted", 10_000),
        ]
        assert (told.channel, told.platform, told.why) == ("fcm", "android", None)

    def test_takes_no_less_than_no_time_when_a_receipt_overtakes_the_answer(self) -> None:
        told = happened(asked(), **ACCEPTED, delivered_at=after(0.05))

        assert told.steps[-1].lag_ms == 0

    def test_says_why_it_did_not_arrive(self) -> None:
        told = happened(asked(), state="failed", reason=Fault.UNREGISTERED, sent_at=NOW, ended_at=NOW)

        assert told.why is not None
        assert told.why.startswith("The app was removed from that phone")
        assert [step.name for step in told.steps] == ["created", "sent"]

    def test_says_that_there_is_no_push_service(self) -> None:
        told = happened(asked(), state="logged", sent_at=NOW, ended_at=NOW)

        assert told.why is not None
        assert told.why.startswith("No push service is set up")

    def test_says_until_when_it_waits_for_a_shift(self) -> None:
        register("phone-1")
        with policies.changed(PEER, push_at=after(3600)):
            [delivery] = deliver(an_ask())

        assert happened(delivery).waits_until == after(3600)

    def test_keeps_the_platform_of_a_phone_that_is_gone(self) -> None:
        delivery = asked()
        service.forget_session(session_id="petra-session", now=NOW)

        assert happened(delivery).platform == "android"

    @pytest.mark.parametrize(("organisation_id", "person_id"), [(WORKS, COLLEAGUE), (OTHER_WORKS, PEER)])
    def test_hides_what_somebody_else_was_told(self, organisation_id: UUID, person_id: UUID) -> None:
        delivery = asked()

        with pytest.raises(service.ItemNotFound):
            service.timeline_of(organisation_id=organisation_id, person_id=person_id, item_id=delivery.item_id)

    @pytest.mark.parametrize("reason", [*Fault, *Withheld])
    def test_has_a_sentence_for_every_reason(self, reason: str) -> None:
        assert sentence_of_reason(reason).endswith(".")


def tell_each_of(count: int, **facts: Any) -> None:
    """So many people are told, each on a phone, and these facts are true of each delivery."""
    for number in range(count):
        person_id = id_of(f"person {number}")
        register(f"phone-{number}", person_id=person_id)
        [delivery] = deliver(an_ask(recipient_id=person_id))
        Delivery.objects.filter(pk=delivery.pk).update(**facts)


class TestSummarise:
    def test_counts_each_step_and_measures_its_lag(self) -> None:
        tell_each_of(FEWEST_PEOPLE, **ACCEPTED)
        first = Delivery.objects.order_by("id")[0]
        Delivery.objects.filter(pk=first.pk).update(delivered_at=after(2.1))

        [found] = service.summarise(organisation_id=WORKS, now=after(60)).channels

        assert (found.channel, found.platform, found.created_count) == ("fcm", "android", 5)
        steps = {step.name: (step.count, step.median_ms, step.p90_ms) for step in found.steps}
        assert steps["sent"] == (5, 20, 20)
        assert steps["accepted"] == (5, 80, 80)
        assert steps["delivered"] == (1, 2000, 2000)
        assert steps["opened"] == (0, None, None)

    def test_interpolates_the_ninth_decile(self) -> None:
        tell_each_of(11, **ACCEPTED)
        for number, delivery in enumerate(Delivery.objects.order_by("id")):
            Delivery.objects.filter(pk=delivery.pk).update(sent_at=after(number))

        [found] = service.summarise(organisation_id=WORKS, now=after(60)).channels

        assert (found.steps[0].median_ms, found.steps[0].p90_ms) == (5000, 9000)

    def test_says_what_went_wrong_and_how_often(self) -> None:
        tell_each_of(FEWEST_PEOPLE, state="failed", reason=Fault.UNREGISTERED, ended_at=NOW)

        [found] = service.summarise(organisation_id=WORKS, now=after(60)).channels

        assert [(fault.reason, fault.count) for fault in found.faults] == [("unregistered", 5)]

    def test_leaves_out_a_group_in_which_a_person_could_be_found(self) -> None:
        tell_each_of(FEWEST_PEOPLE - 1)

        assert service.summarise(organisation_id=WORKS, now=NOW).channels == ()

    def test_forgets_what_is_older_than_a_week_and_sees_no_other_organisation(self) -> None:
        tell_each_of(FEWEST_PEOPLE)

        assert service.summarise(organisation_id=WORKS, now=NOW + timedelta(days=8)).channels == ()
        assert service.summarise(organisation_id=OTHER_WORKS, now=NOW).channels == ()

    @pytest.mark.parametrize("count", [5, 20])
    def test_costs_two_queries_however_much_was_told(
        self, count: int, django_assert_num_queries: DjangoAssertNumQueries
    ) -> None:
        tell_each_of(count)

        with django_assert_num_queries(2):
            service.summarise(organisation_id=WORKS, now=after(60))
