"""Read the files of this folder."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache
from pathlib import Path

_FOLDER = Path(__file__).parent
_LANGUAGES = ("en", "de")


@cache
def read_tool_words() -> dict[str, str]:
    """Return by each name in small letters, words parted by one space, the name that a draft takes."""
    return {said: name for language in _LANGUAGES for name, names in _lines(f"{language}.txt") for said in names}


def _lines(file_name: str) -> Iterator[tuple[str, list[str]]]:
    for line in (_FOLDER / file_name).read_text(encoding="utf-8").splitlines():
        if line.strip() and not line.startswith("#"):
            name, _, others = line.partition(":")
            names = [name, *others.split(",")]
            yield name.strip(), [" ".join(one.replace("-", " ").split()).lower() for one in names if one.strip()]
