"""docs/uploading.md says what the code says."""

from __future__ import annotations

import re
from pathlib import Path

from api_schema.error_codes import ERROR_CODES
from backend.uploads.announcing import MAX_PIECES
from backend.uploads.metadata import MAX_HEADER_CHARACTERS
from backend.uploads.protocol import EXTENSIONS

PAGE = (Path(__file__).resolve().parents[2] / "docs" / "uploading.md").read_text(encoding="utf-8")
_ELSEWHERE = {"storage_full", "quota_exceeded", "thread_closed", "id_taken", "session_expired", "not_signed_in"}


def rows_of(heading: str) -> list[list[str]]:
    """Return the cells of the table below a heading, without its head."""
    section = PAGE.split(f"## {heading}\n", 1)[1].split("\n## ", 1)[0]
    return [[cell.strip() for cell in line.strip("|").split("|")] for line in section.splitlines() if line[:1] == "|"][
        2:
    ]


class TestRetryTable:
    def test_says_what_to_do_with_every_refusal_of_an_upload(self) -> None:
        told = {code for row in rows_of("What to do with each refusal") for code in re.findall(r"`(\w+)`", row[0])}

        uploads = {code for code in ERROR_CODES if code.startswith(("upload_", "tus_"))}
        assert uploads | _ELSEWHERE <= told <= set(ERROR_CODES)

    def test_tells_the_right_status(self) -> None:
        for answer, statuses, _ in rows_of("What to do with each refusal"):
            codes = re.findall(r"`(\w+)`", answer)
            if statuses not in {"–", "4xx"}:
                assert [str(ERROR_CODES[code].status) for code in codes] in (
                    statuses.split(", "),
                    statuses.split(", ") * len(codes),
                ), answer


class TestExtensions:
    def test_are_those_that_options_tells(self) -> None:
        told = {name for row in rows_of("Extensions") for name in row[0].split(", ")}

        assert told == set(EXTENSIONS.split(","))

    def test_have_the_limits_of_the_code(self) -> None:
        assert f"Up to {MAX_PIECES} pieces" in PAGE
        assert f"may have {MAX_HEADER_CHARACTERS:,} characters" in PAGE
