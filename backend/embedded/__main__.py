"""`python -m backend.embedded run | stop | status | reset`: what the Makefile's commands do."""

from __future__ import annotations

import os
import shutil
import signal
import sys
import time
from types import FrameType
from typing import NoReturn

from backend.embedded.checks import chosen_port
from backend.embedded.failure import UnableToStart
from backend.embedded.left_overs import end_left_overs
from backend.embedded.ownership import find_owner, own
from backend.embedded.places import Places, find_places
from backend.embedded.stack import STOP_TIMEOUT_S, running_stack
from backend.embedded.supervisor import Supervisor

_WATCH_INTERVAL_S = 1.0


def run(places: Places) -> None:
    """Start everything, print where it is and who may sign in, and stay until Ctrl-C or SIGTERM."""
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, _interrupt)
    began = time.monotonic()
    try:
        with running_stack(places, port=chosen_port()) as stack:
            print(f"\nCuppa is at {stack.public_url} (started in {time.monotonic() - began:.1f} s)\n")
            print(stack.sign_ins)
            if stack.phones_url:
                print(f"Their phones, and what is pushed to them: {stack.phones_url}/phones\n")
            print(f"To see every organisation's rows at {stack.public_url}/operator/: make operator EMAIL=…\n")
            print("Ctrl-C stops it. Logs: make logs", flush=True)
            while True:
                time.sleep(_WATCH_INTERVAL_S)
                stack.check_running()
    except KeyboardInterrupt:
        print("Cuppa has stopped; everything it stored is kept.")


def _interrupt(_number: int, _frame: FrameType | None) -> NoReturn:
    # A second signal must not cut the stopping short.
    for ignored in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(ignored, signal.SIG_IGN)
    print("\nStopping …", flush=True)
    raise KeyboardInterrupt


def stop(places: Places) -> None:
    """Stop the Cuppa on `places`, whoever started it, and return when it is gone."""
    owner = find_owner(places)
    if owner is None:
        left = end_left_overs(places)
        print("Stopped what an earlier Cuppa had left running." if left else "No Cuppa is running.")
        return
    os.kill(owner.pid, signal.SIGTERM)
    deadline = time.monotonic() + STOP_TIMEOUT_S
    while find_owner(places) is not None:
        if time.monotonic() > deadline:
            raise UnableToStart(f"Cuppa (process {owner.pid}) did not stop within {STOP_TIMEOUT_S} s.")
        time.sleep(0.1)
    print("Stopped.")


def status(places: Places) -> None:
    """Print every process and its state."""
    owner = find_owner(places)
    if owner is None:
        raise UnableToStart("No Cuppa is running.")
    print(f"Cuppa at {owner.public_url}")
    for program in Supervisor(places.supervisor_socket).list_programs():
        print(f"  {program.name:<12} {program.state:<9} {f'pid {program.pid}' if program.pid else ''}")


def reset(places: Places) -> None:
    """Delete everything under `places`, after asking."""
    with own(places, public_url=""):
        if not _says_yes(f"Delete the database, clips and uploads in {places.var_dir}? Type yes: "):
            raise UnableToStart("Nothing was deleted.")
        end_left_overs(places)
        shutil.rmtree(places.var_dir)
    print("Deleted. `make run` begins anew.")


def _says_yes(question: str) -> bool:
    try:
        return input(question).strip().lower() == "yes"
    except EOFError:  # nobody is there to answer
        print()
        return False


COMMANDS = {"run": run, "stop": stop, "status": status, "reset": reset}


def main(arguments: list[str]) -> int:
    """Carry out one command, and return the exit code; a failure is one sentence on the error stream."""
    if len(arguments) != 1 or arguments[0] not in COMMANDS:
        print(f"Say one of: {', '.join(COMMANDS)}", file=sys.stderr)
        return 2
    try:
        COMMANDS[arguments[0]](find_places())
    except UnableToStart as error:
        print(error, file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
