from __future__ import annotations

import json
import socket
import time
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings as django_settings
from pytest_django import Settings

from api_schema.push_payloads import MAX_PAYLOAD_BYTES
from notifications import access_tokens, fcm
from notifications.answers import Accepted, Answer, Fault, Refused
from notifications.outgoing import OutgoingPush
from notifications.payloads import fcm_message
from tests.fakes import fcm as fake
from tests.fakes.fcm import FakeFcm, Scripted
from tests.notifications.outgoing_pushes import ANDROID, EVERY_PLATFORM, WEB, outgoing_ask

LONGEST_CALL_S = 10.0


def send(push: OutgoingPush | None = None) -> Answer:
    channel = fcm.FcmChannel(credentials_path=django_settings.FIREBASE_CREDENTIALS or "", url=django_settings.FCM_URL)
    return channel.send(push or outgoing_ask())


def refused(answer: Answer) -> Refused:
    assert isinstance(answer, Refused)
    return answer


@pytest.fixture
def quick_limits(monkeypatch: pytest.MonkeyPatch) -> None:
    """A quarter of the real limits, so that the suite does not wait for them twice."""
    monkeypatch.setattr(fcm, "LIMIT_S", fcm.LIMIT_S / 4)
    monkeypatch.setattr(access_tokens, "LIMIT_S", access_tokens.LIMIT_S / 4)


def seconds_of_send() -> tuple[Answer, float]:
    began = time.monotonic()
    answer = send()
    return answer, time.monotonic() - began


