"""
A room of its own for a program that reads a stranger's file (https://github.com/containers/bubblewrap).

Inside there is the job's directory, to read and write; the program and the libraries that it is made of, to read;
a small /tmp that is gone afterwards. No network, no other process, no /proc, no other file of this machine.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import media_worker
from media_worker.system_calls import refusing_filter

_LIBRARIES = ("/lib", "/lib64", "/usr/lib", "/usr/lib64", "/etc/ld.so.cache")
_DEVICES = ("/dev/null", "/dev/urandom")  # not --dev: it brings terminals, and shared memory to fill
_TMP_BYTES = 16 * 1024**2
_ALONE = ("--unshare-all", "--die-with-parent", "--new-session", "--cap-drop", "ALL")
_TRIAL_S = 20
FAILED = "bwrap: "  # how its own last words begin


def find_bubblewrap() -> str | None:
    """Return where bubblewrap is installed, if it is."""
    return shutil.which("bwrap")


@contextmanager
def refusals() -> Iterator[int]:
    """Yield a descriptor to read `refusing_filter` from; whoever starts bubblewrap passes it on."""
    reading, writing = os.pipe()
    try:
        with os.fdopen(writing, "wb") as pipe:
            pipe.write(refusing_filter())  # a few hundred bytes: the pipe holds them
        yield reading
    finally:
        os.close(reading)


def wrapped(bubblewrap: str, command: list[str], directory: Path, refused: int) -> list[str]:
    """
    Return `command` to be run in a room of its own, at work in `directory`, under the paths it has here.

    `refused`: the descriptor that `refusals` yields, for one start.
    """
    at = str(directory.absolute())
    # In this order: what is bound later lies on top, and /tmp may hold the directory or Python.
    return [
        *(bubblewrap, *_ALONE, "--size", str(_TMP_BYTES), "--tmpfs", "/tmp"),  # noqa: S108 - a private one
        *_bound("--dev-bind", _DEVICES),
        *_bound("--ro-bind-try", _LIBRARIES),
        *_bound("--ro-bind", _parts_of(command[0])),
        *("--bind", at, at, "--chdir", at, "--remount-ro", "/"),
        *(("--seccomp", str(refused)) if refusing_filter() else ()),
        "--",
        *command,
    ]


def why_unusable(bubblewrap: str) -> str | None:
    """Return what keeps bubblewrap from working here, found out by trying it; kernels may forbid its namespaces."""
    with tempfile.TemporaryDirectory() as directory, refusals() as refused:
        command = wrapped(bubblewrap, [sys.executable, "-I", "-S", "-c", ""], Path(directory), refused)
        try:
            trial = subprocess.run(  # noqa: S603 - the program comes from us, without a shell
                command,
                capture_output=True,
                text=True,
                timeout=_TRIAL_S,
                check=False,
                env={"LC_ALL": "C.UTF-8"},
                pass_fds=(refused,),
            )
        except (OSError, subprocess.TimeoutExpired) as error:
            return str(error)
    return None if trial.returncode == 0 else trial.stderr.strip() or f"exit status {trial.returncode}"


def _parts_of(program: str) -> list[str]:
    """Return the files and directories that `program` cannot run without, beside the system's libraries."""
    if program != sys.executable:
        return [program]
    ours = Path(media_worker.__file__).parent
    # A virtual environment links to its Python, at times by way of another link.
    python = dict.fromkeys((sys.base_prefix, sys.prefix, str(Path(sys.executable).resolve().parents[1])))
    return [*python, str(ours), str(ours.with_name("api_schema"))]


def _bound(how: str, paths: tuple[str, ...] | list[str]) -> list[str]:
    return [word for path in paths for word in (how, path, path)]
