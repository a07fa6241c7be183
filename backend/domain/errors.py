"""The one family of exceptions that domain operations raise. The API turns each into problem+json by its `code`."""

from __future__ import annotations

from typing import Any, ClassVar


class DomainError(Exception):
    """
    An operation could not be done.

    `code` is a key of `api_schema.error_codes.ERROR_CODES`; the text is one sentence for a person;
    `facts` are extra members of the problem document.
    """

    code: ClassVar[str]

    def __init__(self, detail: str, **facts: Any) -> None:
        super().__init__(detail)
        self.detail = detail
        self.facts = facts


class NotFound(DomainError):
    """No such thing in the actor's organisation. Another organisation's id looks just like this."""

    code = "not_found"


class NotAllowed(DomainError):
    """The actor's role does not permit it."""

    code = "not_allowed"


class InvalidInput(DomainError):
    """A value cannot be accepted; `fields` names which and why."""

    code = "invalid_input"

    def __init__(self, **fields: str) -> None:
        super().__init__("; ".join(f"{name}: {reason}" for name, reason in fields.items()))
        self.facts = {"fields": {name: [reason] for name, reason in fields.items()}}


class IdTaken(DomainError):
    """A phone-chosen id already names something else."""

    code = "id_taken"


class IllegalMove(DomainError):
    """A state machine has no such move; `facts` holds `state` and `allowed`."""

    code = "illegal_move"


class LostRace(DomainError):
    """Somebody else moved it first."""

    code = "lost_race"
