"""Runs a command of `backend.manage` in the environment of the Cuppa that runs on `var/`."""

from __future__ import annotations

import subprocess
import sys

from backend.embedded.ownership import find_owner
from backend.embedded.places import ROOT, find_places
from backend.embedded.started_with import environment_of_running


def manage_running(command: str, arguments: list[str]) -> int:
    """Run `manage.py COMMAND ARGUMENTS`, and return its exit code; 1 when nothing runs, which is said."""
    places = find_places()
    if find_owner(places) is None:
        print(f"No Cuppa runs on {places.var_dir}: start it with `make run`.", file=sys.stderr)
        return 1
    whole = [sys.executable, "-m", "backend.manage", command, *arguments]
    return subprocess.run(whole, env=environment_of_running(places), cwd=ROOT, check=False).returncode
