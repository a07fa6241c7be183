"""`python -m backend.embedded.operator [EMAIL] [--end]`: who may see every organisation of the Cuppa that runs."""

from __future__ import annotations

import subprocess
import sys

from backend.embedded.environments import backend_environment, minimal_environment
from backend.embedded.ownership import find_owner
from backend.embedded.places import ROOT, find_places


def main(arguments: list[str]) -> int:
    """Hand the arguments to `manage.py operator`, and return its exit code; 1 when nothing runs."""
    places = find_places()
    owner = find_owner(places)
    if owner is None:
        print(f"No Cuppa runs on {places.var_dir}: start it with `make run`.", file=sys.stderr)
        return 1
    environment = minimal_environment(places) | backend_environment(
        places, public_url=owner.public_url, phones_url=owner.phones_url
    )
    command = [sys.executable, "-m", "backend.manage", "operator", *arguments]
    return subprocess.run(command, env=environment, cwd=ROOT, check=False).returncode


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
