"""
The one door to tenant-owned rows. Nothing else in `backend` may use `Model.objects` (a test reads the code).

Every tenant-owned model has its own `organisation` column, also where a parent has one: so that one
filter is enough and a forgotten join cannot leak.

Rows that not everybody of the organisation may read have a rule, which `within` applies: see `threads.readable`.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar
from uuid import UUID

from django.db.models import Model, Q, QuerySet

from backend.domain.actor import Actor
from backend.domain.errors import NotFound
from backend.domain.missing_rows import no_such_row

M = TypeVar("M", bound=Model)
Rule = Callable[[Actor], Q | None]  # which rows the actor may read; None: all of their organisation

_RULES: dict[type[Model], Rule] = {}


def read_by(model: type[Model], rule: Rule) -> None:
    """Have `within` give only those rows of `model` that the rule allows. Once for each model, as its app begins."""
    _RULES[model] = rule


def within(actor: Actor, model: type[M]) -> QuerySet[M]:
    """Return the rows of `model` in the actor's organisation that they may read."""
    rows, allowed = within_organisation(actor.organisation_id, model), rule_for(actor, model)
    return rows if allowed is None else rows.filter(allowed)


def rule_for(actor: Actor, model: type[Model]) -> Q | None:
    """Return which rows of `model` the actor may read; None: all of their organisation."""
    rule = _RULES.get(model)
    return rule(actor) if rule else None


def for_figures(actor: Actor, model: type[M]) -> QuerySet[M]:
    """Return all rows of the actor's organisation, also those that they may not read: only counts of them may leave."""
    return within_organisation(actor.organisation_id, model)


def within_organisation(organisation_id: UUID, model: type[M]) -> QuerySet[M]:
    """Return the rows of `model` of one organisation: for handlers, which act for the system."""
    return model._default_manager.filter(organisation_id=organisation_id)


def find(actor: Actor, model: type[M], row_id: UUID) -> M:
    """
    Return the one row of `model` with this id in the actor's organisation.

    :raises NotFound: there is none; an id of another organisation is told the same.
    """
    return find_in(within(actor, model), row_id)


def find_in(rows: QuerySet[M], row_id: UUID) -> M:
    """
    Return the row with this id out of `rows` (which came through this door).

    :raises NotFound: there is none.
    """
    row = rows.filter(pk=row_id).first()
    if row is None:
        raise NotFound(no_such_row(rows.model))
    return row


def create(model: type[M], **values: object) -> M:
    """Insert and return one row. Its organisation is one of `values`."""
    return model._default_manager.create(**values)


def create_many(model: type[M], rows: list[M], *, ignore_conflicts: bool = False) -> list[M]:
    """Insert `rows` with one statement."""
    return model._default_manager.bulk_create(rows, ignore_conflicts=ignore_conflicts)


def across_organisations(model: type[M], *, why: str) -> QuerySet[M]:
    """Return rows of every organisation: only for the system's own sweeps and for looking an id's owner up. Say why."""
    if not why:
        raise ValueError("Say why this query crosses organisations.")
    return model._default_manager.all()


def same_row(row: M) -> QuerySet[M]:
    """Return the query that holds just `row`, which its caller already got through this door."""
    return type(row)._default_manager.filter(pk=row.pk)
