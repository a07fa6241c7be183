"""docs/api.md says what the code says."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from api_schema.error_codes import ERROR_CODES

PAGE = (Path(__file__).resolve().parents[2] / "docs" / "api.md").read_text()


class TestApiPage:
    @pytest.mark.parametrize("code", ERROR_CODES)
    def test_lists_each_code_with_its_status_and_whether_to_send_again(self, code: str) -> None:
        listed = ERROR_CODES[code]

        again = "again later" if listed.retry else "final"
        assert f"| `{code}` | {listed.status} | {again} | {listed.title}" in PAGE

    def test_lists_no_other_code(self) -> None:
        assert set(re.findall(r"^\| `(\w+)` \| \d", PAGE, re.MULTILINE)) == set(ERROR_CODES)
