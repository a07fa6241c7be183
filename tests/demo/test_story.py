"""`make demo` as a person runs it: on a stack of its own, while parts of it are killed, and where nothing runs."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from backend.demo.step_failed import StepFailed
from backend.demo.timeline import wait_for
from backend.embedded.checks import find_free_port

STEPS = (
    "asked", "similar found", "wave 1 pushed", "upload done", "first playable", "fully rendered", "captions",
    "answered", "try", "upload done", "fixed", "first playable", "fully rendered", "captions",
    "how-to drafted", "how-to released", "found again",
)  # fmt: skip


def _play(var_dir: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "backend.demo", *arguments],
        env=os.environ | {"VAR_DIR": str(var_dir), "PORT": str(find_free_port())},
        capture_output=True,
        text=True,
        check=False,
    )


def _steps_told(output: str) -> list[str]:
    return [line[11:29].strip() for line in output.splitlines() if line[8:9] == "s" and line[:7].strip()[:1].isdigit()]


@pytest.mark.slow
@pytest.mark.timeout(900)
class TestMakeDemo:
    def test_plays_every_step_on_a_stack_of_its_own(self, tmp_path: Path) -> None:
        played = _play(tmp_path / "var")

        assert (played.returncode, played.stderr) == (0, "")
        assert _steps_told(played.stdout) == list(STEPS)

    def test_plays_every_step_while_the_worker_and_the_broker_are_killed(self, tmp_path: Path) -> None:
        played = _play(tmp_path / "var", "--kill", "media-worker", "--kill", "broker")

        assert (played.returncode, played.stderr) == (0, "")
        assert sorted(_steps_told(played.stdout)) == sorted([*STEPS, "killed", "killed"])


class TestMakeDemoWhereNothingRuns:
    def test_says_so_in_one_sentence(self, tmp_path: Path) -> None:
        played = _play(tmp_path / "var", "--url", "http://127.0.0.1:1")

        assert (played.returncode, played.stderr) == (1, "The story broke: No Cuppa answers at http://127.0.0.1:1.\n")


class TestWaitFor:
    def test_ends_with_a_sentence_when_nothing_happens(self) -> None:
        with pytest.raises(StepFailed, match=r"^Rendering did not happen within 0 s\.$"):
            wait_for("Rendering", lambda: None, deadline_s=0.05)
