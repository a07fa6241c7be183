"""The embedded floor: PocketSphinx with the model of its wheel, biased to the asset's own words."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator
from importlib.metadata import version
from pathlib import Path
from queue import Empty, SimpleQueue

import media_worker
from api_schema.media_jobs import FailureCode, SpeechHints
from api_schema.wire import from_wire, to_wire
from media_worker.failures import JobFailed
from media_worker.sandbox import ConfinedProgram, Confinement, OutOfTime, confined
from media_worker.speech.engine import Check, Heard, Recording
from media_worker.speech.pocketsphinx_hearing import HearingTask

_LOOK_S = 0.2
_CPU_S_PER_SPOKEN_S = 5  # measured: 0.15 to 0.4
_LEAST_CPU_S = 60
_CROWDED = 10  # wall clock a CPU second, on a machine that does much else


class PocketSphinxEngine:
    """Listens in a confined process for each recording (0.5 s to start): see `pocketsphinx_hearing` for why."""

    @property
    def name(self) -> str:
        return f"pocketsphinx {version('pocketsphinx')} en-us"

    def supports(self, language: str) -> bool:
        return language.lower().split("-")[0] == "en"

    def hear(self, recording: Recording, hints: SpeechHints, check: Check) -> Iterator[Heard]:
        spans_ms = tuple((span.start_ms, span.end_ms) for span in recording.spans)
        task = json.dumps(to_wire(HearingTask(spans_ms, hints.vocabulary)))
        lines: SimpleQueue[str] = SimpleQueue()
        with confined(
            [sys.executable, "-P", "-m", "media_worker.speech.pocketsphinx_hearing", recording.wav.name, task],
            directory=recording.wav.parent,
            confinement=_confinement(sum(end - start for start, end in spans_ms) // 1000),
            on_line=lines.put,
            environment={"PYTHONPATH": str(Path(media_worker.__file__).parents[1]), "PYTHONDONTWRITEBYTECODE": "1"},
        ) as program:
            yield from _stretches(program, lines, check)


def _confinement(spoken_s: int) -> Confinement:
    cpu_s = max(_LEAST_CPU_S, spoken_s * _CPU_S_PER_SPOKEN_S)
    return Confinement(cpu_s=cpu_s, wall_clock_s=cpu_s * _CROWDED, stall_s=cpu_s * _CROWDED, file_bytes=1024**2)


def _stretches(program: ConfinedProgram, lines: SimpleQueue[str], check: Check) -> Iterator[Heard]:
    status = None
    while status is None:
        check()
        program.wait(_LOOK_S)
        status = _poll(program)
        yield from _printed(lines)
    if status != 0:
        raise RuntimeError(f"the recogniser ended with status {status}: {program.error_text}")


def _poll(program: ConfinedProgram) -> int | None:
    try:
        return program.poll()
    except OutOfTime as error:
        raise JobFailed(FailureCode.TIMED_OUT, "Writing the captions took too long.") from error


def _printed(lines: SimpleQueue[str]) -> Iterator[Heard]:
    while True:
        try:
            yield from_wire(Heard, json.loads(lines.get_nowait()))
        except Empty:
            return
