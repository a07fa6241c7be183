"""Which subjects somebody may read, as a condition for the statements of search."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, Final

from backend.domain import tenancy
from backend.domain.actor import Actor
from backend.domain.search.models import Subject, SubjectKind

READABLE: Final = "(/* readable */ true)"  # stands in a statement where the condition goes


@dataclass(frozen=True)
class Readable:
    """A condition on `subject`, and its parameters."""

    condition: str = "true"
    values: dict[str, Any] = field(default_factory=dict)

    def put_into(self, statement: str) -> str:
        """Return the statement with the condition in its place."""
        return statement.replace(READABLE, self.condition)


ALL: Final = Readable()


def readable_subjects(actor: Actor) -> Readable:
    """Return what the door lets the actor read of their organisation. No query."""
    if tenancy.rule_for(actor, Subject) is None:
        return ALL
    statement, parameters = tenancy.within(actor, Subject).values("pk").query.sql_with_params()
    values = {f"readable_{place}": value for place, value in enumerate(parameters)}
    readable = statement % tuple(f"%({name})s" for name in values)
    kind = SubjectKind.THREAD.value
    # One by one: the planner would read every subject of the organisation.
    looked_up = f"EXISTS (SELECT FROM ({readable}) AS readable(id) WHERE readable.id = subject.id)"
    return Readable(f"(subject.kind <> '{kind}' OR {looked_up})", values)
