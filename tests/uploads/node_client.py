"""tus-js-client under Node: the client of web pages and many apps, unchanged, driven by a small script beside it."""

from __future__ import annotations

import fcntl
import hashlib
import json
import shutil
import subprocess
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

_HERE = Path(__file__).parent / "tus_js_client"
_CACHE = Path(__file__).resolve().parents[2] / "var" / "test-clients"
_TAKES_AT_MOST_S = 60


class NoNode(Exception):
    """Node or npm is not on the PATH, or npm could not fetch the client; the text says which."""


@dataclass(frozen=True)
class Told:
    """What the client says of one upload. `requests`: method and status of each answer; `error`: where it gave up."""

    url: str | None
    requests: tuple[tuple[str, int], ...]
    error: int | None
    aborted: bool

    def count(self, method: str) -> int:
        """Return how many requests of this method were answered."""
        return sum(1 for each, _ in self.requests if each == method)


class NodeClient:
    """An installed tus-js-client."""

    def __init__(self, directory: Path) -> None:
        self._script = directory / "upload.mjs"

    def begin(
        self,
        file: Path,
        options: Mapping[str, Any],
        *,
        live: bool = False,
        abort_after_bytes: int | None = None,
        terminate: bool = False,
    ) -> subprocess.Popen[str]:
        """Start to upload `file`; `live`: as a stream whose length nobody knows. Hand the result to `result_of`."""
        wanted = {
            "file": str(file),
            "live": live,
            "abort_after_bytes": abort_after_bytes,
            "terminate": terminate,
            "options": dict(options),
        }
        process = subprocess.Popen(
            ["node", self._script], stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
        )
        assert process.stdin is not None
        process.stdin.write(json.dumps(wanted))
        process.stdin.close()
        process.stdin = None  # so that `communicate` leaves it alone
        return process

    def upload(self, file: Path, options: Mapping[str, Any], **how: Any) -> Told:
        """Upload `file` and return what the client says of it; `how`: as in `begin`."""
        return result_of(self.begin(file, options, **how))


def result_of(process: subprocess.Popen[str]) -> Told:
    """Wait for an upload to end, one way or the other."""
    try:
        output, errors = process.communicate(timeout=_TAKES_AT_MOST_S)
    finally:
        process.kill()
        process.wait()
    assert process.returncode == 0, errors
    told = json.loads(output)
    return Told(
        told["url"], tuple((method, status) for method, status in told["requests"]), told["error"], told["aborted"]
    )


def installed_client() -> NodeClient:
    """
    Return the client at the version of our lock file, fetched by npm the first time and kept under `var/`.

    Idempotent; test processes that come at the same time wait for one another.

    :raises NoNode: it cannot be had on this machine.
    """
    if shutil.which("node") is None or shutil.which("npm") is None:
        raise NoNode("tus-js-client was not tried: node and npm are not on the PATH")
    directory = _CACHE / hashlib.sha256(_package()).hexdigest()[:12]
    directory.mkdir(parents=True, exist_ok=True)
    with (directory / ".lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not (directory / ".complete").exists():
            _install(directory)
    return NodeClient(directory)


def _package() -> bytes:
    return b"".join(path.read_bytes() for path in sorted(_HERE.iterdir()))


def _install(directory: Path) -> None:
    for path in _HERE.iterdir():
        shutil.copy(path, directory)
    command = ["npm", "ci", "--no-audit", "--no-fund"]
    run = subprocess.run(command, cwd=directory, capture_output=True, text=True, timeout=120, check=False)
    if run.returncode != 0:
        raise NoNode(f"tus-js-client was not tried: npm ci failed: {run.stderr.strip()[-300:]}")
    (directory / ".complete").touch()
