from __future__ import annotations

from datetime import datetime, timedelta
from itertools import permutations

import pytest

from notifications import service
from notifications.models import Delivery, Device
from notifications.reply_tokens import mint
from notifications.service import ReceiptKind, ReplyPermit
from tests.notifications.pushes import NOW, asked, unread

pytestmark = pytest.mark.django_db


def told() -> tuple[Delivery, ReplyPermit]:
    """Petra's phone got the ask; return the delivery and what its token permits."""
    delivery = asked()
    token = mint(delivery, Device.objects.get(), now=NOW)
    return delivery, service.read_token(token, now=NOW)


def after(seconds: int) -> datetime:
    return NOW + timedelta(seconds=seconds)


def note(permit: ReplyPermit, kind: ReceiptKind, now: datetime) -> None:
    service.note_receipt(
        organisation_id=permit.organisation_id,
        person_id=permit.person_id,
        push_id=permit.push_id,
        delivery_id=permit.delivery_id,
        device_id=permit.device_id,
        kind=kind,
        now=now,
    )


def steps(delivery: Delivery) -> list[datetime | None]:
    delivery.refresh_from_db()
    return [delivery.delivered_at, delivery.opened_at, delivery.acted_at]


class TestNoteReceipt:
    def test_notes_when_the_push_was_delivered(self) -> None:
        delivery, permit = told()

        note(permit, ReceiptKind.DELIVERED, after(2))

        assert steps(delivery) == [after(2), None, None]
        assert unread() == 1

    def test_takes_an_opened_push_for_delivered_and_read(self) -> None:
        delivery, permit = told()

        note(permit, ReceiptKind.OPENED, after(5))

        assert steps(delivery) == [after(5), after(5), None]
        assert unread() == 0

    def test_takes_an_answered_push_for_opened(self) -> None:
        delivery, permit = told()

        note(permit, ReceiptKind.ACTED, after(9))

        assert steps(delivery) == [after(9), after(9), after(9)]

    def test_keeps_the_first_time_of_each_step(self) -> None:
        delivery, permit = told()
        note(permit, ReceiptKind.DELIVERED, after(1))

        for second in (5, 6):
            note(permit, ReceiptKind.OPENED, after(second))
        note(permit, ReceiptKind.DELIVERED, after(7))

        assert steps(delivery) == [after(1), after(5), None]

    @pytest.mark.parametrize("order", list(permutations(ReceiptKind)))
    def test_takes_them_in_any_order(self, order: tuple[ReceiptKind, ...]) -> None:
        delivery, permit = told()

        for second, kind in enumerate(order):
            note(permit, kind, after(second))

        delivered, opened, acted = steps(delivery)
        assert delivered is not None
        assert opened is not None
        assert acted is not None
        assert delivered <= opened <= acted

    def test_notes_when_the_phone_was_last_heard_of(self) -> None:
        _, permit = told()

        note(permit, ReceiptKind.DELIVERED, after(60))

        assert Device.objects.get().last_seen_at == after(60)
