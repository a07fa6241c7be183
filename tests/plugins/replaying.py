"""
What many tests begin with is made by the real operations once in each process, then its rows are written again.

A person costs 8 statements, a thread 55, a how-to 230, and it is building them that costs the processor: what a how-to
needs is there in 11 ms, for 360, where they are sent again as the first time, in one message *(measured)*.

Sound, because a step is replayed only where everything that was written before it in the same test was replayed, too,
in the same order: what it finds is what it found when it was recorded. Whoever wrote something else before, went back
to a savepoint, commits, or changed a setting gets the step made anew.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Hashable
from copy import deepcopy
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import wraps
from types import FunctionType
from typing import Any, ParamSpec, TypeVar
from uuid import UUID

import pytest
from django.db import connection
from django.db.models import Model

P = ParamSpec("P")
T = TypeVar("T")
Path = tuple[Hashable, ...]
_PLAIN = (str, int, float, UUID, datetime, timedelta, type(None))

_ELSEWHERE = frozenset({"transactional_db", "live_server", "class_db"})  # commits, or inside another's transaction
_PATCHING = frozenset({"settings", "monkeypatch"})
_READS = re.compile(r"[\s(]*(SELECT|SAVEPOINT|RELEASE)\b")
_WITH = re.compile(r"\s*WITH\b")
_WRITES = re.compile(r"\b(INSERT\s+INTO|DELETE\s+FROM|UPDATE\s+\w+\s+(AS\s+\w+\s+)?SET)\b")


@dataclass
class _Step:
    """What was written, as one message, and what was returned; nobody changes `made`, everybody gets a copy."""

    statements: str
    made: Any


@dataclass
class _Player:
    """What this process recorded, and how far the running test has come. `path` is None: the rest is made anew."""

    steps: dict[Path, _Step] = field(default_factory=dict)
    path: Path | None = None
    recording: list[str] | None = None
    replaying: bool = False

    def begin(self, *, may_replay: bool) -> None:
        self.path, self.recording, self.replaying = () if may_replay else None, None, False
        if self.watch not in connection.execute_wrappers:
            connection.execute_wrappers.append(self.watch)

    def take(self, key: Hashable, make: Callable[[], T]) -> T:
        if self.path is None or self.recording is not None:
            return make()
        path = (*self.path, key)
        step = self.steps.get(path)
        made = self._replay(step) if step else self._record(path, make)
        self.path = path if path in self.steps else None
        return made

    def _replay(self, step: _Step) -> Any:
        if step.statements:
            self.replaying = True
            with connection.cursor() as cursor:
                cursor.execute(step.statements)
            self.replaying = False
        return deepcopy(step.made)

    def _record(self, path: Path, make: Callable[[], T]) -> T:
        self.recording = []
        try:
            made = make()
            if self.path is not None:
                self.steps[path] = _Step(";\n".join(self.recording), deepcopy(made))
        finally:
            self.recording = None
        return made

    def watch(self, execute: Callable[..., Any], sql: Any, params: Any, many: Any, context: dict[str, Any]) -> Any:
        """Let Django execute a statement, and note it where it changes something."""
        answer = execute(sql, params, many, context)
        if self.path is not None and not self.replaying and _changes(str(sql)):
            if self.recording is None or many or str(sql).startswith("ROLLBACK"):
                self.path = None
            else:
                self.recording.append(connection.ops.last_executed_query(context["cursor"], sql, params))
        return answer


_PLAYER = _Player()


def _changes(sql: str) -> bool:
    return not _READS.match(sql) and (not _WITH.match(sql) or _WRITES.search(sql) is not None)


def replayed(make: Callable[P, T]) -> Callable[P, T]:
    """
    Let `make`, which writes rows and returns models or plain values, be a step that is replayed where that is sound.

    It may depend on nothing but its arguments and the database, and change nothing but the database: not its arguments.
    """

    @wraps(make)
    def step(*args: P.args, **kwargs: P.kwargs) -> T:
        return _PLAYER.take((make.__module__, make.__qualname__, _named([args, kwargs])), lambda: make(*args, **kwargs))

    return step


def _named(value: object) -> Hashable:
    """Return what is equal for equal arguments of two tests; where that cannot be told, what is equal to nothing."""
    if isinstance(value, Model):
        return value._meta.label, value.pk
    if isinstance(value, _PLAIN):
        return type(value), value
    if isinstance(value, (list, tuple)):
        return tuple(map(_named, value))
    if isinstance(value, dict):
        return tuple((name, _named(each)) for name, each in sorted(value.items()))
    if isinstance(value, FunctionType):  # with what it was made for: the thread that it answers
        return (
            value.__module__,
            value.__qualname__,
            tuple(_named(cell.cell_contents) for cell in value.__closure__ or ()),
        )
    return object()


@pytest.hookimpl(tryfirst=True)  # before the first fixture
def pytest_runtest_setup(item: pytest.Item) -> None:
    """Begin anew: what the last test made is gone."""
    _PLAYER.begin(may_replay=isinstance(item, pytest.Function) and _in_one_transaction(item) and not _patches(item))


def _in_one_transaction(item: pytest.Function) -> bool:
    marked = item.get_closest_marker("django_db")
    commits = marked is not None and bool(marked.args or marked.kwargs)
    return (
        (marked is not None or "db" in item.fixturenames) and not commits and _ELSEWHERE.isdisjoint(item.fixturenames)
    )


def _patches(item: pytest.Function) -> bool:
    """Whether the test, or a fixture of ours that it has, may change a setting or a function of ours."""
    asked = [set(item._fixtureinfo.argnames)]
    for *_, used in item._fixtureinfo.name2fixturedefs.values():
        if not used.func.__module__.startswith("pytest_django"):
            asked.append(set(used.argnames))
    return any(names & _PATCHING for names in asked)
