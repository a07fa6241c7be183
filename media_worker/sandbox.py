"""Running a program that reads hostile files: limited, alone in its process group, watched, and never left behind."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import threading
import time
from collections import deque
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import IO

from media_worker import bubblewrap
from media_worker.isolation import Isolation, this_process_isolation

_CONFINE = Path(__file__).with_name("confine.py")
_STDERR_TAIL_LINES = 40
_LONGEST_LINE = 16 * 1024**2  # characters: a hostile program must not fill the worker's memory with a line without end
_SIGNALLED = 128  # bubblewrap ends with this and the number of the signal that ended the program


@dataclass(frozen=True)
class Confinement:
    """What the program may use at most. `stall_s`: for so long it may show no progress."""

    cpu_s: int
    wall_clock_s: float
    stall_s: float
    file_bytes: int
    address_space_bytes: int = 4 * 1024**3


class OutOfTime(Exception):
    """The program used up its wall clock or CPU time, or made no progress for too long; it was killed."""


class IsolationFailed(Exception):
    """The room for the program could not be made: the machine's fault, not the file's."""


class ConfinedProgram:
    """
    One running program. `on_line` is called, in a thread, with each line it prints.

    Progress is whatever makes `progressed` be called; the rules are applied by whoever calls `poll`.
    """

    def __init__(self, process: subprocess.Popen[str], confinement: Confinement, *, is_wrapped: bool) -> None:
        self._process = process
        self._confinement = confinement
        self._is_wrapped = is_wrapped
        self._started = self._progressed_at = time.monotonic()
        self._stderr: deque[str] = deque(maxlen=_STDERR_TAIL_LINES)
        self._readers: list[threading.Thread] = []

    def progressed(self) -> None:
        """Note that the program got on with its work."""
        self._progressed_at = time.monotonic()

    def poll(self) -> int | None:
        """
        Return the exit status, or nothing while the program runs.

        :raises OutOfTime: a limit was passed; nothing of the program is left.
        :raises IsolationFailed: it never ran.
        """
        status = self._process.poll()
        if status is None:
            self._enforce_time()
            return None
        self.close()
        if status > _SIGNALLED and self._is_wrapped:
            status = _SIGNALLED - status
        if -status in (signal.SIGXCPU, signal.SIGKILL):
            raise OutOfTime("the program used all of its CPU time")
        if status != 0 and self._is_wrapped and self.error_text.startswith(bubblewrap.FAILED):
            raise IsolationFailed(self.error_text)
        return status

    def wait(self, timeout_s: float) -> None:
        """Return when the program has ended, or `timeout_s` later."""
        try:
            self._process.wait(timeout_s)
        except subprocess.TimeoutExpired:
            return
        self.close()

    @property
    def error_text(self) -> str:
        """The last lines that the program wrote to its standard error."""
        return "".join(self._stderr)

    def kill(self) -> None:
        """Kill the whole process group, also what the program left behind when it ended."""
        with suppress(ProcessLookupError):  # nothing of it is left
            os.killpg(self._process.pid, signal.SIGKILL)
        self._process.wait()

    def follow(self, on_line: Callable[[str], None]) -> None:
        """Read both pipes from threads, so that a chatty program never blocks on them."""
        assert self._process.stdout is not None
        assert self._process.stderr is not None
        for pipe, sink in ((self._process.stdout, on_line), (self._process.stderr, self._stderr.append)):
            reader = threading.Thread(target=_drain, args=(pipe, sink), daemon=True)
            reader.start()
            self._readers.append(reader)

    def close(self) -> None:
        """Kill what still runs, and wait for the last words. Repeating it is fine."""
        self.kill()
        for reader in self._readers:
            reader.join()

    def _enforce_time(self) -> None:
        now = time.monotonic()
        if now - self._started > self._confinement.wall_clock_s:
            self.kill()
            raise OutOfTime("the program ran for too long")
        if now - self._progressed_at > self._confinement.stall_s:
            self.kill()
            raise OutOfTime("the program made no progress for too long")


@contextmanager
def confined(
    command: list[str],
    *,
    directory: Path,
    confinement: Confinement,
    on_line: Callable[[str], None],
    environment: dict[str, str] | None = None,
    isolation: Isolation | None = None,
) -> Iterator[ConfinedProgram]:
    """
    Run `command` in `directory` and yield it running; on leaving, nothing of it is left.

    It sees no environment but `environment`, and dies with the worker. Under bubblewrap, which this process uses
    where it can, it also sees no network, and no file but those in `directory` and its own.
    """
    room = (isolation or this_process_isolation()).bubblewrap
    limited = [sys.executable, "-I", "-S", str(_CONFINE), _limits(confinement)]
    environment = {"LC_ALL": "C.UTF-8", **(environment or {})}
    if room is None:
        process = _start([*limited, *command], directory, environment)
    else:
        with bubblewrap.refusals() as refused:
            wrapped = bubblewrap.wrapped(room, command, directory, refused)
            process = _start([*limited, *wrapped], directory, environment, refused)
    program = ConfinedProgram(process, confinement, is_wrapped=room is not None)
    program.follow(on_line)
    try:
        yield program
    finally:
        program.close()


def _start(
    command: list[str], directory: Path, environment: dict[str, str], *descriptors: int
) -> subprocess.Popen[str]:
    return subprocess.Popen(  # noqa: S603 - the program comes from us, without a shell
        command,
        cwd=directory,
        env=environment,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        errors="replace",
        start_new_session=True,
        pass_fds=descriptors,
    )


def _limits(confinement: Confinement) -> str:
    return json.dumps(
        {
            "cpu_s": confinement.cpu_s,
            "file_bytes": confinement.file_bytes,
            "address_space_bytes": confinement.address_space_bytes,
            "parent": os.getpid(),
        }
    )


def _drain(pipe: IO[str], sink: Callable[[str], None]) -> None:
    with pipe:
        while line := pipe.readline(_LONGEST_LINE):
            sink(line)
