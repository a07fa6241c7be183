"""npm's lock files pin what is installed by its hash, not by the place that one machine fetched it from."""

from __future__ import annotations

import json
from pathlib import Path

_ROOT = Path(__file__).resolve().parents[2]
LOCK_FILES = [path for folder in ("bench", "tests") for path in (_ROOT / folder).rglob("package-lock.json")]


class TestLockFiles:
    def test_pin_every_package_by_its_hash(self) -> None:
        packages = [package for path in LOCK_FILES for package in _packages(path)]

        assert packages
        assert all(package["integrity"].startswith("sha512-") for package in packages)

    def test_name_no_place(self) -> None:
        packages = [package for path in LOCK_FILES for package in _packages(path)]

        assert [package for package in packages if "resolved" in package] == []


def _packages(lock_file: Path) -> list[dict[str, str]]:
    locked = json.loads(lock_file.read_text())["packages"]
    return [package for name, package in locked.items() if name]  # the one without a name is our own
