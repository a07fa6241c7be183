"""`python -m backend.embedded.demo_data`: give the demo organisation of the Cuppa that runs half a year of faults."""

from __future__ import annotations

import argparse
import subprocess
import sys
from pathlib import Path

from backend.embedded.environments import backend_environment, minimal_environment
from backend.embedded.ownership import find_owner
from backend.embedded.places import ROOT, find_places

_DATA = ROOT / "bench" / "data" / "faulttalk-dev.jsonl"


def main(arguments: list[str]) -> int:
    """Fill it, and return the exit code: 1 when nothing runs, or the file cannot be read."""
    file: Path = _parser().parse_args(arguments).file.resolve()
    places = find_places()
    owner = find_owner(places)
    if owner is None:
        return _refuse(f"No Cuppa runs on {places.var_dir}: start it with `make run`.")
    if not file.is_file():
        return _refuse(f"There is no file {file}.")
    environment = minimal_environment(places) | backend_environment(
        places, public_url=owner.public_url, phones_url=owner.phones_url
    )
    command = [sys.executable, "-m", "backend.manage", "load_demo_data", str(file)]
    return subprocess.run(command, env=environment, cwd=ROOT, check=False).returncode


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="make demo-data",
        description="Fill the demo organisation of the running Cuppa with half a year of faults, by the product's own "
        "operations. A second time adds nothing.",
    )
    parser.add_argument("file", type=Path, nargs="?", default=_DATA, help="another file in FaultTalk's format")
    return parser


def _refuse(sentence: str) -> int:
    print(sentence, file=sys.stderr)
    return 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
