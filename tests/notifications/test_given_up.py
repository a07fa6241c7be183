"""A push that FCM never takes: in the end somebody who can mend it hears of it."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest

from backend.doctor.telling import examine_pushes
from backend.embedded.local_fcm.service import Order
from notifications.last_look import MAX_ATTEMPTS
from notifications.models import Delivery
from notifications.obstacles import find_obstacles
from tests.fakes import fcm as fake
from tests.fakes.fcm import FakeFcm
from tests.notifications.pushes import NOW, PEER, WORKS, asked, send, unread

pytestmark = pytest.mark.django_db


def try_until_over(delivery: Delivery) -> datetime:
    """Send whenever it is due, until nothing more follows; return when that was."""
    now = NOW
    while delivery.state in {"created", "requeued"}:
        send(delivery, now)
        now = max(now, delivery.available_at)
    return now


class TestGivenUp:
    def test_is_an_alert_once_and_stands_in_the_doctors_report(
        self, firebase: FakeFcm, caplog: pytest.LogCaptureFixture
    ) -> None:
        firebase.orders.append(Order(fake.UNAVAILABLE, left=None))
        delivery = asked("secret-address")

        now = try_until_over(delivery)

        alerts = [record.getMessage() for record in caplog.records if record.name == "notifications.alerts"]
        assert (delivery.state, delivery.reason) == ("dead", "too_many_attempts")
        assert (delivery.attempts, len(firebase.received)) == (MAX_ATTEMPTS, MAX_ATTEMPTS)
        assert now - NOW > timedelta(hours=1)  # a service that is down for an hour costs no push
        [alert] = alerts
        assert f"given up after {MAX_ATTEMPTS} attempts, delivery {delivery.pk}, by fcm (unavailable)" in alert
        assert "secret-address" not in alert
        assert "1 message given up since yesterday; the inbox has what they told." in {
            finding.says for finding in examine_pushes(now=now)
        }
        [phone] = find_obstacles(organisation_id=WORKS, person_id=PEER, now=now).devices
        assert phone.problem == "It was tried many times in vain, and given up."
        assert unread() == 1
