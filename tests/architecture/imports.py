"""Which module imports what, read from the source: also imports inside functions, which run late and hide."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from functools import cache
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
PACKAGES = ("api_schema", "backend", "media_worker", "notifications")


def list_sources(package: str) -> list[Path]:
    """Return every Python file of `package`, named like `backend` or `backend/domain`."""
    return sorted((ROOT / package).rglob("*.py"))


def find_importers(wanted: str, *, packages: tuple[str, ...] = PACKAGES) -> set[str]:
    """Return the files, relative to the project, that import the module `wanted` or anything in it."""
    return {
        str(path.relative_to(ROOT))
        for package in packages
        for path in list_sources(package)
        if any(name == wanted or name.startswith(f"{wanted}.") for name in imported_names(path))
    }


@cache
def imported_names(path: Path) -> frozenset[str]:
    """Return the full name of everything that `path` imports: `from a import b` gives `a.b`. Reads a file once."""
    return frozenset(_names(path))


def _names(path: Path) -> Iterator[str]:
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            yield from (f"{node.module}.{alias.name}" for alias in node.names)
