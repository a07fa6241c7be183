"""What one transaction changes many times is indexed once, as it stands at the end."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from uuid import UUID

from django.db import transaction

Index = Callable[[], None]

_waiting: ContextVar[dict[UUID, Index] | None] = ContextVar("waiting_to_be_indexed", default=None)


@contextmanager
def indexed_once() -> Iterator[None]:
    """
    Have each subject that changes inside be indexed once, before this ends.

    Until then a search, also one inside, finds what was there before.
    Transaction: opens its own, or joins the caller's. What is indexed is committed with the facts that it tells, and
    an error indexes nothing. Inside another one, the outermost is the end.
    """
    if _waiting.get() is not None:
        yield
        return
    with transaction.atomic():
        waiting: dict[UUID, Index] = {}
        token = _waiting.set(waiting)
        try:
            yield
        finally:
            _waiting.reset(token)
        # In the order of ids: two that write the same subjects never wait for each other for ever.
        for subject_id in sorted(waiting):
            waiting[subject_id]()


def index_when_settled(subject_id: UUID, index: Index) -> None:
    """
    Call `index` now; inside `indexed_once` at its end, and only the last one of each subject.

    Transaction: joins the caller's.
    """
    waiting = _waiting.get()
    if waiting is None:
        index()
    else:
        waiting[subject_id] = index
