"""A sender process that is killed in the middle of a batch: nothing is lost, and little is sent twice."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections import Counter

import pytest
from django.conf import settings as django_settings
from django.db import connection
from django.utils import timezone

from notifications import service
from notifications.bounded_http import AT_ONCE
from notifications.claiming import LEASE
from notifications.models import Delivery
from tests.fakes import fcm as fake
from tests.fakes.fcm import FakeFcm
from tests.notifications.pushes import an_ask, deliver, register
from tests.notifications.test_sending import wait_until

_PUSHES = 300

# A sender as Celery's worker is one, without the broker.
_SENDER = """
import sys
from uuid import UUID
import django
django.setup()
from django.conf import settings
from django.utils import timezone
settings.FIREBASE_CREDENTIALS, settings.FCM_URL, settings.PUSH_POLICY = sys.argv[1:4]
settings.DATABASES["default"]["NAME"] = sys.argv[4]
from notifications import service
service.send_deliveries(delivery_ids=[UUID(line) for line in sys.stdin.read().split()], now=timezone.now())
"""


def start_sender(ids: list[str]) -> subprocess.Popen[str]:
    database = str(connection.settings_dict["NAME"])
    arguments = [django_settings.FIREBASE_CREDENTIALS, django_settings.FCM_URL, django_settings.PUSH_POLICY, database]
    sender = subprocess.Popen(
        [sys.executable, "-c", _SENDER, *map(str, arguments)], stdin=subprocess.PIPE, text=True, env=dict(os.environ)
    )
    assert sender.stdin is not None
    sender.stdin.write("\n".join(ids))
    sender.stdin.close()
    return sender


@pytest.mark.slow
@pytest.mark.django_db(transaction=True)
class TestKilledSender:
    def test_loses_nothing_and_repeats_only_what_was_on_the_way(self, firebase: FakeFcm) -> None:
        now = timezone.now()
        for number in range(_PUSHES):
            register(f"phone-{number}")
            firebase.will_answer(f"phone-{number}", fake.silence(0.2))
        ids = [str(delivery.pk) for delivery in deliver(an_ask(requested_at=now), now=now)]
        sender = start_sender(ids)

        wait_until(lambda: len(firebase.received) >= _PUSHES // 3, within_s=60)
        os.kill(sender.pid, signal.SIGKILL)
        sender.wait(10)
        service.send_deliveries(
            delivery_ids=list(Delivery.objects.values_list("pk", flat=True)), now=timezone.now() + LEASE
        )

        times = Counter(received.address for received in firebase.received)
        assert Delivery.objects.exclude(state="accepted").count() == 0
        assert len(times) == _PUSHES
        assert sum(count - 1 for count in times.values()) <= 2 * AT_ONCE  # on the way, and not yet written down
        assert max(times.values()) <= 2
        self._assert_repeats_are_equal(firebase)

    def _assert_repeats_are_equal(self, firebase: FakeFcm) -> None:
        seen: dict[str, tuple[str, str, str]] = {}
        for received in firebase.received:
            data = received.message["data"]
            key = (data["push_id"], data["collapse_id"], data["reply_token"])
            assert seen.setdefault(received.address, key) == key
