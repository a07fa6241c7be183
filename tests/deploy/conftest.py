"""Both images, built from a clean clone, and an installation that runs from them."""

from __future__ import annotations

import os
import secrets
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.architecture.compose import ROOT
from tests.deploy.installation import Installation

BASE = "docker.io/library/python:3.11-slim-bookworm"
_BUILD_TIMEOUT_S = 1200


@pytest.fixture(scope="session")
def images(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return the clean clone that both images were built from, as a person builds them."""
    _skip_where_nothing_can_be_built()
    clone = tmp_path_factory.mktemp("clone") / "cuppa"
    subprocess.run(["git", "clone", "--quiet", str(ROOT), str(clone)], check=True)
    _build([str(clone / "deploy" / "build-images.sh")])
    return clone


@pytest.fixture(scope="session")
def stand_ins(images: Path) -> None:
    """The image of what registries would bring."""
    arguments = os.environ.get("BUILD_ARGS", "").split()
    file = ROOT / "tests" / "deploy" / "stand_ins" / "Dockerfile"
    tag = ["-t", "cuppa-stand-ins", "-f", str(file), "--ignorefile", str(file.with_name("dockerignore"))]
    _build(["podman", "build", "--format", "docker", *arguments, *tag, str(images)])


@pytest.fixture(scope="session")
def installation(stand_ins: None) -> Iterator[Installation]:
    """A running Cuppa, by docker-compose.yml, that has the demo organisation; plain HTTP instead of certificates."""
    names = ("SECRET_KEY", "WORKER_KEY", "POSTGRES_PASSWORD", "REDIS_PASSWORD", "MEDIA_REDIS_PASSWORD")
    keys = ("S3_ACCESS_KEY_ID", "S3_SECRET_ACCESS_KEY")
    values = {name: secrets.token_hex(32) for name in (*names, *keys)}
    values |= {"PUBLIC_HOST": "cuppa.test", "OBJECTS_HOST": "objects.test"}
    changed = {
        "PUBLIC_URL": "http://cuppa.test",
        "S3_PUBLIC_ENDPOINT_URL": "http://objects.test",
        "PUBLIC_HOST": "http://cuppa.test",
        "OBJECTS_HOST": "http://objects.test",
    }
    started = Installation(f"cuppa-{secrets.token_hex(3)}", values, changed)
    try:
        _start(started)
        yield started
    finally:
        started.remove()


def _start(installation: Installation) -> None:
    """Start everything in the order of the file's `depends_on`."""
    installation.create_networks()
    servers = ["postgres", "redis", "media-redis", "objects"]
    installation.start(servers)
    installation.wait_until_healthy(servers)
    installation.run_once("create-bucket")
    installation.run_once("migrate")
    installation.run_once("migrate", "python", "-m", "backend.manage", "load_demo")
    ours = ["api", "uploads", "jobs", "beat", "relay", "push"]
    installation.start(ours)
    installation.wait_until_healthy(["api", "uploads"])
    installation.start(["proxy", "media_worker"])
    installation.wait_until_healthy(["proxy", "media_worker", *ours])


def _skip_where_nothing_can_be_built() -> None:
    if "BUILD_ARGS" not in os.environ:  # minutes of building, and a mirror's settings that only its owner knows
        pytest.skip("`make test-images` builds the images and runs them; nothing was built")
    for program in ("podman", "git"):
        if shutil.which(program) is None:
            pytest.skip(f"{program} is not installed: the images were neither built nor run")
    known = subprocess.run(["podman", "image", "exists", BASE], check=False).returncode == 0
    if not known and subprocess.run(["podman", "pull", "--quiet", BASE], check=False, timeout=300).returncode != 0:
        pytest.skip(f"{BASE} is neither here nor to be fetched (deploy/debian-base.sh makes a stand-in): nothing built")


def _build(command: list[str]) -> None:
    done = subprocess.run(command, capture_output=True, text=True, check=False, timeout=_BUILD_TIMEOUT_S)
    assert done.returncode == 0, done.stdout[-4000:] + done.stderr[-4000:]
