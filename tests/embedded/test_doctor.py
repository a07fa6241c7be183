"""`make doctor` as an operator meets it, beside a Cuppa that runs or does not."""

from __future__ import annotations

import json
import os
import stat
import subprocess
import sys
from pathlib import Path

import psutil
import pytest

from backend.embedded.checks import find_free_port
from backend.embedded.places import Places
from backend.embedded.stack import running_stack
from backend.embedded.started_with import environment_of_running, keep_settings

ROOT = Path(__file__).resolve().parents[2]


def examine(places: Places, *arguments: str) -> subprocess.CompletedProcess[str]:
    """Return what the doctor says of the Cuppa on `places`."""
    command = ["env", "-i", f"PATH={os.environ['PATH']}", f"VAR_DIR={places.var_dir}"]
    command += [sys.executable, "-m", "backend.embedded.doctor", *arguments]
    return subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False, timeout=90)


def test_says_that_nothing_runs(places: Places) -> None:
    told = examine(places)

    assert (told.returncode, told.stdout) == (1, "")
    assert told.stderr == f"No Cuppa runs on {places.var_dir}: start it with `make run`.\n"


def test_sees_what_cuppa_was_started_with_and_not_what_is_set_where_it_is_asked(
    places: Places, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("FIREBASE_CREDENTIALS", "/etc/broken.json")
    keep_settings(places, public_url="http://127.0.0.1:8000", phones_url=None)
    monkeypatch.setenv("FIREBASE_CREDENTIALS", "/etc/another.json")
    monkeypatch.setenv("SMS_REGION", "eu-west-1")

    seen = environment_of_running(places)

    assert (seen["FIREBASE_CREDENTIALS"], "SMS_REGION" in seen) == ("/etc/broken.json", False)
    assert [stat.S_IMODE(path.stat().st_mode) for path in places.run_dir.glob("settings.json")] == [0o600]


@pytest.mark.slow
@pytest.mark.timeout(240)
def test_finds_all_well_until_a_part_stands_still(places: Places) -> None:
    with running_stack(places, port=find_free_port(), say=lambda _line: None) as stack:
        well = examine(places, "--json")
        media = next(program for program in stack.supervisor.list_programs() if program.name == "media")
        psutil.Process(media.pid).suspend()
        stuck = examine(places)
        psutil.Process(media.pid).resume()

    assert (well.returncode, json.loads(well.stdout)["is_well"]) == (0, True)
    assert stuck.returncode == 1
    assert stuck.stdout.startswith("WRONG  workers       No worker listens to the queue media.\n")