class TestSend:
    @pytest.mark.parametrize("address", EVERY_PLATFORM)
    def test_brings_the_message_to_fcm_as_it_was_built(self, firebase: FakeFcm, address: Any) -> None:
        push = outgoing_ask(address)

        answer = send(push)

        assert answer == Accepted("projects/cuppa-test/messages/1")
        [received] = firebase.received
        assert received.message == fcm_message(push)
        assert received.body_bytes < MAX_PAYLOAD_BYTES

    def test_reaches_an_app_by_its_installation_id(self, firebase: FakeFcm) -> None:
        send(outgoing_ask(WEB))

        assert firebase.received[0].message["fid"] == "browser-1"
        assert "token" not in firebase.received[0].message

    def test_fetches_the_access_token_once_for_many_pushes(self, firebase: FakeFcm) -> None:
        for _ in range(5):
            send()

        assert len(firebase.accepted) == 5
        assert firebase.token_requests == 1

    def test_asks_no_server_but_the_ones_it_was_told_of(
        self, firebase: FakeFcm, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        hosts: list[str] = []
        look_up = socket.getaddrinfo

        def noted(host: str, *rest: Any) -> Any:
            hosts.append(host)
            return look_up(host, *rest)

        monkeypatch.setattr(socket, "getaddrinfo", noted)

        send()
        time.sleep(0.2)  # what google-auth looks up, it looks up in a thread of its own

        assert hosts == []  # libcurl goes where it is told, by itself


class TestRefusals:
    @pytest.mark.parametrize(
        ("scripted", "fault"),
        [
            (fake.UNREGISTERED, Fault.UNREGISTERED),
            (fake.SENDER_ID_MISMATCH, Fault.SENDER_ID_MISMATCH),
            (fake.NOT_A_REGISTRATION, Fault.BAD_REGISTRATION),
            (fake.invalid_argument("android.ttl"), Fault.BAD_PAYLOAD),
            (fake.invalid_argument("The registration token is not a valid FCM registration token"), Fault.BAD_PAYLOAD),
            (Scripted(400, "Bad Request"), Fault.BAD_PAYLOAD),
            (fake.quota_exceeded("7"), Fault.QUOTA_EXCEEDED),
            (fake.UNAVAILABLE, Fault.UNAVAILABLE),
            (fake.BAD_GATEWAY, Fault.UNAVAILABLE),
            (fake.INTERNAL, Fault.UNAVAILABLE),
            (fake.PERMISSION_DENIED, Fault.CREDENTIALS),
            (
                Scripted(404, {"error": {"code": 404, "status": "NOT_FOUND", "message": "no project"}}),
                Fault.CREDENTIALS,
            ),
            (Scripted(418, "I am a teapot"), Fault.UNKNOWN),
            (Scripted(200, "<html>a captive portal</html>"), Fault.AMBIGUOUS),
            (fake.RESET, Fault.AMBIGUOUS),
        ],
    )
    def test_names_the_fault(self, firebase: FakeFcm, scripted: Scripted, fault: Fault) -> None:
        firebase.will_answer(ANDROID.value, scripted)

        answer = refused(send())

        assert answer.fault is fault
        assert len(firebase.received) == 1  # nothing was retried behind our back

    def test_names_a_broken_apns_key_after_the_sdk_renewed_its_own(self, firebase: FakeFcm) -> None:
        # The SDK takes every 401 for a stale access token and asks up to twice again.
        firebase.will_answer(ANDROID.value, *[fake.THIRD_PARTY_AUTH] * 3)

        assert refused(send()).fault is Fault.THIRD_PARTY_AUTH

    @pytest.mark.parametrize(
        ("scripted", "seconds"),
        [
            (fake.quota_exceeded("7"), 7.0),
            (fake.quota_exceeded(None), None),
            (fake.quota_exceeded("soon"), None),
            (fake.unavailable_for(30), 30.0),
            (fake.UNAVAILABLE, None),
        ],
    )
    def test_passes_on_when_to_come_back(self, firebase: FakeFcm, scripted: Scripted, seconds: float | None) -> None:
        firebase.will_answer(ANDROID.value, scripted)

        assert refused(send()).retry_after_s == seconds

    def test_reads_a_date_to_come_back_at(self, firebase: FakeFcm) -> None:
        in_a_minute = format_datetime(datetime.now(UTC) + timedelta(minutes=1), usegmt=True)
        firebase.will_answer(ANDROID.value, fake.quota_exceeded(in_a_minute))

        assert refused(send()).retry_after_s == pytest.approx(60, abs=5)

    @pytest.mark.parametrize("date", ["Thu Nov 26 10:01:00 2026", "Thu, 26 Nov 2026 11:01:00 +0100"])
    def test_reads_it_by_the_clock_of_who_says_it_in_every_form(self, firebase: FakeFcm, date: str) -> None:
        answered = {"Retry-After": date, "Date": "Thu, 26 Nov 2026 10:00:00 GMT"}
        firebase.will_answer(ANDROID.value, Scripted(503, "busy", headers=answered))

        assert refused(send()).retry_after_s == 60

    def test_takes_a_message_that_the_sdk_will_not_encode_for_our_mistake(self, firebase: FakeFcm) -> None:
        push = outgoing_ask(ids={"ask_id": 7})

        assert refused(send(push)).fault is Fault.BAD_PAYLOAD
        assert firebase.received == []


class TestTimeOfSend:
    """The SDK alone took 28 s for the first of these, and more than 100 s for the last."""

    @pytest.mark.parametrize("scripted", [fake.quota_exceeded("7"), fake.UNAVAILABLE, fake.unavailable_for(30)])
    def test_does_not_wait_when_fcm_says_to_come_back_later(self, firebase: FakeFcm, scripted: Scripted) -> None:
        firebase.will_answer(ANDROID.value, *[scripted] * 5)

        _, seconds = seconds_of_send()

        assert seconds < 4.0

    def test_gives_up_on_a_silent_server_and_does_not_send_again(self, firebase: FakeFcm, quick_limits: None) -> None:
        firebase.will_answer(ANDROID.value, fake.silence(30))

        answer, seconds = seconds_of_send()

        assert refused(answer).fault is Fault.AMBIGUOUS
        assert seconds < LONGEST_CALL_S
        assert len(firebase.received) == 1

    def test_has_a_limit_that_holds_whatever_happens(self) -> None:
        assert fcm.STARTS_WITHIN_S + fcm.LIMIT_S < LONGEST_CALL_S
        assert access_tokens.LIMIT_S < fcm.STARTS_WITHIN_S

    def test_gives_up_on_a_server_that_drips(self, firebase: FakeFcm, quick_limits: None) -> None:
        firebase.will_answer(ANDROID.value, fake.dripping(30))

        answer, seconds = seconds_of_send()

        assert refused(answer).fault is Fault.AMBIGUOUS
        assert seconds == pytest.approx(fcm.LIMIT_S, abs=1.0)

    def test_gives_up_on_a_token_endpoint_that_is_down(self, firebase: FakeFcm) -> None:
        firebase.token_answers.extend([fake.UNAVAILABLE] * 10)

        answer, seconds = seconds_of_send()

        assert refused(answer).fault is Fault.UNAVAILABLE
        assert seconds < LONGEST_CALL_S
        assert firebase.received == []

    def test_gives_up_on_a_token_endpoint_that_is_silent(self, firebase: FakeFcm, quick_limits: None) -> None:
        firebase.token_answers.extend([fake.silence(30)] * 10)

        answer, seconds = seconds_of_send()

        assert refused(answer).fault is Fault.UNAVAILABLE
        assert seconds == pytest.approx(access_tokens.LIMIT_S, abs=1.0)

    @pytest.mark.parametrize("nobody", ["http://127.0.0.1:1", "http://nobody.invalid"])
    def test_gives_up_when_nobody_listens(self, firebase: FakeFcm, settings: Settings, nobody: str) -> None:
        settings.FCM_URL = nobody

        answer, seconds = seconds_of_send()

        assert refused(answer).fault is Fault.UNAVAILABLE  # nothing was sent, so nothing can have arrived
        assert seconds < 4.0


class TestCredentials:
    def test_are_refused_when_google_does_not_know_the_key(
        self, firebase: FakeFcm, settings: Settings, tmp_path: Path
    ) -> None:
        path = tmp_path / "stranger.json"
        with FakeFcm() as stranger:
            key = json.loads(stranger.write_key(path).read_text())
        path.write_text(json.dumps(key | {"token_uri": f"{firebase.url}/token"}))
        settings.FIREBASE_CREDENTIALS = str(path)

        answer = refused(send())

        assert answer.fault is Fault.CREDENTIALS
        assert "invalid_grant" in answer.detail

    @pytest.mark.parametrize(
        ("content", "reason"),
        [
            ("{}", "type"),
            ("no json at all", "Expecting value"),
            ("[]", "list"),
            ('{"type": "service_account"}', "client_email"),
        ],
    )
    def test_have_a_problem_that_is_one_sentence(self, tmp_path: Path, content: str, reason: str) -> None:
        path = tmp_path / "key.json"
        path.write_text(content)

        problem = fcm.credentials_problem(str(path))

        assert problem is not None
        assert problem.startswith(f"FIREBASE_CREDENTIALS ({path}) cannot be used")
        assert reason in problem
        assert "\n" not in problem

    def test_have_a_problem_when_the_file_is_missing(self, tmp_path: Path) -> None:
        assert "No such file" in str(fcm.credentials_problem(str(tmp_path / "missing.json")))

    def test_have_none_when_the_file_is_good(self, firebase: FakeFcm) -> None:
        assert fcm.credentials_problem(str(django_settings.FIREBASE_CREDENTIALS)) is None

    def test_refuse_every_push_while_the_file_is_bad_and_serve_once_it_is_repaired(
        self, fake_fcm: FakeFcm, settings: Settings, tmp_path: Path
    ) -> None:
        path = tmp_path / "key.json"
        path.write_text("{}")
        settings.FIREBASE_CREDENTIALS, settings.FCM_URL = str(path), fake_fcm.url

        while_bad = send()
        fake_fcm.write_key(path)
        once_repaired = send()

        assert refused(while_bad).fault is Fault.CREDENTIALS
        assert isinstance(once_repaired, Accepted)
