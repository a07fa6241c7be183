"""The token endpoint: a sender with our key gets access tokens, nobody else does."""

from __future__ import annotations

import json
import stat
import time
from pathlib import Path
from typing import Any

import jwt
import pytest

from backend.embedded.local_fcm.tokens import Account

AUDIENCE = "https://oauth2.googleapis.com/token"


@pytest.fixture(scope="module")
def account() -> Account:
    return Account.make("cuppa-local")


@pytest.fixture
def key(account: Account, tmp_path: Path) -> dict[str, Any]:
    account.write(tmp_path / "key.json", url="http://127.0.0.1:8100")
    return dict(json.loads((tmp_path / "key.json").read_text()))


def assertion(key: dict[str, Any], **changed: Any) -> dict[str, str]:
    now = int(time.time())
    claims = {
        "iss": key["client_email"],
        "aud": AUDIENCE,
        "scope": "https://www.googleapis.com/auth/firebase.messaging",
        "iat": now,
        "exp": now + 3600,
    }
    signed = jwt.encode(claims | changed, key["private_key"], algorithm="RS256")
    return {"grant_type": "urn:ietf:params:oauth:grant-type:jwt-bearer", "assertion": signed}


class TestExchange:
    def test_gives_an_access_token_for_what_our_key_signed(self, account: Account, key: dict[str, Any]) -> None:
        answer = account.exchange(assertion(key))

        assert answer.status == 200
        assert isinstance(answer.body, dict)
        assert account.is_signed_in(f"Bearer {answer.body['access_token']}")

    @pytest.mark.parametrize(
        "changed",
        [
            {"iss": "somebody@else.example"},
            {"aud": "https://elsewhere.example"},
            {"scope": "email"},
            {"exp": int(time.time()) - 60},
            {"exp": int(time.time()) + 2 * 3600},
        ],
    )
    def test_refuses_claims_that_google_would(
        self, account: Account, key: dict[str, Any], changed: dict[str, Any]
    ) -> None:
        answer = account.exchange(assertion(key, **changed))

        assert answer.status == 400
        assert isinstance(answer.body, dict)
        assert answer.body["error"] == "invalid_grant"

    def test_refuses_what_another_key_signed(self, account: Account, key: dict[str, Any], tmp_path: Path) -> None:
        Account.make("cuppa-local").write(tmp_path / "other.json", url="http://127.0.0.1:8100")
        other = json.loads((tmp_path / "other.json").read_text())

        assert account.exchange(assertion(other)).status == 400

    @pytest.mark.parametrize("form", [{}, {"grant_type": "password"}])
    def test_refuses_another_grant(self, account: Account, form: dict[str, str]) -> None:
        assert account.exchange(form).body == {"error": "unsupported_grant_type"}

    def test_refuses_a_request_without_an_assertion(self, account: Account, key: dict[str, Any]) -> None:
        form = assertion(key)
        del form["assertion"]

        assert account.exchange(form).status == 400


class TestSignedIn:
    @pytest.mark.parametrize("header", ["", "Bearer ", "Bearer made-up", "Basic dTpw"])
    def test_refuses_what_is_no_token_of_ours(self, account: Account, header: str) -> None:
        assert not account.is_signed_in(header)

    def test_outlives_a_restart(self, account: Account, key: dict[str, Any], tmp_path: Path) -> None:
        body = account.exchange(assertion(key)).body
        assert isinstance(body, dict)

        again = Account.load(tmp_path / "key.json")

        assert again.is_signed_in(f"Bearer {body['access_token']}")


class TestKeyFile:
    def test_is_for_its_owner_only_and_says_where_tokens_are_given(self, key: dict[str, Any], tmp_path: Path) -> None:
        assert stat.S_IMODE((tmp_path / "key.json").stat().st_mode) == 0o600
        assert key["token_uri"] == "http://127.0.0.1:8100/token"
        assert key["project_id"] == "cuppa-local"

    def test_keeps_its_key_when_the_address_changes(
        self, account: Account, key: dict[str, Any], tmp_path: Path
    ) -> None:
        account.write(tmp_path / "key.json", url="http://127.0.0.1:9000")

        written = json.loads((tmp_path / "key.json").read_text())
        assert written["private_key"] == key["private_key"]
        assert written["token_uri"] == "http://127.0.0.1:9000/token"
