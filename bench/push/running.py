"""A whole Cuppa for one measurement, and this process on its database; gone without a trace afterwards."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from backend.embedded.checks import find_free_port
from backend.embedded.environments import backend_environment
from backend.embedded.places import find_places
from backend.embedded.postgres import PostgresPlace, prepare
from backend.embedded.stack import RunningStack, running_stack


@contextmanager
def running_cuppa(**how: int) -> Iterator[RunningStack]:
    """
    Start everything as `make run` does, in a directory of its own, and set Django up on it. `how`: see there.

    PostgreSQL keeps when each transaction was committed.
    """
    with tempfile.TemporaryDirectory(prefix="cuppa-bench-") as directory:
        Path(directory).chmod(0o755)  # PostgreSQL may have an account of its own
        places = find_places(Path(directory))
        _keep_times_of_commits(places.postgres)
        with running_stack(places, port=find_free_port(), say=lambda _: None, **how) as stack:
            told = backend_environment(places, public_url=stack.public_url, phones_url=stack.phones_url)
            os.environ.update(told, LOG_LEVEL="WARNING")
            _set_up()
            yield stack
            _close()


def _keep_times_of_commits(place: PostgresPlace) -> None:
    prepare(place)
    with (place.data_dir / "postgresql.conf").open("a") as configuration:
        configuration.write("track_commit_timestamp = on\n")


def _set_up() -> None:
    # Django reads the environment at import; it is complete only now.
    import django  # noqa: PLC0415

    django.setup()


def _close() -> None:
    from django.db import connections  # noqa: PLC0415

    connections["default"].close_pool()
