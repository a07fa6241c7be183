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
    Return what the domain and the pages refuse with, each once, in alphabetical order.

    That is every whole sentence that is raised or yielded, and the template of whatever is `said`.
    """
    return sorted({sentence for _path, tree in walk_rules() for sentence in sentences_in(tree)})


def walk_rules() -> Iterator[tuple[Path, ast.AST]]:
    """Yield each module that may refuse something to a person, parsed."""
    paths = (path for source in _SOURCES for path in source.rglob("*.py") if "management" not in path.parts)
    return ((path, ast.parse(path.read_text(encoding="utf-8"))) for path in paths)


def sentences_in(tree: ast.AST) -> Iterator[str]:
    """Yield what a piece of code refuses with."""
    for node in ast.walk(tree):
        match node:
            case ast.Raise(exc=ast.Call()) | ast.Yield():
                yield from filter(_is_sentence, _strings_in(node))
            case ast.Call(func=ast.Name(id="said"), args=[ast.Constant(value=str(template))]):
                yield template


def _strings_in(node: ast.AST) -> Iterator[object]:
    """Yield the constants in a piece of code; not the pieces of an f-string, which are no sentences."""
    if isinstance(node, ast.Constant):
        yield node.value
    elif not isinstance(node, ast.JoinedStr):
        for child in ast.iter_child_nodes(node):
            yield from _strings_in(child)


def _is_sentence(value: object) -> TypeGuard[str]:
    return isinstance(value, str) and " " in value and value.endswith((".", "?", "!"))
