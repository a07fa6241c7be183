"""What production must be, read from docker-compose.yml."""

from __future__ import annotations

import json
import re
import subprocess
import sys

import pytest

from tests.architecture.compose import COMPOSE_FILE, ROOT, load_compose, networks_of, reachable_from, services

SECRETS = {
    "SECRET_KEY",
    "WORKER_KEY",
    "POSTGRES_PASSWORD",
    "REDIS_PASSWORD",
    "MEDIA_REDIS_PASSWORD",
    "S3_ACCESS_KEY_ID",
    "S3_SECRET_ACCESS_KEY",
}
RUN_ONCE = {"migrate", "create-bucket"}
NEED_CAPABILITIES = {"proxy", "postgres", "objects"}  # a low port; volumes handed over to a user of their own


# Empty unless the operator wants e-mail or text messages beside push.
OPTIONAL_WAYS = {"EMAIL_FROM", "EMAIL_URL", "SMS_REGION", "SMS_ACCESS_KEY_ID", "SMS_SECRET_ACCESS_KEY"}
# What browsers need to be told: all of it stands on the page that registers them.
WEB_PUSH = {"FCM_WEB_API_KEY", "FCM_WEB_PROJECT_ID", "FCM_WEB_APP_ID", "FCM_WEB_VAPID_KEY"}


class TestComposeFile:
    def test_is_valid_by_the_compose_specification(self) -> None:
        command = [
            sys.executable,
            "-m",
            "check_jsonschema",
            "--builtin-schema",
            "vendor.compose-spec",
            str(COMPOSE_FILE),
        ]

        done = subprocess.run(command, capture_output=True, text=True, check=False)

        assert (done.returncode, done.stdout.strip()) == (0, "ok -- validation done")

    def test_has_every_part_of_the_design(self) -> None:
        assert set(services()) - RUN_ONCE == {
            "api",
            "uploads",
            "jobs",
            "beat",
            "relay",
            "push",
            "media_worker",
            "postgres",
            "redis",
            "media-redis",
            "objects",
            "proxy",
        }

    def test_checks_the_health_of_everything_that_stays_up(self) -> None:
        unchecked = {name for name, service in services().items() if "test" not in service.get("healthcheck", {})}

        assert unchecked == RUN_ONCE

    def test_gives_no_secret_a_default(self) -> None:
        text = COMPOSE_FILE.read_text()

        required = set(re.findall(r"\$\{(\w+):\?", text))
        defaulted = set(re.findall(r"\$\{(\w+):?[-+]", text))

        assert required >= SECRETS
        assert defaulted == {
            "TRANSCRIBER",
            "FIREBASE_KEY_FILE",
            "DIRECT_UPLOADS",
            "EMBEDDER",
            *OPTIONAL_WAYS,
            *WEB_PUSH,
        }

    def test_writes_no_secret_down(self) -> None:
        named_like_a_secret = re.compile(r"(SECRET|PASSWORD|KEY)(_ID)?$")

        written = {
            f"{service}.{name}"
            for service, definition in services().items()
            for name, value in definition.get("environment", {}).items()
            if named_like_a_secret.search(name) and not str(value).startswith("${")
        }

        assert written == set()

    @pytest.mark.parametrize("name", sorted(services()))
    def test_hardens_every_container(self, name: str) -> None:
        service = services()[name]

        assert service["read_only"] is True
        assert service["cap_drop"] == ["ALL"]
        assert service["security_opt"][0] == "no-new-privileges:true"
        assert "cap_add" not in service or name in NEED_CAPABILITIES
        assert len(service["security_opt"]) == 1 or name == "media_worker"

    @pytest.mark.parametrize("name", sorted(services()))
    def test_names_an_exact_image(self, name: str) -> None:
        service = services()[name]
        tag = service["image"].partition(":")[2]

        assert "build" in service or re.fullmatch(r"\d+\.\d+[\w.-]*@sha256:[0-9a-f]{64}", tag)

    @pytest.mark.parametrize("name", sorted(services()))
    def test_limits_what_a_part_may_use_of_the_host(self, name: str) -> None:
        service = services()[name]

        assert {"mem_limit", "pids_limit"} <= service.keys()
        assert all("size=" in mount for mount in service["tmpfs"] if mount.startswith("/tmp:"))

    @pytest.mark.parametrize("name", ["redis", "media-redis"])
    def test_keeps_queued_work_over_a_crash_of_the_broker(self, name: str) -> None:
        assert "--appendonly yes" in services()[name]["command"][2]
        assert services()[name]["volumes"] == [f"{name}:/data"]

    def test_publishes_no_port_but_the_proxys(self) -> None:
        assert {name for name, service in services().items() if "ports" in service} == {"proxy"}

    def test_lets_only_the_proxy_and_push_out_to_the_internet(self) -> None:
        networks = load_compose()["networks"]
        open_networks = {name for name, network in networks.items() if not network.get("internal")}

        assert {name for name in services() if networks_of(name) & open_networks} == {"proxy", "push"}


