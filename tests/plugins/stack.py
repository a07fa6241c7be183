"""
Start the real PostgreSQL and Redis before Django reads its settings, and stop them after the last test.

Under xdist the controller starts one pair; each worker process takes its own Redis databases, object
store and upload directory, and pytest-django gives it its own database.
"""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from backend.embedded.throw_away import ThrowAwayStack

_DIRECTORY = "CUPPA_TEST_DIRECTORY"
_SOCKET = "CUPPA_TEST_REDIS_SOCKET"


@pytest.hookimpl(tryfirst=True)  # before pytest-django, which loads the settings in the same hook
def pytest_load_initial_conftests(early_config: pytest.Config) -> None:
    """Fill the environment that the settings read, starting the servers unless an xdist controller did."""
    if "PYTEST_XDIST_WORKER" not in os.environ:
        stack = ThrowAwayStack.start()
        early_config.add_cleanup(stack.stop)
        os.environ[_DIRECTORY] = str(stack.directory)
        os.environ[_SOCKET] = str(stack.broker.socket_path)
        os.environ["DATABASE_URL"] = stack.database.database_url
    os.environ.update(_settings_of_this_process())


def _settings_of_this_process() -> dict[str, str]:
    worker = os.environ.get("PYTEST_XDIST_WORKER", "")
    number = int(worker.removeprefix("gw")) + 1 if worker else 0
    own = Path(os.environ[_DIRECTORY]) / f"process-{number}"
    broker = f"redis+socket://{os.environ[_SOCKET]}?virtual_host="
    return {
        "SECRET_KEY": "only-for-tests-" * 4,
        "WORKER_KEY": "only-for-tests-worker-" * 2,
        "PUBLIC_URL": "http://127.0.0.1:8000",
        "BROKER_URL": f"{broker}{2 * number}",
        "MEDIA_BROKER_URL": f"{broker}{2 * number + 1}",
        "OBJECT_STORE": f"dir:{own / 'objects'}",
        "UPLOAD_DIR": str(own / "uploads"),
    }
