"""`python -m media_worker.probe FILE LIMITS` prints a `ProbeAnswer` as JSON. It runs confined, and only once."""

from __future__ import annotations

import json
import sys
from pathlib import Path

from api_schema.media_jobs import Limits
from api_schema.wire import from_wire, to_wire
from media_worker.failures import JobFailed
from media_worker.probe.facts import ProbeAnswer
from media_worker.probe.reading import read_clip


def main(arguments: list[str]) -> None:
    path, limits = Path(arguments[0]), from_wire(Limits, json.loads(arguments[1]))
    try:
        answer = ProbeAnswer(probe=read_clip(path, limits))
    except JobFailed as failed:
        answer = ProbeAnswer(rejection=failed.failure)
    sys.stdout.write(json.dumps(to_wire(answer)) + "\n")


if __name__ == "__main__":
    main(sys.argv[1:])
