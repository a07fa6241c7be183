"""`python -m backend.embedded.demo_data`: give the demo organisation of the Cuppa that runs half a year of faults."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from backend.embedded.manage import manage_running
from backend.embedded.ownership import find_owner
from backend.embedded.places import ROOT, find_places

_DATA = ROOT / "bench" / "data" / "faulttalk-dev.jsonl"


def main(arguments: list[str]) -> int:
    """Fill it, and return the exit code: 1 when nothing runs, or the file cannot be read."""
    file: Path = _parser().parse_args(arguments).file.resolve()
    places = find_places()
    if find_owner(places) is None:
        return _refuse(f"No Cuppa runs on {places.var_dir}: start it with `make run`.")
    if not file.is_file():
        return _refuse(f"There is no file {file}.")
    return manage_running("load_demo_data", [str(file)])


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
