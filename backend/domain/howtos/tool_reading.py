"""Read from what somebody said or wrote which tools they worked with."""

from __future__ import annotations

import re
from functools import cache
from typing import Final

from backend.domain.howtos.tool_words.reading import read_tool_words

_PLURAL: Final = "(?:s|es|n|en)?"
_BETWEEN: Final = r"[\s-]?"  # head torch, head-torch, headtorch
# "You need no torque wrench", "don't take the pipe wrench": up to two words between.
_WITHOUT: Final = re.compile(
    r"(?:\b(?:no|not|without|never|instead of|rather than|kein\w*|ohne|nicht|statt)|n['’]t)(?:\s+[\w'’-]+){0,2}\s+$",
    re.IGNORECASE,
)


def read_tools(*texts: str) -> tuple[str, ...]:
    """
    Return the tools that the texts name, each once, as they come.

    Only names of `tool_words/`, as whole words; of two that overlap the longer. What is said not to be used is left
    out. Nothing is concluded: "tightened to 40 Nm" names no torque wrench.
    """
    found: dict[str, None] = {}
    for text in texts:
        for match in _pattern().finditer(text):
            if not _WITHOUT.search(text, max(0, match.start() - 60), match.start()):
                found.setdefault(_name(match))
    return tuple(found)


def _name(match: re.Match[str]) -> str:
    assert match.lastgroup is not None
    return _names()[int(match.lastgroup.removeprefix("n"))]


@cache
def _names() -> list[str]:
    return [name for _, name in _longest_first()]


@cache
def _pattern() -> re.Pattern[str]:
    ways = (
        f"(?P<n{place}>{_BETWEEN.join(map(re.escape, said.split()))}{_PLURAL})"
        for place, (said, _) in enumerate(_longest_first())
    )
    return re.compile(rf"(?<![\w-])(?:{'|'.join(ways)})(?![\w-])", re.IGNORECASE)


def _longest_first() -> list[tuple[str, str]]:
    return sorted(read_tool_words().items(), key=lambda item: (-len(item[0]), item[0]))
