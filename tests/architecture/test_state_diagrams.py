"""docs/states/*.md shows every table of legal moves, as it is in code."""

from __future__ import annotations

import importlib
import pkgutil
import re
from enum import StrEnum
from pathlib import Path
from typing import Any

import backend.domain
import notifications

ROOT = Path(__file__).resolve().parents[2]
_EDGE = re.compile(r"^\s*(\w+) --> (\w+)\s*$", re.MULTILINE)
_NAME_OR_PICTURE = re.compile(r"`(\w+_MOVES)`|```mermaid\nstateDiagram-v2\n(.*?)```", re.DOTALL)


def tables_in_code() -> dict[str, Any]:
    """Return every `…_MOVES` table by its name."""
    tables: dict[str, Any] = {}
    for package in (backend.domain, notifications):
        for module in pkgutil.walk_packages(package.__path__, f"{package.__name__}."):
            if module.name.rsplit(".", 1)[-1] in {"states", "models"}:
                members = vars(importlib.import_module(module.name))
                tables |= {name: table for name, table in members.items() if name.endswith("_MOVES")}
    return tables


def pictures_in_docs() -> dict[str, set[tuple[str, str]]]:
    """Return the edges of each picture, by the table named last before it."""
    pictures: dict[str, set[tuple[str, str]]] = {}
    for page in sorted((ROOT / "docs" / "states").glob("*.md")):
        named = ""
        for name, picture in _NAME_OR_PICTURE.findall(page.read_text(encoding="utf-8")):
            named = name or named
            if picture:
                assert named not in pictures, f"{named} is drawn twice"
                pictures[named] = set(_EDGE.findall(picture))
    return pictures


def test_every_table_of_moves_is_drawn_as_it_is() -> None:
    drawn = {
        name: {(before.value, after.value) for before, allowed in table.items() for after in allowed}
        for name, table in tables_in_code().items()
    }

    assert drawn, "no table was found"
    assert pictures_in_docs() == drawn


def test_every_table_covers_every_state() -> None:
    for name, table in tables_in_code().items():
        enum: type[StrEnum] = type(next(iter(table)))
        states = set(enum)

        assert set(table) == states, name
        assert all(allowed <= states for allowed in table.values()), name
