"""Wake-ups of the media worker go to its own broker, from whichever process they are sent."""

from __future__ import annotations

import pytest
from django.conf import settings

from backend.jobs import app as jobs


class TestPublishMediaJob:
    def test_goes_to_the_media_broker_from_a_worker_that_celery_started(self, monkeypatch: pytest.MonkeyPatch) -> None:
        # What `celery worker` sets when BROKER_URL is in its environment, as it is in ours.
        monkeypatch.setenv("CELERY_BROKER_URL", settings.BROKER_URL)

        with jobs.media_app.connection_for_write() as connection:
            assert f"redis+{connection.hostname}" == settings.MEDIA_BROKER_URL
