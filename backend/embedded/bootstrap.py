"""
Make `.venv` and install one hashed requirements file into it: `python3 bootstrap.py requirements-embedded.txt`.

Runs on any python3 before anything is installed: standard library only, and no syntax newer than 3.6, so that
a machine whose Python is too old reads a sentence and not a traceback.
"""

import hashlib
import os
import subprocess
import sys
from pathlib import Path

OLDEST = (3, 11)
ROOT = Path(__file__).resolve().parents[2]
VENV = ROOT / ".venv"
VENV_PYTHON = VENV / "bin" / "python"


def main(lock_name: str) -> int:
    """Return 0 once `.venv` holds what the file `lock_name` pins; otherwise print one sentence and return 1."""
    if sys.version_info < OLDEST:
        found = "{}.{}".format(*sys.version_info[:2])
        return _fail(f"Cuppa needs Python 3.11 or newer, this is {found}; name another: make run PYTHON=python3.11")
    try:
        _install(ROOT / lock_name)
    except OSError as error:
        return _fail(f"{lock_name} could not be installed: {error}")
    except subprocess.CalledProcessError as error:
        return _fail(f"{lock_name} could not be installed: pip ended with {error.returncode}, its reason stands above.")
    return 0


def _fail(sentence: str) -> int:
    sys.stderr.write(f"{sentence}\n")
    return 1


def _install(lock: Path) -> None:
    """Install what `lock` pins, unless that very file is installed already."""
    stamp = VENV / f"{lock.stem}.installed"
    digest = hashlib.sha256(lock.read_bytes()).hexdigest()
    if VENV_PYTHON.exists() and stamp.exists() and stamp.read_text() == digest:
        return
    _make_venv()
    _say(f"Installing {lock.name} (once, this takes a few minutes) …")
    subprocess.check_call(
        [str(VENV_PYTHON), "-m", "pip", "install", "--quiet", "--require-hashes", "-r", str(lock)],
        env=dict(os.environ, PIP_DISABLE_PIP_VERSION_CHECK="1", PIP_ROOT_USER_ACTION="ignore"),
    )
    stamp.write_text(digest)


def _make_venv() -> None:
    """Create the environment; one half-made, or made by a Python that is gone, is made anew."""
    if VENV_PYTHON.exists() and _succeeds(str(VENV_PYTHON), "-m", "pip", "--version"):
        return
    _say("Making .venv with Python {}.{} …".format(*sys.version_info[:2]))
    if not _succeeds(sys.executable, "-m", "venv", "--clear", str(VENV)):
        raise OSError("`python3 -m venv` does not work here (Debian, Ubuntu: apt install python3-venv)")


def _succeeds(*command: str) -> bool:
    return subprocess.call(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) == 0


def _say(line: str) -> None:
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()


if __name__ == "__main__":
    sys.exit(main(sys.argv[1]))
