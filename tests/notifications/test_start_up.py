from __future__ import annotations

from pathlib import Path

import pytest
from django.apps import apps
from pytest_django import Settings

from tests.fakes.fcm import FakeFcm
from tests.notifications.pushes import an_ask, deliver, unread


class TestStartUp:
    def test_says_in_one_sentence_that_the_credentials_are_bad(
        self, settings: Settings, tmp_path: Path, caplog: pytest.LogCaptureFixture
    ) -> None:
        settings.FIREBASE_CREDENTIALS = str(tmp_path / "missing.json")

        apps.get_app_config("notifications").ready()

        [record] = caplog.records
        assert record.levelname == "ERROR"
        assert "only the inbox serves" in record.getMessage()

    def test_says_nothing_when_they_are_good(self, firebase: FakeFcm, caplog: pytest.LogCaptureFixture) -> None:
        apps.get_app_config("notifications").ready()

        assert caplog.records == []

    def test_says_nothing_when_there_are_none(self, no_firebase: None, caplog: pytest.LogCaptureFixture) -> None:
        apps.get_app_config("notifications").ready()

        assert caplog.records == []

    @pytest.mark.django_db
    def test_leaves_the_inbox_working_with_bad_credentials(self, settings: Settings, tmp_path: Path) -> None:
        settings.FIREBASE_CREDENTIALS = str(tmp_path / "missing.json")

        deliver(an_ask())

        assert unread() == 1
