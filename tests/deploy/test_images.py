"""What the two production images hold, as whom they run, and when they refuse to."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.deploy.installation import CommandFailed, podman

pytestmark = [pytest.mark.slow, pytest.mark.timeout(1800)]

BACKEND = "localhost/cuppa-backend"
MEDIA_WORKER = "localhost/cuppa-media-worker"
WORKER_SETTINGS = {
    "MEDIA_BROKER_URL": "redis://127.0.0.1:1/0",
    "BACKEND_URL": "http://127.0.0.1:1",
    "WORKER_KEY": "only-for-tests-worker-key",
}
IMPORTABLE = "import importlib.util, sys; print([name for name in sys.argv[1:] if importlib.util.find_spec(name)])"


def _inside(image: str, *command: str, options: tuple[str, ...] = ()) -> str:
    hardened = ("--read-only", "--read-only-tmpfs=false", "--tmpfs", "/tmp:mode=1777", "--cap-drop", "ALL")
    return podman("run", "--rm", "--network", "none", *hardened, *options, image, *command)


def _start_worker(*options: str, **settings: str) -> str:
    given = [word for name, value in (WORKER_SETTINGS | settings).items() for word in ("--env", f"{name}={value}")]
    with pytest.raises(CommandFailed) as refused:
        _inside(MEDIA_WORKER, "python", "-c", "import media_worker.app", options=(*given, *options))
    return str(refused.value)


class TestBothImages:
    @pytest.mark.parametrize(
        ("image", "packages"),
        [(BACKEND, ["api_schema", "backend", "notifications"]), (MEDIA_WORKER, ["api_schema", "media_worker"])],
        ids=["backend", "media_worker"],
    )
    def test_hold_their_own_packages_and_nothing_else_of_the_project(
        self, images: Path, image: str, packages: list[str]
    ) -> None:
        assert sorted(_inside(image, "ls", "-A", "/app").split()) == packages

    @pytest.mark.parametrize(("image", "account"), [(BACKEND, "10001"), (MEDIA_WORKER, "10002")])
    def test_run_as_an_account_without_rights(self, images: Path, image: str, account: str) -> None:
        assert _inside(image, "id", "-u").strip() == account

    @pytest.mark.parametrize("image", [BACKEND, MEDIA_WORKER])
    def test_carry_no_value_that_is_worth_stealing(self, images: Path, image: str) -> None:
        (described,) = json.loads(podman("image", "inspect", image))
        names = {variable.partition("=")[0] for variable in described["Config"]["Env"]}
        ours = names - {"PATH", "LANG", "GPG_KEY", "PYTHON_VERSION", "PYTHON_SHA256"}

        assert ours <= {"PYTHONUNBUFFERED", "PYTHONDONTWRITEBYTECODE", "WORK_DIR", "SANDBOX"}


class TestMediaWorkerImage:
    def test_has_no_framework_driver_or_key_library(self, images: Path) -> None:
        names = [
            "django",
            "rest_framework",
            "psycopg",
            "boto3",
            "botocore",
            "firebase_admin",
            "backend",
            "notifications",
        ]

        assert _inside(MEDIA_WORKER, "python", "-c", IMPORTABLE, *names).strip() == "[]"

    def test_refuses_to_start_where_it_sees_a_secret_of_the_backend(self, images: Path) -> None:
        says = _start_worker("--env", "SANDBOX=rlimits", SECRET_KEY="a-backend-secret")

        assert "must not see SECRET_KEY" in says
        assert "a-backend-secret" not in says.partition("\n")[2]

    def test_refuses_to_start_without_bubblewrap(self, images: Path) -> None:
        says = _start_worker("--volume", "/dev/null:/usr/bin/bwrap:ro")

        assert "SANDBOX is bubblewrap, which does not work here, so no hostile file is read" in says
