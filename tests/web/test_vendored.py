"""Scripts of others are what their authors published."""

from __future__ import annotations

import hashlib
import re
from pathlib import Path

VENDOR = Path(__file__).resolve().parents[2] / "backend" / "web" / "static" / "vendor"
README = VENDOR / "README.md"


class TestVendoredScripts:
    def test_have_the_sums_that_the_list_names_and_nobody_is_missing_in_it(self) -> None:
        listed = dict(re.findall(r"^([0-9a-f]{64})  (\S+)$", README.read_text(), re.MULTILINE))

        found = {hashlib.sha256(path.read_bytes()).hexdigest(): str(path.relative_to(VENDOR)) for path in _scripts()}

        assert found == listed

    def test_keep_their_licences(self) -> None:
        assert {path.parent for path in _scripts()} == {path.parent for path in VENDOR.rglob("LICENSE")}


def _scripts() -> list[Path]:
    return [path for path in VENDOR.rglob("*") if path.is_file() and path != README]
