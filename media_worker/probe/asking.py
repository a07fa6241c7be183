"""The worker's side of the probe: start it, believe nothing but its typed answer."""

from __future__ import annotations

import json
import sys
from collections import deque
from pathlib import Path

import media_worker
from api_schema.media_jobs import FailureCode, Limits
from api_schema.wire import WireError, from_wire, to_wire
from media_worker.failures import JobFailed
from media_worker.probe.facts import Probe, ProbeAnswer
from media_worker.sandbox import Confinement, OutOfTime, confined

_CONFINEMENT = Confinement(
    cpu_s=60, wall_clock_s=90.0, stall_s=90.0, file_bytes=1024**2, address_space_bytes=3 * 1024**3
)
_UNREADABLE = JobFailed(FailureCode.UNDECODABLE, "The file cannot be read as a video or voice note.")


def probe_clip(path: Path, limits: Limits) -> Probe:
    """
    Return what is in the file at `path`, found out by a confined process in the file's own directory.

    :raises JobFailed: the file is no clip, is over a limit, or broke the process that read it.
    """
    answer = _parse(_run_probe(path, limits))
    if answer.rejection is not None:
        raise JobFailed(answer.rejection.code, answer.rejection.detail)
    if answer.probe is None:
        raise _UNREADABLE
    return answer.probe


def _run_probe(path: Path, limits: Limits) -> str:
    lines: deque[str] = deque(maxlen=1)  # the answer is the last one; a hostile program may print for ever
    # -P: the directory holds a stranger's file, and must not be searched for modules.
    command = [sys.executable, "-P", "-m", "media_worker.probe", path.name, json.dumps(to_wire(limits))]
    package_root = str(Path(media_worker.__file__).parents[1])
    with confined(
        command,
        directory=path.parent,
        confinement=_CONFINEMENT,
        on_line=lines.append,
        environment={"PYTHONPATH": package_root, "PYTHONDONTWRITEBYTECODE": "1"},
    ) as program:
        program.wait(_CONFINEMENT.wall_clock_s)
        try:
            status = program.poll()
        except OutOfTime as error:
            raise _UNREADABLE from error
    return lines[-1] if status == 0 and lines else ""


def _parse(text: str) -> ProbeAnswer:
    try:
        return from_wire(ProbeAnswer, json.loads(text))
    except (ValueError, WireError) as error:
        raise _UNREADABLE from error
