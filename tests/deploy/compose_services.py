"""One service of docker-compose.yml as the arguments of `podman run`: what Compose itself would ask of Docker."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from tests.architecture.compose import ROOT, load_compose

_VARIABLE = re.compile(r"\$\$|\$\{(?P<name>\w+)(?:(?P<kind>:[?+-])(?P<word>[^}]*))?\}")


def filled(text: str, values: Mapping[str, str]) -> str:
    """Return `text` with the variables of the file replaced: `${A}`, `${A:?…}`, `${A:-…}`, `${A:+…}` and `$$`."""

    def value(found: re.Match[str]) -> str:
        if found["name"] is None:
            return "$"
        given = values.get(found["name"], "")
        match found["kind"]:
            case ":-":
                return given or found["word"]
            case ":+":
                return found["word"] if given else ""
            case _:
                return given or values[found["name"]]  # missing: KeyError, as Compose refuses

    return _VARIABLE.sub(value, text)


def networks(service: Mapping[str, Any], values: Mapping[str, str], name: str) -> dict[str, list[str]]:
    """Return the names under which `service` is known on each of its networks."""
    joined = service["networks"]
    details = joined if isinstance(joined, dict) else dict.fromkeys(joined)
    return {
        network: [name, *(filled(alias, values) for alias in (detail or {}).get("aliases", []))]
        for network, detail in details.items()
    }


def command_of(service: Mapping[str, Any], values: Mapping[str, str]) -> list[str]:
    return [filled(str(word), values) for word in service.get("command", [])]


def health_command(service: Mapping[str, Any], values: Mapping[str, str]) -> list[str]:
    """Return the command that checks the service's health from inside its container."""
    kind, *words = service["healthcheck"]["test"]
    words = [filled(word, values) for word in words]
    return words if kind == "CMD" else ["sh", "-c", *words]


def hardening(service: Mapping[str, Any]) -> Iterator[str]:
    """Yield what confines the container, and what it may use."""
    if service.get("read_only"):
        yield from ("--read-only", "--read-only-tmpfs=false")
    for option, name in (("cap_drop", "--cap-drop"), ("cap_add", "--cap-add"), ("tmpfs", "--tmpfs")):
        for value in service.get(option, []):
            yield from (name, value)
    for value in service.get("security_opt", []):
        kind, _, detail = value.replace("=", ":", 1).partition(":")
        yield from ("--security-opt", f"{kind}={ROOT / detail if detail.startswith('./') else detail}")
    for option, name in (
        ("pids_limit", "--pids-limit"),
        ("mem_limit", "--memory"),
        ("shm_size", "--shm-size"),
        ("cpu_shares", "--cpu-shares"),
    ):
        if option in service:
            yield from (name, str(service[option]))
    if "user" in service:
        yield from ("--user", service["user"])


def environment(service: Mapping[str, Any], values: Mapping[str, str]) -> Iterator[str]:
    for name, value in service.get("environment", {}).items():
        yield from ("--env", f"{name}={filled(str(value), values)}")


def mounts(service: Mapping[str, Any], prefix: str) -> Iterator[str]:
    """Yield the volumes; named ones belong to this `prefix`, paths are the project's."""
    for volume in service.get("volumes", []):
        source, _, target = volume.partition(":")
        yield from ("--volume", f"{ROOT / source if source.startswith('.') else f'{prefix}-{source}'}:{target}")


def internal_networks() -> Sequence[tuple[str, bool]]:
    """Return every network with whether it is cut off from the outside."""
    declared = load_compose()["networks"]
    return [(name, bool((network or {}).get("internal"))) for name, network in declared.items()]
