"""The containers of docker-compose.yml, built, started and used; the story is played from outside, by the proxy."""

from __future__ import annotations

import json

import pytest

from tests.deploy.installation import STAND_INS, CommandFailed, Installation, podman

pytestmark = [pytest.mark.slow, pytest.mark.timeout(1800)]

OURS = ["api", "uploads", "jobs", "beat", "relay", "push", "media_worker"]
REACH = """
import json, socket, sys
def reaches(host, port):
    try:
        socket.create_connection((host, int(port)), 3).close()
    except OSError:
        return False
    return True
print(json.dumps([host for host, port in (each.split("|") for each in sys.argv[1:]) if reaches(host, port)]))
"""
LEFT_OVERS = """
import pathlib
states = [path.read_text().rpartition(")")[2].split()[0] for path in pathlib.Path("/proc").glob("[0-9]*/stat")]
print(states.count("Z"))
"""


def _from_a_phone(installation: Installation, *command: str) -> str:
    """Return what `command` prints on a machine outside, which knows the proxy only."""
    outside = f"{installation.prefix}-outside"
    (proxy,) = json.loads(podman("inspect", f"{installation.prefix}-proxy"))
    address = proxy["NetworkSettings"]["Networks"][outside]["IPAddress"]
    hosts = [word for name in ("cuppa.test", "objects.test") for word in ("--add-host", f"{name}:{address}")]
    return podman("run", "--rm", "--network", outside, *hosts, STAND_INS, *command, timeout_s=400)


class TestInstallation:
    def test_plays_the_whole_story(self, installation: Installation) -> None:
        told = _from_a_phone(installation, "python", "-m", "backend.demo", "--url", "http://cuppa.test")

        # A proxy that keeps a request to itself until it is whole would have lost every byte of the broken one.
        assert "SHA-256 verified; link lost, went on at byte " in told
        assert "heard by the recogniser" in told
        assert "The whole story took" in told
        assert installation.execute("media_worker", "python", "-c", LEFT_OVERS).strip() == "0"

    def test_passes_the_check_before_deployment(self, installation: Installation) -> None:
        check = ("python", "-m", "backend.manage", "check", "--deploy", "--tag", "security", "--fail-level", "WARNING")

        assert "no issues" in installation.execute("api", *check)

    @pytest.mark.parametrize("name", OURS)
    def test_lets_no_process_of_ours_change_its_own_image(self, installation: Installation, name: str) -> None:
        with pytest.raises(CommandFailed, match="Read-only file system"):
            installation.execute(name, "touch", "/app/new")

    def test_keeps_the_media_worker_from_database_jobs_and_store(self, installation: Installation) -> None:
        wanted = ["api|8000", "media-redis|6379", "objects.test|80", "postgres|5432", "redis|6379", "objects|8333"]
        wanted += [f"{_address_of(installation, name)}|{port}" for name, port in (("postgres", 5432), ("redis", 6379))]

        reached = json.loads(installation.execute("media_worker", "python", "-c", REACH, *wanted))

        assert reached == ["api", "media-redis", "objects.test"]

    def test_gives_the_media_worker_no_way_out(self, installation: Installation) -> None:
        routes = installation.execute("media_worker", "cat", "/proc/net/route").splitlines()[1:]

        assert [route for route in routes if route.split()[1] == "00000000"] == []

    def test_hides_the_workers_api_from_the_outside(self, installation: Installation) -> None:
        ask = "import httpx; print(httpx.post('http://cuppa.test/api/internal/v1/jobs/x/claim').status_code)"

        assert _from_a_phone(installation, "python", "-c", ask).strip() == "404"

    def test_lets_our_pages_read_what_signed_links_lead_to(self, installation: Installation) -> None:
        ask = "import httpx; print(httpx.get('http://objects.test/cuppa/x').headers['Access-Control-Allow-Origin'])"

        assert _from_a_phone(installation, "python", "-c", ask).strip() == "http://cuppa.test"


def _address_of(installation: Installation, name: str) -> str:
    (container,) = json.loads(podman("inspect", f"{installation.prefix}-{name}"))
    return str(next(iter(container["NetworkSettings"]["Networks"].values()))["IPAddress"])
