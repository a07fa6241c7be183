from __future__ import annotations

import pytest

from backend.settings.env import BadEnvironment
from backend.settings.web_push import WebPush, web_push

KEY = "BEl62iUYgUivxIkv69yViEuiBIa-Ib9-SkvMeAtA3LFgDzkrxZJjSgSnfckjBJuBkr3qBUYIHBQFLXYp5Nksh8U"  # of RFC 8291's kind
WHOLE = {
    "FCM_WEB_API_KEY": "AIza",
    "FCM_WEB_PROJECT_ID": "cuppa-works",
    "FCM_WEB_APP_ID": "1:23:web:45",
    "FCM_WEB_VAPID_KEY": KEY,
}


def given(monkeypatch: pytest.MonkeyPatch, values: dict[str, str]) -> None:
    for name in [*WHOLE, "FCM_WEB_URL"]:
        monkeypatch.delenv(name, raising=False)
    for name, value in values.items():
        monkeypatch.setenv(name, value)


class TestWebPush:
    def test_speaks_to_the_two_services_of_firebase_and_nobody_else(self, monkeypatch: pytest.MonkeyPatch) -> None:
        given(monkeypatch, WHOLE)

        found = web_push()

        assert found == WebPush("AIza", "cuppa-works", "1:23:web:45", KEY)
        assert found.origins == [
            "https://fcmregistrations.googleapis.com",
            "https://firebaseinstallations.googleapis.com",
        ]

    def test_is_none_when_nothing_is_set(self, monkeypatch: pytest.MonkeyPatch) -> None:
        given(monkeypatch, {"FCM_WEB_API_KEY": ""})

        assert web_push() is None

    def test_names_what_is_missing_in_a_sentence(self, monkeypatch: pytest.MonkeyPatch) -> None:
        given(monkeypatch, {"FCM_WEB_API_KEY": "AIza", "FCM_WEB_VAPID_KEY": KEY})

        with pytest.raises(BadEnvironment, match=r"FCM_WEB_PROJECT_ID, FCM_WEB_APP_ID is not set"):
            web_push()

    @pytest.mark.parametrize("key", ["x", KEY[:-4], "A" + KEY[1:], "not base64 at all!"])
    def test_refuses_a_key_that_is_none(self, monkeypatch: pytest.MonkeyPatch, key: str) -> None:
        given(monkeypatch, WHOLE | {"FCM_WEB_VAPID_KEY": key})

        with pytest.raises(BadEnvironment, match="FCM_WEB_VAPID_KEY must be the public key"):
            web_push()
