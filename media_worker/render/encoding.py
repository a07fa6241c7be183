"""Running the render's ffmpeg under guard, and reading what became of it."""

from __future__ import annotations

import logging
import os
from collections.abc import Callable
from pathlib import Path

from api_schema.media_jobs import FailureCode, Limits
from media_worker.failures import JobFailed
from media_worker.sandbox import ConfinedProgram, Confinement, OutOfTime, confined

_LOGGER = logging.getLogger(__name__)
_STALL_S = 60.0
_LOOK_EVERY_S = 0.1
_OUR_FAULT = ("No space left on device", "Resource temporarily unavailable")
_TOO_LARGE = ("Cannot allocate memory", "File too large", "exceeds the maximum")


class EncodingProgress:
    """How far ffmpeg is, from the times that it prints (`tell_progress`)."""

    def __init__(self) -> None:
        self.encoded_ms = 0
        self.on_change: Callable[[], None] = lambda: None

    def read_line(self, line: str) -> None:
        try:
            encoded_ms = round(float(line) * 1000)
        except ValueError:  # a frame without a time, or a last line that was cut
            return
        if encoded_ms > self.encoded_ms:
            self.encoded_ms = encoded_ms
            self.on_change()


def encode(
    command: list[str], *, directory: Path, limits: Limits, on_look: Callable[[EncodingProgress], None]
) -> EncodingProgress:
    """
    Run ffmpeg to its end, calling `on_look` about ten times a second; whatever that raises ends ffmpeg.

    :raises JobFailed: ffmpeg gave up, or was killed for what it took.
    """
    progress = EncodingProgress()
    confinement = Confinement(
        cpu_s=limits.wall_clock_s * (os.cpu_count() or 1),
        wall_clock_s=limits.wall_clock_s,
        stall_s=_STALL_S,
        file_bytes=limits.max_output_bytes,
    )
    with confined(command, directory=directory, confinement=confinement, on_line=progress.read_line) as program:
        progress.on_change = program.progressed
        status = _watch(program, lambda: on_look(progress))
        if status != 0:
            _LOGGER.warning("ffmpeg ended with %s: %s", status, program.error_text)
            raise explain_failure(program.error_text)
    return progress


def explain_failure(error_text: str) -> JobFailed:
    """Return why ffmpeg gave up, in words for the person who filmed: its own words name files and addresses."""
    if any(sign in error_text for sign in _OUR_FAULT):
        return JobFailed(FailureCode.WORKER_ERROR, "The machine that processes recordings is full; it is tried again.")
    if any(sign in error_text for sign in _TOO_LARGE):
        return JobFailed(FailureCode.TOO_LARGE, "The recording takes more memory than we can give.")
    return JobFailed(FailureCode.UNDECODABLE, "The recording is damaged: it cannot be decoded to its end.")


def _watch(program: ConfinedProgram, on_look: Callable[[], None]) -> int:
    try:
        while (status := program.poll()) is None:
            on_look()
            program.wait(_LOOK_EVERY_S)
    except OutOfTime as error:
        raise JobFailed(FailureCode.TIMED_OUT, "Processing the recording took too long.") from error
    return status
