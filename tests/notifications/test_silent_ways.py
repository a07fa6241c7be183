"""A mail server or an SNS that accepts connections and then says nothing, or a byte now and then."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from threading import enumerate as living_threads
from typing import Any

import pytest
from celery import Celery
from celery.contrib.testing.worker import start_worker
from celery.signals import setup_logging, task_postrun
from django.utils import timezone
from pytest_django import Settings

from api_schema.push_payloads import PushKind
from backend.jobs.app import app as jobs_app
from backend.settings.env import MailServer
from notifications import side_by_side
from notifications.answers import Answer, Fault, Refused
from notifications.email.channel import EmailChannel
from notifications.models import Delivery, Preference
from notifications.outgoing import Address, OutgoingPush
from notifications.sms.channel import SmsChannel
from notifications.sms.sns import sns_client
from tests.fakes.fcm import FakeFcm
from tests.fakes.stuck import stuck_server
from tests.notifications import policies
from tests.notifications.outgoing_pushes import outgoing_ask
from tests.notifications.pushes import PEER, WORKS, an_ask, deliver, id_of, register
from tests.notifications.test_waking import close_connections, leave_logging_alone, wait_until

LIMIT_S = 1.2
LONGEST_CALL_S = 10.0
STUCK = ["silent", "dripping"]


@pytest.fixture
def quick_limits(monkeypatch: pytest.MonkeyPatch) -> None:
    """A fraction of the real limits: the suite need not wait for them."""
    monkeypatch.setattr(side_by_side, "LIMIT_S", LIMIT_S)
    monkeypatch.setattr(side_by_side, "_GRACE_S", 0.3)
    monkeypatch.setattr(side_by_side, "STARTS_WITHIN_S", 0.5)


@pytest.fixture(params=STUCK)
def stuck(request: pytest.FixtureRequest, settings: Settings) -> Iterator[str]:
    """An installation whose mail server and whose SNS are stuck."""
    with ExitStack() as servers:
        mail_port = servers.enter_context(stuck_server(request.param, line=b"220-not so quick\r\n"))
        sns_port = servers.enter_context(stuck_server(request.param, line=b"HTTP/1.1 200 OK "))
        settings.EMAIL_FROM, settings.EMAIL = "cuppa@works.example", MailServer(host="127.0.0.1", port=mail_port)
        settings.SMS_REGION, settings.SMS_ENDPOINT_URL = "eu-west-2", f"http://127.0.0.1:{sns_port}"
        settings.SMS_ACCESS_KEY_ID = settings.SMS_SECRET_ACCESS_KEY = "testing"
        yield request.param
    sns_client.cache_clear()


def seconds_of(call: Callable[[], Answer]) -> tuple[Answer, float]:
    began = time.monotonic()
    answer = call()
    return answer, time.monotonic() - began


def a_push(kind: str, value: str) -> OutgoingPush:
    return outgoing_ask(Address(kind=kind, value=value), reply_token=None)


WAYS: dict[str, Callable[[], Answer]] = {
    "email": lambda: EmailChannel().send(a_push("email", "petra@works.example")),
    "sms": lambda: SmsChannel().send(a_push("sms", "+447700900123")),
}


class TestStuckServer:
    @pytest.mark.parametrize("way", WAYS)
    def test_is_given_up_in_time_and_leaves_no_thread_behind(self, stuck: str, quick_limits: None, way: str) -> None:
        before = set(living_threads())

        answer, seconds = seconds_of(WAYS[way])

        assert isinstance(answer, Refused)
        assert answer.fault is Fault.AMBIGUOUS
        assert seconds < LIMIT_S + 2
        wait_until(lambda: not [each for each in living_threads() if "_call" in each.name and each not in before])

    @pytest.mark.slow
    @pytest.mark.parametrize("way", WAYS)
    def test_is_given_up_within_ten_seconds(self, stuck: str, way: str) -> None:
        answer, seconds = seconds_of(WAYS[way])

        assert isinstance(answer, Refused)
        assert seconds < LONGEST_CALL_S

    def test_holds_a_batch_no_longer_than_one(self, stuck: str, quick_limits: None) -> None:
        pushes = {outgoing.push_id: outgoing for outgoing in map(numbered_email, range(25))}

        began = time.monotonic()
        answers: dict[Any, Answer] = {}
        for some in EmailChannel().send_many(pushes, goes_on=lambda: True):
            answers |= some

        assert answers.keys() == pushes.keys()
        assert time.monotonic() - began < LIMIT_S + 1

    def test_has_a_limit_that_holds_whatever_happens(self) -> None:
        assert side_by_side.LIMIT_S + side_by_side._GRACE_S < LONGEST_CALL_S
        assert side_by_side.STARTS_WITHIN_S < side_by_side.LIMIT_S


def numbered_email(number: int) -> OutgoingPush:
    return outgoing_ask(
        Address(kind="email", value=f"peer-{number}@works.example"), push_id=id_of(f"item {number}"), reply_token=None
    )


@pytest.fixture
def sender(push_queue: Celery) -> Iterator[None]:
    """A Celery worker with as many threads as `push` has."""
    task_postrun.connect(close_connections)
    setup_logging.connect(leave_logging_alone)
    with start_worker(
        push_queue,
        pool="threads",
        concurrency=jobs_app.conf.worker_concurrency,
        queues=["push"],
        perform_ping_check=False,
        shutdown_timeout=30,
    ):
        yield
    setup_logging.disconnect(leave_logging_alone)
    task_postrun.disconnect(close_connections)


@pytest.mark.django_db(transaction=True)
class TestPushBesideStuckWays:
    @pytest.mark.parametrize("stuck", ["silent"], indirect=True)
    def test_leaves_at_once_however_many_emails_and_texts_hang(
        self, stuck: str, firebase: FakeFcm, sender: None, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(side_by_side, "LIMIT_S", 3.0)
        register("phone-1")
        Preference.objects.create(
            organisation_id=WORKS, person_id=PEER, kind=PushKind.ASK, mode="push", by_email=True, by_sms=True
        )

        with policies.changed(PEER, email="petra@works.example", phone="+447700900123"):
            began = time.monotonic()
            for number in range(8):  # twice as many as the sender has threads, each with an e-mail and a text
                now = timezone.now()
                deliver(an_ask(dedupe_key=f"ask-{number}", requested_at=now), now=now)
            wait_until(lambda: Delivery.objects.filter(channel="fcm", state="accepted").count() == 8)
            seconds = time.monotonic() - began

        assert seconds < side_by_side.LIMIT_S
        assert len(firebase.accepted) == 8
        held = Delivery.objects.exclude(channel="fcm").filter(state="sending")
        assert sorted(held.values_list("channel", flat=True)) == ["email", "sms"]
        waiting = Delivery.objects.exclude(channel="fcm").filter(state="created")
        wait_until(lambda: set(waiting.values_list("attempts", "woken_at")) == {(0, None)})  # for the next sweep
