from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from moto.server import ThreadedMotoServer
from moto.sns.models import sns_backends
from pytest_django import Settings

from notifications.answers import Accepted, Answer, Fault, Refused
from notifications.outgoing import Address
from notifications.sms.channel import SmsChannel
from notifications.sms.sns import sns_client
from tests.fakes.sns import refusing_sns
from tests.notifications.outgoing_pushes import outgoing_ask
from tests.notifications.pushes import THREAD

PHONE = "+447700900123"
REGION = "eu-west-2"


@pytest.fixture(scope="module")
def sns() -> Iterator[str]:
    """The address of a server that speaks SNS."""
    server = ThreadedMotoServer(ip_address="127.0.0.1", port=0, verbose=False)
    server.start()
    host, port = server.get_host_and_port()
    yield f"http://{host}:{port}"
    server.stop()


@pytest.fixture(autouse=True)
def texting(sns: str, settings: Settings) -> Iterator[None]:
    """An installation that sends text messages; SNS has sent none yet."""
    settings.SMS_ACCESS_KEY_ID = settings.SMS_SECRET_ACCESS_KEY = "testing"
    settings.SMS_REGION = REGION
    settings.SMS_ENDPOINT_URL = sns
    settings.PUBLIC_URL = "https://cuppa.works.example"
    for account in sns_backends.values():
        account[REGION].sms_messages.clear()  # no reset: moto would empty the S3 of other tests, too
    yield
    sns_client.cache_clear()


def send(**changes: Any) -> Answer:
    address = Address(kind="sms", value=PHONE)
    return SmsChannel().send(outgoing_ask(address, **{"shows_details": True, "reply_token": "a-token"} | changes))


def texts() -> list[tuple[str, str]]:
    """Return the number and the words of each message that SNS took."""
    [account] = sns_backends.values()
    return list(account[REGION].sms_messages.values())


class TestSms:
    def test_says_what_it_is_about_in_the_persons_language(self) -> None:
        send(shows_details=False, language="de")

        [(_number, text)] = texts()
        assert text.startswith("Cuppa: Jemand fragt Sie zu einem Fehler.\nhttps://")

    def test_brings_title_and_page_to_the_phone(self) -> None:
        answer = send()

        assert isinstance(answer, Accepted)
        page = f"https://cuppa.works.example/threads/{THREAD}"
        assert texts() == [(PHONE, f"Cuppa: Olive asks: E4 on CHL-A\n{page}")]

    def test_says_only_that_there_is_something_where_details_must_not_leave(self) -> None:
        send(shows_details=False)

        [(_, words)] = texts()
        assert words.startswith("Cuppa: A colleague asks you about a fault.\n")

    @pytest.mark.parametrize("title", ["x" * 1000, "ж" * 1000, "👩‍🔧" * 1000])
    def test_takes_at_most_three_parts_in_any_script(self, title: str) -> None:
        send(title=title)

        [(_, words)] = texts()
        is_plain = words.isascii() or set(words) - set("…") <= set(map(chr, range(128)))
        units = len(words) if is_plain else len(words.encode("utf-16-le")) // 2
        assert units <= (3 * 153 if is_plain else 3 * 67)
        assert words.endswith(str(THREAD))


class TestSmsRefused:
    @pytest.mark.parametrize(
        ("status", "code", "fault"),
        [
            (400, "InvalidParameter", Fault.BAD_REGISTRATION),
            (400, "OptedOut", Fault.UNREGISTERED),
            (400, "Throttling", Fault.UNAVAILABLE),
            (429, "SomethingNew", Fault.UNAVAILABLE),
            (500, "InternalError", Fault.UNAVAILABLE),
            (503, "SomethingNew", Fault.UNAVAILABLE),
            (403, "AuthorizationError", Fault.CREDENTIALS),
            (403, "InvalidClientTokenId", Fault.CREDENTIALS),
            (403, "SignatureDoesNotMatch", Fault.CREDENTIALS),
            (400, "ValidationError", Fault.BAD_PAYLOAD),
            (400, "SomethingNew", Fault.UNKNOWN),
        ],
    )
    def test_says_what_follows(self, settings: Settings, status: int, code: str, fault: Fault) -> None:
        with refusing_sns(status, code) as settings.SMS_ENDPOINT_URL:
            answer = send()

        assert answer == Refused(fault, f"SNS says {code}")

    def test_waits_for_a_service_that_cannot_be_reached(self, settings: Settings) -> None:
        settings.SMS_ENDPOINT_URL = "http://127.0.0.1:1"

        assert send() == Refused(Fault.UNAVAILABLE, "SNS cannot be reached")

    def test_says_that_there_is_no_key(self, settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
        settings.SMS_ACCESS_KEY_ID = settings.SMS_SECRET_ACCESS_KEY = None
        for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"):
            monkeypatch.delenv(name, raising=False)
        monkeypatch.setenv("AWS_EC2_METADATA_DISABLED", "true")
        monkeypatch.setenv("AWS_SHARED_CREDENTIALS_FILE", "/nonexistent")

        answer = send()

        assert isinstance(answer, Refused)
        assert answer.fault is Fault.CREDENTIALS

    def test_says_that_there_is_no_region(self, settings: Settings) -> None:
        settings.SMS_REGION = None

        assert send() == Refused(
            Fault.CREDENTIALS, "SMS_REGION is not set, so no text message leaves; the inbox serves."
        )
