"""The sentences with which the rules refuse, found in their code, so that translators see them, too."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path
from typing import TypeGuard

import backend.domain
import backend.web

_SOURCES = [Path(package.__path__[0]) for package in (backend.domain, backend.web)]


def list_sentences() -> list[str]:
    """
    Return every whole sentence that the domain and the pages raise, each once, in alphabetical order.

    Those with something in the middle, such as a name, are left out: they stay English.
    """
    paths = (path for source in _SOURCES for path in source.rglob("*.py") if "management" not in path.parts)
    trees = (ast.parse(path.read_text(encoding="utf-8")) for path in paths)
    return sorted({sentence for tree in trees for sentence in _sentences_in(tree)})


def _sentences_in(tree: ast.AST) -> Iterator[str]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Raise) and isinstance(node.exc, ast.Call):
            said = [*node.exc.args[:1], *(keyword.value for keyword in node.exc.keywords)]
            yield from (one.value for one in said if isinstance(one, ast.Constant) and _is_sentence(one.value))


def _is_sentence(value: object) -> TypeGuard[str]:
    return isinstance(value, str) and " " in value and value.endswith((".", "?", "!"))
