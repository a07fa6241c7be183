"""Cuppa from its images: containers, networks and health checks of docker-compose.yml, run by Podman for one test."""

from __future__ import annotations

import subprocess
import time
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from tests.architecture.compose import services
from tests.deploy.compose_services import (
    command_of,
    environment,
    hardening,
    health_command,
    internal_networks,
    mounts,
    networks,
)

STAND_INS = "localhost/cuppa-stand-ins"

# What the parts that come from registries do here; all else of theirs stands as in docker-compose.yml.
REPLACED: dict[str, dict[str, Any]] = {
    "postgres": {"image": STAND_INS, "command": ["postgres.sh"]},
    "redis": {"image": STAND_INS},
    "media-redis": {"image": STAND_INS},
    "objects": {
        "image": STAND_INS,
        "environment": {"S3_IGNORE_SUBDOMAIN_BUCKETNAME": "true"},
        "command": ["moto_server", "-H", "0.0.0.0", "-p", "8333"],  # noqa: S104 - inside its own network
        "healthcheck": {"test": ["CMD", "wget", "-q", "-O", "/dev/null", "http://127.0.0.1:8333/moto-api/"]},
    },
    "create-bucket": {
        "image": STAND_INS,
        "entrypoint": ["python", "-c", "import httpx; httpx.put('http://objects:8333/cuppa').raise_for_status()"],
    },
    "proxy": {
        "image": STAND_INS,
        "command": ["caddy", "run", "--config", "/etc/caddy/Caddyfile"],
        "tmpfs": ["/tmp:mode=1777", "/root:mode=0700"],  # where Debian's Caddy keeps its state
    },
}


class CommandFailed(Exception):
    """Podman, or the program in the container, ended with an error; the text carries what it printed."""


def podman(*arguments: str, timeout_s: float = 120) -> str:
    """
    Return what Podman prints.

    :raises CommandFailed: it failed.
    """
    done = subprocess.run(["podman", *arguments], capture_output=True, text=True, check=False, timeout=timeout_s)
    if done.returncode != 0:
        raise CommandFailed(f"podman {' '.join(arguments)}\n{done.stdout[-4000:]}\n{done.stderr[-4000:]}")
    return done.stdout


@dataclass
class Installation:
    """
    Everything is named `prefix`-…, and gone after `remove`.

    `values`: what an operator writes into `.env`. `changed`: variables that a service gets in another form here.
    """

    prefix: str
    values: Mapping[str, str]
    changed: Mapping[str, str] = field(default_factory=dict)

    def create_networks(self) -> None:
        for name, is_internal in internal_networks():
            podman("network", "create", *(["--internal"] if is_internal else []), f"{self.prefix}-{name}")

    def start(self, names: Iterable[str]) -> None:
        """Start services; `wait_until_healthy` tells when they work."""
        for name in names:
            service = self.service(name)
            podman("run", "--detach", *self._options(name, service), service["image"], *self._command(service))

    def run_once(self, name: str, *command: str, extra: tuple[str, ...] = ()) -> str:
        """
        Run the container of service `name` until it ends, and return what it printed.

        :raises CommandFailed: it ended with an error.
        """
        service = self.service(name)
        words = command or tuple(self._command(service))
        return podman("run", "--rm", *self._options(f"{name}-once", service), *extra, service["image"], *words)

    def execute(self, name: str, *command: str) -> str:
        """Return what `command` prints inside the running container of service `name`."""
        return podman("exec", f"{self.prefix}-{name}", *command)

    def wait_until_healthy(self, names: Iterable[str], *, within_s: float = 60) -> None:
        """:raises CommandFailed: a service's own health check still fails after `within_s`."""
        deadline = time.monotonic() + within_s
        for name in names:
            self._wait_for(name, deadline)

    def logs(self, name: str) -> str:
        done = subprocess.run(
            ["podman", "logs", f"{self.prefix}-{name}"], stdout=subprocess.PIPE, stderr=subprocess.STDOUT, check=False
        )
        return done.stdout.decode(errors="replace")

    def remove(self) -> None:
        """Remove every container, volume and network of this installation. Idempotent."""
        mine = f"name=^{self.prefix}-"
        for kind, options in (("container", ["--force", "--time", "5"]), ("volume", ["--force"]), ("network", [])):
            listing = ["ps", "--all", "--quiet"] if kind == "container" else [kind, "ls", "--quiet"]
            found = podman(*listing, "--filter", mine).split()
            if found:
                podman(kind, "rm", *options, *found)

    def service(self, name: str) -> dict[str, Any]:
        return services()[name] | REPLACED.get(name, {})

    def _options(self, name: str, service: Mapping[str, Any]) -> list[str]:
        joined = networks(service, self.values, name)
        given = [
            f"{self.prefix}-{network}:{','.join(f'alias={alias}' for alias in known_as)}"
            for network, known_as in joined.items()
        ]
        entry = service.get("entrypoint")
        return [
            *("--name", f"{self.prefix}-{name}"),
            *(word for network in given for word in ("--network", network)),
            *hardening(service),
            *environment(service, self.values),
            *(word for pair in self._changes(service) for word in ("--env", pair)),
            *mounts(service, self.prefix),
            *(["--entrypoint", entry[0]] if entry else []),
        ]

    def _changes(self, service: Mapping[str, Any]) -> list[str]:
        known = service.get("environment", {})
        return [f"{name}={value}" for name, value in self.changed.items() if name in known]

    def _command(self, service: Mapping[str, Any]) -> list[str]:
        return [*service.get("entrypoint", [])[1:], *command_of(service, self.values)]

    def _wait_for(self, name: str, deadline: float) -> None:
        check = health_command(self.service(name), self.values)
        while True:
            try:
                self.execute(name, *check)
            except CommandFailed as error:
                if time.monotonic() > deadline:
                    raise CommandFailed(f"{error}\n{self.logs(name)[-4000:]}") from error
                time.sleep(0.5)
            else:
                return
