"""docker-compose.yml as Docker would read it, and questions about who can reach whom."""

from __future__ import annotations

from pathlib import Path
from typing import Any, cast

import yaml

ROOT = Path(__file__).resolve().parents[2]
COMPOSE_FILE = ROOT / "docker-compose.yml"


def load_compose() -> dict[str, Any]:
    return cast("dict[str, Any]", yaml.safe_load(COMPOSE_FILE.read_text()))


def services() -> dict[str, dict[str, Any]]:
    return cast("dict[str, dict[str, Any]]", load_compose()["services"])


def networks_of(service: str) -> set[str]:
    """Return the networks `service` joins; the list and the mapping form say the same."""
    return set(services()[service]["networks"])


def reachable_from(service: str) -> set[str]:
    """Return every other service that shares a network with `service`."""
    own = networks_of(service)
    return {name for name in services() if name != service and own & networks_of(name)}
