"""A process that serves the API wakes senders through the backend's broker, not through Celery's own default."""

from __future__ import annotations

import subprocess
import sys

_WHOSE = "import backend.asgi; from celery import current_app; print(current_app.main, current_app.conf.broker_url)"


class TestWebProcess:
    def test_wakes_senders_through_the_backends_broker(self) -> None:
        said = subprocess.run(
            [sys.executable, "-c", _WHOSE], capture_output=True, text=True, check=True, timeout=120
        ).stdout

        assert said.startswith("cuppa redis")
