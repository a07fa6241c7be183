"""Start the whole stack, watch it, stop it. `make run` and `make demo` both stand on `running_stack`."""

from __future__ import annotations

import http.client
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from xmlrpc.client import Fault

from backend.embedded import postgres, redis
from backend.embedded.checks import check_disk, check_port
from backend.embedded.environments import backend_environment, minimal_environment
from backend.embedded.failure import UnableToStart
from backend.embedded.left_overs import end_left_overs
from backend.embedded.ownership import own
from backend.embedded.phones import chosen_phones_url, write_local_key
from backend.embedded.places import ROOT, Places
from backend.embedded.programs import SETTLE_S, Program, cuppa_programs, server_programs
from backend.embedded.started_with import keep_settings
from backend.embedded.supervisor import Supervisor
from backend.embedded.supervisor_configuration import write_configuration

READY_TIMEOUT_S = 60
STOP_TIMEOUT_S = 60
_SUPERVISOR_START_TIMEOUT_S = 15
_LOG_TAIL_LINES = 15

Say = Callable[[str], None]


@dataclass(frozen=True)
class RunningStack:
    """
    A stack whose processes all run. `public_url` answers, and `phones_url`, where there is a local FCM.

    `sign_ins` is text for people: who may sign in, and which push key cannot be used.
    """

    places: Places
    public_url: str
    phones_url: str | None
    supervisor: Supervisor
    process: subprocess.Popen[bytes]
    sign_ins: str = ""

    def check_running(self) -> None:
        """:raises UnableToStart: the supervisor is gone, or gave a program up; the text carries the log's tail."""
        if self.process.poll() is not None:
            raise UnableToStart("The supervisor ended unexpectedly; everything was stopped.")
        for program in self.supervisor.list_programs():
            if program.state == "FATAL":
                raise UnableToStart(f"{program.name} does not stay up.\n{_log_tail(self.places, program.name)}")


@contextmanager
def running_stack(places: Places, *, port: int, say: Say = print, settle_s: int = SETTLE_S) -> Iterator[RunningStack]:
    """
    Start everything on `places`, ready to use, with the demo organisation loaded; stop everything afterwards.

    `settle_s`: a process of ours that dies sooner than this after its start counts as one that does not come up.
    Nothing is lost by stopping, and no process is left. When this process dies without stopping, a guard
    stops the stack; when the guard is gone too, the next start on the same `places` does.

    :raises UnableToStart: the places are in use, the port is taken, the disk is full, or a part does not come up.
    """
    public_url, phones_url = f"http://127.0.0.1:{port}", chosen_phones_url(port)
    with own(places, public_url=public_url, phones_url=phones_url):
        if end_left_overs(places):
            say("Stopped what an earlier Cuppa had left running.")
        keep_settings(places, public_url=public_url, phones_url=phones_url)
        check_port(port)
        check_disk(places.var_dir)
        _prepare_servers(places, say)
        if phones_url:
            write_local_key(places, phones_url)
        servers = server_programs(places)
        ours = [
            replace(program, settle_s=settle_s) for program in cuppa_programs(places, port=port, phones_url=phones_url)
        ]
        with supervised(places, [*servers, *ours]) as process:
            stack = RunningStack(places, public_url, phones_url, Supervisor(places.supervisor_socket), process)
            sign_ins = _start(stack, servers, ours, say)
            yield replace(stack, sign_ins=sign_ins)


def _start(stack: RunningStack, servers: Sequence[Program], ours: Sequence[Program], say: Say) -> str:
    """Return the sign-ins of the demo organisation once everything is up."""
    stack.supervisor.start(program.name for program in servers)
    _wait_for_servers(stack.places)
    say("PostgreSQL and Redis are up.")
    sign_ins = _prepare_database(stack)
    say("The database is migrated and the demo organisation is loaded.")
    stack.supervisor.start(program.name for program in ours)
    _wait_until_up(stack, ours)
    return sign_ins


def _wait_for_servers(places: Places) -> None:
    try:
        postgres.wait_until_ready(places.postgres)
    except UnableToStart as error:
        raise UnableToStart(f"{error}\n{_log_tail(places, 'postgres')}") from error
    redis.wait_until_ready(places.redis)
    redis.wait_until_ready(places.media_redis)