class TestMediaWorkerService:
    def test_reaches_the_api_its_own_broker_and_the_proxy_only(self) -> None:
        assert reachable_from("media_worker") == {"api", "media-redis", "proxy"}

    def test_is_told_nothing_worth_stealing(self) -> None:
        assert set(services()["media_worker"]["environment"]) == {
            "MEDIA_BROKER_URL",
            "BACKEND_URL",
            "WORKER_KEY",
            "WORK_DIR",
            "TRANSCRIBER",
        }
        assert "volumes" not in services()["media_worker"]
        assert "secrets" not in services()["media_worker"]

    def test_may_make_rooms_for_hostile_files_and_little_else(self) -> None:
        _, seccomp, apparmor = services()["media_worker"]["security_opt"]
        profile = json.loads((ROOT / seccomp.removeprefix("seccomp:")).read_text())
        allowed = {name for rule in profile["syscalls"] for name in rule["names"]}

        assert apparmor == "apparmor:unconfined"
        assert profile["defaultAction"] == "SCMP_ACT_ERRNO"
        assert {rule["action"] for rule in profile["syscalls"]} == {"SCMP_ACT_ALLOW"}
        assert allowed >= {"clone", "unshare", "mount", "umount2", "pivot_root"}
        assert allowed.isdisjoint({"bpf", "ptrace", "keyctl", "io_uring_setup", "setns", "init_module", "userfaultfd"})


class TestReverseProxy:
    def test_streams_uploads_instead_of_buffering_them(self) -> None:
        directives = _directives((ROOT / "deploy" / "Caddyfile").read_text())

        assert "reverse_proxy @uploads uploads:8000 {" in directives
        assert not [line for line in directives if line.startswith(("request_buffers", "request_body"))]

    def test_closes_the_media_workers_api_to_the_outside(self) -> None:
        directives = _directives((ROOT / "deploy" / "Caddyfile").read_text())

        assert directives.index("respond @worker 404") < directives.index("reverse_proxy api:8000 {")


class TestImages:
    @pytest.mark.parametrize("dockerfile", ["backend/Dockerfile", "media_worker/Dockerfile"])
    def test_run_without_root_on_hashed_requirements(self, dockerfile: str) -> None:
        lines = (ROOT / dockerfile).read_text().splitlines()

        assert [line for line in lines if line.startswith("USER ")][-1] not in {"USER root", "USER 0"}
        assert any("pip install" in line and "--require-hashes" in line for line in lines)
        assert "ARG PYTHON_IMAGE=python:3.11-slim-bookworm" in lines
        assert {line for line in lines if line.startswith("FROM ")} == {
            "FROM ${PYTHON_IMAGE}${PYTHON_DIGEST} AS packages",
            "FROM ${PYTHON_IMAGE}${PYTHON_DIGEST}",
        }


def _directives(caddyfile: str) -> list[str]:
    return [line.strip() for line in caddyfile.splitlines() if line.strip() and not line.strip().startswith("#")]
