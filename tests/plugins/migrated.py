"""
A migrated database for each process of the suite: migrated once, then copied.

Migrating takes 20 s of a core, restoring what `pg_dump` wrote of it 1 s *(measured)*. The dump is kept in pytest's own
cache under a name made of every migration, so that a later run begins at once; `pytest --cache-clear` forgets it.
"""

from __future__ import annotations

import fcntl
import hashlib
import os
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import django
import psycopg
from django.db import connection, connections
from django.test.utils import setup_databases

from backend.embedded.postgres import find_binary

_ROOT = Path(__file__).resolve().parents[2]
_KEPT = 4  # dumps of other branches


def set_up_database(kept: Path, *, run: Path) -> None:
    """
    Create this process's test database, from the dump in the directory `kept` if there is one that fits.

    Processes that share the directory `run` do it one after another: the second finds what the first wrote.
    """
    with _in_turn(run / "migrating"):
        name = str(connection.settings_dict["TEST"]["NAME"] or f"test_{connection.settings_dict['NAME']}")
        dump = kept / f"{_fingerprint()}.sql"
        if dump.exists():
            _restore(dump, name)
        _backend().close_pool()  # it would lead to the database of another name
        setup_databases(verbosity=0, interactive=False, keepdb=True, serialized_aliases=[])
        if not dump.exists():
            _keep(dump, name)


def lost_connections_count(*, within_s: float = 5) -> int:
    """Return how many connections were taken from this process's pool and never given back."""
    connection.close()
    until = time.monotonic() + within_s
    while (lost := _taken_count()) and time.monotonic() < until:
        time.sleep(0.05)  # a thread may be about to give it back
    return lost


def _backend() -> Any:
    return connections["default"]  # its types know nothing of pools


def _taken_count() -> int:
    told = _backend().pool.get_stats()
    return int(told.get("pool_size", 0) - told.get("pool_available", 0))


@contextmanager
def _in_turn(path: Path) -> Iterator[None]:
    with path.open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def _fingerprint() -> str:
    """Return a name that changes whenever a migration, or whoever runs them, does."""
    digest = hashlib.sha256(f"{django.VERSION}{psycopg.__version__}".encode())
    for path in sorted(path for top in ("backend", "notifications") for path in (_ROOT / top).rglob("migrations/*.py")):
        digest.update(str(path.relative_to(_ROOT)).encode() + path.read_bytes())
    return digest.hexdigest()


def _restore(dump: Path, name: str) -> None:
    with connection._nodb_cursor() as cursor:
        cursor.execute(f'CREATE DATABASE "{name}"')
    _run("psql", name, "--quiet", "--no-psqlrc", "--set=ON_ERROR_STOP=1", "--output=/dev/null", f"--file={dump}")


def _keep(dump: Path, name: str) -> None:
    for older in sorted(dump.parent.glob("*.sql"), key=lambda path: path.stat().st_mtime)[:-_KEPT]:
        older.unlink(missing_ok=True)
    unfinished = dump.with_suffix(f".{os.getpid()}")
    _run("pg_dump", name, "--no-owner", "--no-privileges", "--no-comments", f"--file={unfinished}")
    unfinished.rename(dump)


def _run(program: str, database: str, *arguments: str) -> None:
    given = connection.settings_dict
    place = [f"--host={given['HOST']}", f"--username={given['USER']}", f"--dbname={database}"]
    subprocess.run([find_binary(program), *place, *arguments], check=True, capture_output=True, text=True)
