"""Runs a command of `backend.manage` in the environment of the Cuppa that runs on `var/`."""

from __future__ import annotations

import subprocess
import sys

from backend.embedded.environments import backend_environment, minimal_environment
from backend.embedded.ownership import find_owner
from backend.embedded.places import ROOT, find_places


def manage_running(command: str, arguments: list[str]) -> int:
    """Run `manage.py COMMAND ARGUMENTS`, and return its exit code; 1 when nothing runs, which is said."""
    places = find_places()
    owner = find_owner(places)
    if owner is None:
        print(f"No Cuppa runs on {places.var_dir}: start it with `make run`.", file=sys.stderr)
        return 1
    environment = minimal_environment(places) | backend_environment(
        places, public_url=owner.public_url, phones_url=owner.phones_url
    )
    whole = [sys.executable, "-m", "backend.manage", command, *arguments]
    return subprocess.run(whole, env=environment, cwd=ROOT, check=False).returncode