def _prepare_servers(places: Places, say: Say) -> None:
    for directory in postgres.prepare(places.postgres):
        say(f"Let PostgreSQL's account pass through {directory} (chmod o+x).")
    redis.prepare(places.redis)
    redis.prepare(places.media_redis)


@contextmanager
def supervised(places: Places, programs: Sequence[Program]) -> Iterator[subprocess.Popen[bytes]]:
    """
    Run a supervisor that knows `programs` and has started none; stop it and all of them afterwards.

    :raises UnableToStart: it ended, or does not answer.
    """
    configuration = write_configuration(places, programs)
    process = subprocess.Popen(
        [sys.executable, "-m", "supervisor.supervisord", "-c", str(configuration)],
        env=minimal_environment(places),
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        # Ctrl-C must reach us alone: the programs are then stopped in order.
        start_new_session=True,
    )
    try:
        _wait_for_supervisor(places, process)
        yield process
    finally:
        stop(places)
        process.wait()


def _wait_for_supervisor(places: Places, process: subprocess.Popen[bytes]) -> None:
    deadline = time.monotonic() + _SUPERVISOR_START_TIMEOUT_S
    while not Supervisor(places.supervisor_socket).is_reachable():
        if process.poll() is not None or time.monotonic() > deadline:
            raise UnableToStart(f"The supervisor did not start; see {places.log_dir / 'supervisor.log'}.")
        time.sleep(0.02)


def _prepare_database(stack: RunningStack) -> str:
    done = subprocess.run(
        [sys.executable, "-m", "backend.embedded.prepare", *(["--phones"] if stack.phones_url else [])],
        env=minimal_environment(stack.places)
        | backend_environment(stack.places, public_url=stack.public_url, phones_url=stack.phones_url),
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    (stack.places.log_dir / "prepare.log").write_text(done.stdout + done.stderr)
    if done.returncode != 0:
        raise UnableToStart(f"The database could not be prepared.\n{_log_tail(stack.places, 'prepare')}")
    return done.stdout


def _wait_until_up(stack: RunningStack, programs: Sequence[Program]) -> None:
    deadline = time.monotonic() + READY_TIMEOUT_S
    wanted = {program.name for program in programs}
    while True:
        stack.check_running()
        waiting = wanted - {p.name for p in stack.supervisor.list_programs() if p.state in {"STARTING", "RUNNING"}}
        if not waiting and is_healthy(stack.public_url):
            return
        if time.monotonic() > deadline:
            slow = sorted(waiting or {"web"})
            raise UnableToStart(
                f"{', '.join(slow)} not ready after {READY_TIMEOUT_S} s.\n{_log_tail(stack.places, slow[0])}"
            )
        time.sleep(0.1)


def is_healthy(public_url: str) -> bool:
    """Return whether `GET /healthz` there says 200."""
    connection = http.client.HTTPConnection(public_url.removeprefix("http://"), timeout=5)
    try:
        connection.request("GET", "/healthz")
        return connection.getresponse().status == http.client.OK
    except (OSError, http.client.HTTPException):
        return False
    finally:
        connection.close()


def _log_tail(places: Places, name: str) -> str:
    path = places.log_dir / f"{name}.log"
    lines = path.read_text(errors="replace").splitlines() if path.exists() else []
    return "\n".join([f"The end of {path}:", *(f"  {line}" for line in lines[-_LOG_TAIL_LINES:])])


def stop(places: Places) -> None:
    """Stop every process of the stack on `places`, last started first, and leave none. Idempotent."""
    supervisor = Supervisor(places.supervisor_socket)
    if supervisor.is_reachable():
        _ask_ours_to_stop(supervisor, places)
        supervisor.shut_down(timeout_s=STOP_TIMEOUT_S)
    end_left_overs(places)


def _ask_ours_to_stop(supervisor: Supervisor, places: Places) -> None:
    """Stop all but the servers at once, they do not wait for each other. The supervisor then stops in turn."""
    servers = {program.name for program in server_programs(places)}
    try:
        supervisor.stop([program.name for program in supervisor.list_programs() if program.name not in servers])
    except Fault:
        return  # it is stopping already
