from __future__ import annotations

import threading
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection, transaction

from api_schema.events import PushCancelled, PushRequested
from api_schema.push_payloads import PushKind
from notifications import service
from notifications.models import Delivery, InboxItem
from tests.notifications.pushes import (
    COLLEAGUE,
    NOW,
    OTHER_WORKS,
    PEER,
    THREAD,
    WORKS,
    an_ask,
    deliver,
    deliveries,
    id_of,
    register,
    unread,
    withdraw,
)

LATER = NOW + timedelta(minutes=1)


def states(push: PushRequested) -> list[str]:
    return [delivery.state for delivery in deliveries(push)]


@pytest.mark.django_db
class TestDeliver:
    def test_writes_one_inbox_item_and_one_delivery_per_device(self) -> None:
        register("phone-1")
        register("browser-1", platform="web")

        deliver(an_ask())

        assert unread() == 1
        assert states(an_ask()) == ["created", "created"]

    def test_fills_the_inbox_of_a_person_without_a_device(self) -> None:
        deliver(an_ask())

        assert unread() == 1
        assert Delivery.objects.count() == 0

    def test_tells_a_thing_once_when_the_outbox_repeats_itself(self) -> None:
        register("phone-1")
        deliver(an_ask())

        deliver(an_ask(), now=LATER)

        assert unread() == 1
        assert states(an_ask()) == ["created"]

    def test_tells_two_people_the_same_thing(self) -> None:
        deliver(an_ask(recipient_id=PEER))

        deliver(an_ask(recipient_id=COLLEAGUE))

        assert (unread(PEER), unread(COLLEAGUE)) == (1, 1)

    def test_passes_over_a_phone_that_is_signed_in_to_another_organisation(self) -> None:
        register("phone-1", organisation_id=OTHER_WORKS)

        deliver(an_ask())

        assert states(an_ask()) == []

    @pytest.mark.parametrize(
        "data",
        [
            {"ask_id": str(id_of("an ask")), "code": "E4"},
            {"ask_id": "E4"},
            {"ask_id": str(id_of("an ask")), "push_id": str(id_of("a foreign push"))},
            {f"{number}_id": str(id_of("x")) for number in range(9)},
            {},
        ],
    )
    def test_refuses_what_is_not_ids_and_writes_nothing(self, data: dict[str, str]) -> None:
        with pytest.raises(service.MalformedPush):
            deliver(an_ask(data=data))

        assert InboxItem.objects.count() == 0

    def test_is_withdrawn_on_arrival_when_the_cancellation_came_first(self) -> None:
        register("phone-1")
        withdraw(at=LATER)

        deliver(an_ask(requested_at=NOW), now=LATER)

        assert states(an_ask()) == ["cancelled"]
        assert unread() == 0

    def test_stands_when_it_was_requested_after_the_cancellation(self) -> None:
        register("phone-1")
        withdraw(at=NOW)

        deliver(an_ask(requested_at=LATER), now=LATER)

        assert states(an_ask()) == ["created"]
        assert unread() == 1


@pytest.mark.django_db
class TestCancel:
    def test_withdraws_what_is_unsent_and_clears_the_unread_count(self) -> None:
        register("phone-1")
        deliver(an_ask())

        withdraw(at=LATER)

        assert states(an_ask()) == ["cancelled"]
        assert unread() == 0

    def test_shows_in_the_inbox_that_it_was_withdrawn(self) -> None:
        deliver(an_ask())

        withdraw(at=LATER)

        [entry] = service.list_inbox(organisation_id=WORKS, person_id=PEER).entries
        assert entry.cancelled_at == LATER

    def test_changes_nothing_the_second_time_or_when_an_older_one_comes_late(self) -> None:
        deliver(an_ask())
        withdraw(at=LATER)

        withdraw(at=LATER)
        withdraw(at=NOW - timedelta(hours=1))
        deliver(an_ask(dedupe_key="ask-2", requested_at=NOW))

        assert unread() == 0

    @pytest.mark.parametrize(
        "other", [{"organisation_id": OTHER_WORKS}, {"subject_id": id_of("another thread")}, {"kind": PushKind.ANSWER}]
    )
    def test_leaves_other_subjects_kinds_and_organisations_alone(self, other: dict[str, Any]) -> None:
        register("phone-1")
        deliver(an_ask())

        withdraw(at=LATER, **other)

        assert states(an_ask()) == ["created"]
        assert unread() == 1

    def test_leaves_alone_what_was_requested_later(self) -> None:
        register("phone-1")
        deliver(an_ask(requested_at=LATER))

        withdraw(at=NOW)

        assert states(an_ask()) == ["created"]


@pytest.mark.django_db(transaction=True)
class TestDeliverAndCancelTransactions:
    def test_refuses_to_deliver_outside_a_transaction(self) -> None:
        with pytest.raises(service.NotInATransaction):
            service.deliver(push=an_ask(), now=NOW)

        assert InboxItem.objects.count() == 0

    def test_refuses_to_cancel_outside_a_transaction(self) -> None:
        with pytest.raises(service.NotInATransaction):
            service.cancel(event=PushCancelled(WORKS, PushKind.ASK, THREAD, NOW))

    def test_a_cancellation_waits_for_a_delivery_under_way_and_catches_it(self) -> None:
        register("phone-1")

        def cancel_elsewhere() -> None:
            try:
                withdraw(at=LATER)
            finally:
                connection.close()

        with transaction.atomic():
            service.deliver(push=an_ask(), now=NOW)
            cancelling = threading.Thread(target=cancel_elsewhere)
            cancelling.start()
            cancelling.join(0.3)
            is_waiting = cancelling.is_alive()
        cancelling.join(10)

        assert is_waiting
        assert states(an_ask()) == ["cancelled"]
        assert unread() == 0

    def test_tells_once_when_two_handlers_deliver_the_same_request_at_once(self) -> None:
        register("phone-1")

        def deliver_elsewhere() -> None:
            try:
                deliver(an_ask())
            finally:
                connection.close()

        handlers = [threading.Thread(target=deliver_elsewhere) for _ in range(8)]
        for handler in handlers:
            handler.start()
        for handler in handlers:
            handler.join(10)

        assert unread() == 1
        assert len(deliveries(an_ask())) == 1
