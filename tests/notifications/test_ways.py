"""E-mail and text messages on the same road as pushes: planned, claimed, sent, written down."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from pytest_django import Settings

from api_schema.push_payloads import PushKind
from backend.settings.env import MailServer
from notifications import service
from notifications.models import Delivery, Device
from tests.fakes.smtp import FakeSmtp
from tests.notifications import policies
from tests.notifications.pushes import NOW, PEER, THREAD, WORKS, an_ask, deliver, register, send

pytestmark = pytest.mark.django_db


@pytest.fixture
def mail(settings: Settings, no_firebase: None) -> Iterator[FakeSmtp]:
    """Petra has an address, and there is a mail server; no push service is set up."""
    settings.EMAIL_FROM = "cuppa@works.example"
    with FakeSmtp() as server, policies.changed(PEER, email="petra@works.example"):
        settings.EMAIL = MailServer(host="127.0.0.1", port=server.port)
        yield server


def a_duty_email() -> Delivery:
    """Petra is on duty, and a thread is hers now; the e-mail that says so waits."""
    duty = an_ask(kind=PushKind.DUTY, dedupe_key="duty-1", data={"thread_id": str(THREAD)})
    [delivery] = [delivery for delivery in deliver(duty) if delivery.channel == "email"]
    return delivery


class TestEmailDelivery:
    def test_arrives_and_is_written_down(self, mail: FakeSmtp) -> None:
        delivery = send(a_duty_email())

        [received] = mail.received
        assert received.recipients == ["petra@works.example"]
        assert (delivery.state, delivery.attempts) == ("accepted", 1)
        assert delivery.message_id == received.message["Message-ID"]

    def test_goes_to_where_the_person_is_reached_now(self, mail: FakeSmtp) -> None:
        delivery = a_duty_email()

        with policies.changed(PEER, email="petra.new@works.example"):
            send(delivery)

        assert mail.received[0].recipients == ["petra.new@works.example"]

    def test_is_not_sent_to_somebody_without_an_address_any_more(self, mail: FakeSmtp) -> None:
        delivery = a_duty_email()

        with policies.changed(PEER, email=""):
            send(delivery)

        assert (delivery.state, delivery.reason) == ("cancelled", "no_address")
        assert mail.received == []

    def test_is_given_up_when_nobody_lives_there_and_forgets_no_phone(self, mail: FakeSmtp) -> None:
        register("phone-1")
        mail.answers["RCPT"] = (550, "No such user")

        delivery = send(a_duty_email())

        assert (delivery.state, delivery.reason) == ("failed", "bad_registration")
        assert Device.objects.count() == 1

    def test_is_tried_again_when_the_server_is_busy(self, mail: FakeSmtp) -> None:
        mail.answers["MAIL"] = (421, "Too many at once")
        delivery = send(a_duty_email())
        assert (delivery.state, delivery.reason) == ("requeued", "unavailable")

        mail.answers.clear()
        send(delivery, delivery.available_at)

        assert (delivery.state, len(mail.received)) == ("accepted", 1)

    def test_alerts_when_the_servers_password_is_wrong(
        self, mail: FakeSmtp, settings: Settings, caplog: pytest.LogCaptureFixture
    ) -> None:
        mail.password = "tea"
        settings.EMAIL = MailServer(host="127.0.0.1", port=mail.port, user="cuppa", password="coffee")

        delivery = send(a_duty_email())

        alerts = [record.getMessage() for record in caplog.records if record.name == "notifications.alerts"]
        assert (delivery.state, delivery.reason) == ("requeued", "credentials")
        assert len(alerts) == 1
        assert "petra" not in alerts[0]

    def test_does_not_leave_once_it_was_read_in_the_app(self, mail: FakeSmtp) -> None:
        delivery = a_duty_email()
        service.mark_read(organisation_id=WORKS, person_id=PEER, item_ids=[delivery.item_id], now=NOW)

        send(delivery)

        assert (delivery.state, delivery.reason) == ("cancelled", "read")
        assert mail.received == []
