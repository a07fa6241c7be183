"""Whether there is a local FCM, where it listens, and what its process is reached by."""

from __future__ import annotations

import json
import os
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import httpx
import pytest

from backend.embedded.checks import find_free_port
from backend.embedded.environments import backend_environment
from backend.embedded.failure import UnableToStart
from backend.embedded.phones import chosen_phones_url, write_local_key
from backend.embedded.places import Places
from tests.embedded.processes import wait_for

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture(autouse=True)
def no_settings(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("PHONES_PORT", "FIREBASE_CREDENTIALS", "FCM_URL"):
        monkeypatch.delenv(name, raising=False)


@pytest.fixture
def taken_port() -> Iterator[int]:
    with closing(socket.create_server(("127.0.0.1", 0))) as taken:
        yield int(taken.getsockname()[1])


class TestChosenPhonesUrl:
    def test_stands_beside_the_web_process(self) -> None:
        port = find_free_port()

        assert chosen_phones_url(port - 100) == f"http://127.0.0.1:{port}"

    def test_is_another_when_that_port_is_taken(self, taken_port: int) -> None:
        chosen = chosen_phones_url(taken_port - 100)

        assert chosen not in {None, f"http://127.0.0.1:{taken_port}"}

    def test_is_there_even_beside_the_last_port(self) -> None:
        assert chosen_phones_url(65535) is not None

    def test_is_where_phones_port_says(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setenv("PHONES_PORT", "8777")

        assert chosen_phones_url(8000) == "http://127.0.0.1:8777"

    @pytest.mark.parametrize(
        ("name", "value"),
        [("PHONES_PORT", "off"), ("FIREBASE_CREDENTIALS", "/etc/firebase.json"), ("FCM_URL", "http://127.0.0.1:9099")],
    )
    def test_is_nowhere_when_pushes_go_elsewhere(self, monkeypatch: pytest.MonkeyPatch, name: str, value: str) -> None:
        monkeypatch.setenv(name, value)

        assert chosen_phones_url(8000) is None

    def test_is_refused_in_a_sentence_when_it_is_no_port(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setenv("PHONES_PORT", "many")

        with pytest.raises(UnableToStart, match=r"^PHONES_PORT must be a number from 1 to 65535, not 'many'\.$"):
            chosen_phones_url(8000)

    def test_is_refused_in_a_sentence_when_it_is_taken(self, monkeypatch: pytest.MonkeyPatch, taken_port: int) -> None:
        monkeypatch.setenv("PHONES_PORT", str(taken_port))

        with pytest.raises(UnableToStart, match=rf"^Port {taken_port} is taken; .*make run PHONES_PORT=\d+`\.$"):
            chosen_phones_url(8000)


class TestWriteLocalKey:
    def test_keeps_the_key_over_starts_and_follows_the_address(self, places: Places) -> None:
        keys = []
        for url in ("http://127.0.0.1:8100", "http://127.0.0.1:8200"):
            write_local_key(places, url)
            keys.append(json.loads(places.fcm_key_file.read_text()))

        assert keys[0]["private_key"] == keys[1]["private_key"]
        assert keys[1]["token_uri"] == "http://127.0.0.1:8200/token"


class TestBackendEnvironment:
    def test_leads_to_the_local_fcm_where_there_is_one(self, places: Places) -> None:
        told = backend_environment(places, public_url="http://127.0.0.1:8000", phones_url="http://127.0.0.1:8100")

        assert (told["FIREBASE_CREDENTIALS"], told["FCM_URL"]) == (str(places.fcm_key_file), "http://127.0.0.1:8100")

    def test_leads_where_the_operator_says_otherwise(self, places: Places, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setenv("FIREBASE_CREDENTIALS", "/etc/firebase.json")

        told = backend_environment(places, public_url="http://127.0.0.1:8000", phones_url=None)

        assert told["FIREBASE_CREDENTIALS"] == "/etc/firebase.json"
        assert "FCM_URL" not in told


class TestProcess:
    @pytest.fixture
    def url(self, places: Places) -> Iterator[str]:
        url = f"http://127.0.0.1:{find_free_port()}"
        write_local_key(places, url)
        told = ["--port", url.rpartition(":")[2], "--key", str(places.fcm_key_file), "--backend", "http://127.0.0.1:1"]
        command = [sys.executable, "-m", "backend.embedded.local_fcm", *told]
        environment = {"PATH": os.environ["PATH"]}  # it needs no setting, and no secret but its own key
        with subprocess.Popen(command, cwd=ROOT, env=environment, stderr=subprocess.DEVNULL) as process:
            wait_for(lambda: _answers(url), timeout_s=60)
            yield url
            process.send_signal(signal.SIGTERM)
            process.wait(10)

    def test_shows_a_phone_for_everybody_and_stays_on_this_machine(self, url: str) -> None:
        page = httpx.get(f"{url}/phones", trust_env=False).text
        outside = [address for address in _own_addresses() if not address.startswith("127.")]

        assert page.count("<article") == 8
        assert [address for address in outside if _answers(url.replace("127.0.0.1", address))] == []


def _own_addresses() -> set[str]:
    return {str(info[4][0]) for info in socket.getaddrinfo(socket.gethostname(), None, socket.AF_INET)}


def _answers(url: str) -> bool:
    try:
        return httpx.get(f"{url}/control", trust_env=False, timeout=2).is_success
    except httpx.TransportError:
        return False
