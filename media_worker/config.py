"""What the worker is told by its environment, and what it must not know."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import TypeVar

Choice = TypeVar("Choice", bound=StrEnum)

# The worker parses hostile files: a secret that it holds is a secret that a crafted clip may take.
FORBIDDEN_NAMES = frozenset(
    {
        "DATABASE_URL",
        "SECRET_KEY",
        "BROKER_URL",
        "OBJECT_STORE",
        "FIREBASE_CREDENTIALS",
        "GOOGLE_APPLICATION_CREDENTIALS",
    }
)
FORBIDDEN_PREFIXES = ("AWS_", "S3_", "PG", "POSTGRES_")
HARMLESS_NAMES = frozenset({"AWS_CA_BUNDLE"})  # where public certificates lie; some hosts set it for every process


class UnableToStart(Exception):
    """The environment lacks a setting, or carries a secret of the backend; the text is one sentence."""


class TranscriberChoice(StrEnum):
    AUTO = "auto"  # faster-whisper when its model is there, else PocketSphinx
    POCKETSPHINX = "pocketsphinx"
    FASTER_WHISPER = "faster-whisper"


class SandboxChoice(StrEnum):
    AUTO = "auto"  # bubblewrap where it works, else the limits alone
    BUBBLEWRAP = "bubblewrap"  # or no start at all
    RLIMITS = "rlimits"


@dataclass(frozen=True)
class WorkerConfig:
    media_broker_url: str
    backend_url: str
    worker_key: str
    work_dir: Path
    transcriber: TranscriberChoice = TranscriberChoice.AUTO
    whisper_model_dir: Path | None = None


def read_config(environment: Mapping[str, str]) -> WorkerConfig:
    """
    Return the worker's settings.

    :raises UnableToStart: a setting is missing or unknown, or a secret of the backend is in sight.
    """
    refuse_backend_secrets(environment)
    model_dir = environment.get("WHISPER_MODEL_DIR", "")
    return WorkerConfig(
        media_broker_url=_required(environment, "MEDIA_BROKER_URL"),
        backend_url=_required(environment, "BACKEND_URL").rstrip("/"),
        worker_key=_required(environment, "WORKER_KEY"),
        work_dir=Path(_required(environment, "WORK_DIR")).absolute(),
        transcriber=_choice(environment, "TRANSCRIBER", TranscriberChoice, TranscriberChoice.AUTO),
        whisper_model_dir=Path(model_dir) if model_dir else None,
    )


def read_sandbox_choice(environment: Mapping[str, str]) -> SandboxChoice:
    """
    Return how programs that read hostile files are to be kept apart.

    :raises UnableToStart: it is none that we know.
    """
    return _choice(environment, "SANDBOX", SandboxChoice, SandboxChoice.AUTO)


def refuse_backend_secrets(environment: Mapping[str, str]) -> None:
    """Raise `UnableToStart`, naming the variable, when the environment carries a secret of the backend."""
    for name in sorted(environment):
        is_secret = name in FORBIDDEN_NAMES or name.startswith(FORBIDDEN_PREFIXES)
        if is_secret and name not in HARMLESS_NAMES:
            raise UnableToStart(f"The media worker reads hostile files and must not see {name}: remove it to start.")


def _required(environment: Mapping[str, str], name: str) -> str:
    value = environment.get(name, "")
    if not value:
        raise UnableToStart(f"The media worker needs {name} in its environment.")
    return value


def _choice(environment: Mapping[str, str], name: str, known: type[Choice], default: Choice) -> Choice:
    value = environment.get(name, "") or default
    try:
        return known(value)
    except ValueError as error:
        raise UnableToStart(f"{name} is {value!r}; the media worker knows {', '.join(known)}.") from error
