"""A backend with an empty database for one measurement."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager

from backend.embedded.throw_away import ThrowAwayStack


@contextmanager
def empty_backend() -> Iterator[None]:
    """Start PostgreSQL and Redis, set Django up on them and migrate; all of it is gone afterwards."""
    stack = ThrowAwayStack.start()
    try:
        broker = f"redis+socket://{stack.broker.socket_path}?virtual_host="
        os.environ.update(
            SECRET_KEY="only-for-measurements-" * 3,
            WORKER_KEY="only-for-measurements-" * 3,
            PUBLIC_URL="http://127.0.0.1:8000",
            DATABASE_URL=stack.database.database_url,
            BROKER_URL=f"{broker}0",
            MEDIA_BROKER_URL=f"{broker}1",
            OBJECT_STORE=f"dir:{stack.directory / 'objects'}",
            UPLOAD_DIR=str(stack.directory / "uploads"),
        )
        os.environ.setdefault("DJANGO_SETTINGS_MODULE", "backend.settings.test")
        _migrate()
        yield
    finally:
        stack.stop()


def _migrate() -> None:
    # Django reads the environment at import; it is complete only now.
    import django  # noqa: PLC0415

    django.setup()
    from django.core.management import call_command  # noqa: PLC0415

    call_command("migrate", verbosity=0, run_syncdb=True)
