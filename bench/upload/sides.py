"""The two servers that are measured: started for one run, each on a free port and with a directory of its own."""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from api_schema.ids import uuid7
from backend.embedded.programs import BODIES_AS_READ
from bench.people import Phones

HERE = Path(__file__).parent
ROOT = HERE.parents[1]
_START_TIMEOUT_S = 30


class Side(Protocol):
    """A tus server of which figures are taken."""

    name: str
    port: int
    uploads_path: str
    pid: int

    def headers(self) -> dict[str, str]:
        """Return what a new phone adds to each of its requests."""

    def metadata(self, sha256: str) -> dict[str, str]:
        """Return what a phone tells of a new upload."""

    def forget(self) -> None:
        """Remove the bytes of everything that was uploaded."""


@dataclass(frozen=True)
class Ours:
    """Cuppa's web process, started as `make run` starts it."""

    port: int
    pid: int
    phones: Phones
    directories: tuple[Path, ...]
    name: str = "Cuppa"
    uploads_path: str = "/api/v1/uploads"

    def headers(self) -> dict[str, str]:
        return {"X-Session-Token": self.phones.sign_in()}

    def metadata(self, sha256: str) -> dict[str, str]:
        return {"clip_id": str(uuid7()), "sha256": sha256, "filename": "fault.mp4", "filetype": "video/mp4"}

    def forget(self) -> None:
        for directory in self.directories:
            _empty(directory)


@dataclass(frozen=True)
class Peer:
    """@tus/server on its file store."""

    port: int
    pid: int
    directory: Path
    name: str = "@tus/server"
    uploads_path: str = "/uploads"

    def headers(self) -> dict[str, str]:
        return {}

    def metadata(self, sha256: str) -> dict[str, str]:
        return {"sha256": sha256, "filename": "fault.mp4", "filetype": "video/mp4"}

    def forget(self) -> None:
        _empty(self.directory)


@contextmanager
def ours() -> Iterator[Ours]:
    """Start the web process on the backend that the environment names, whose directories it empties in between."""
    port = free_port()
    url = f"http://127.0.0.1:{port}"
    settings = {"DJANGO_SETTINGS_MODULE": "backend.settings.embedded", "PUBLIC_URL": url}
    server = ("uvicorn", "backend.asgi:application", "--http", BODIES_AS_READ)
    command = [sys.executable, "-m", *server, "--host", "127.0.0.1", "--port", str(port)]
    with _running(command, port=port, environment={**os.environ, **settings}, directory=ROOT) as pid:
        objects = Path(os.environ["OBJECT_STORE"].removeprefix("dir:"))
        yield Ours(port, pid, Phones.begin(), (objects, Path(os.environ["UPLOAD_DIR"])))


@contextmanager
def peer(workshop: Path) -> Iterator[Peer]:
    """Start the peer from the packages installed in `workshop`; what it stores lies beside them."""
    port, directory = free_port(), workshop / "stored"
    directory.mkdir(exist_ok=True)
    with _running(node_command(workshop, "peer.mjs", str(port), str(directory)), port=port, directory=workshop) as pid:
        yield Peer(port, pid, directory)


def install_peer(workshop: Path) -> None:
    """
    Install the pinned peer and its client with npm.

    :raises SystemExit: there is no npm, or it does not reach its registry.
    """
    npm = shutil.which("npm")
    if npm is None:
        raise SystemExit("npm is needed: the peer and the client of this benchmark are Node programs.")
    for name in ("package.json", "package-lock.json", "peer.mjs", "client.mjs"):
        shutil.copy(HERE / name, workshop)
    subprocess.run([npm, "ci", "--no-audit", "--no-fund", "--silent"], cwd=workshop, check=True)


def node_command(workshop: Path, program: str, *arguments: str) -> list[str]:
    """Return the command that runs one of our Node programs where its packages are."""
    return ["node", str(workshop / program), *arguments]


@contextmanager
def _running(
    command: list[str], *, port: int, directory: Path, environment: dict[str, str] | None = None
) -> Iterator[int]:
    with (Path(os.environ["UPLOAD_DIR"]).parent / f"server-{port}.log").open("wb") as log:
        process = subprocess.Popen(command, cwd=directory, env=environment, stdout=log, stderr=log)
    try:
        _wait_for(port, process)
        yield process.pid
    finally:
        process.terminate()
        process.wait()


def _wait_for(port: int, process: subprocess.Popen[bytes]) -> None:
    until = time.monotonic() + _START_TIMEOUT_S
    while process.poll() is None and time.monotonic() < until:
        try:
            return socket.create_connection(("127.0.0.1", port), timeout=1).close()
        except OSError:
            time.sleep(0.1)
    raise SystemExit(f"{' '.join(process.args)} does not come up.")  # type: ignore[arg-type]  # a list of str, above


def free_port() -> int:
    """Return a port of loopback that nobody listens on."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        return int(listener.getsockname()[1])


def _empty(directory: Path) -> None:
    for entry in directory.iterdir() if directory.exists() else ():
        shutil.rmtree(entry) if entry.is_dir() else entry.unlink()
