"""A password of one's own: for whoever came by a link, or forgot theirs."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.db import transaction

from backend.domain import tenancy
from backend.domain.accounts.models import Person
from backend.domain.accounts.operations import end_other_sessions
from backend.domain.actor import Actor
from backend.domain.errors import InvalidInput

# Whoever was let in by an invitation proved no more, and no less, than a password would.
LINK_STANDS_FOR_PASSWORD: Final = timedelta(hours=1)


@dataclass(frozen=True)
class PasswordChange:
    """What was typed, and in which session; `invited_in_at`: when an invitation began it, if one did."""

    new_password: str
    current_password: str
    session_id: str
    invited_in_at: datetime | None = None


@dataclass(frozen=True)
class PasswordChanged:
    """`ended_session_ids`: those that sign nobody in any more; all but the one in which it was changed."""

    person: Person
    ended_session_ids: list[str]


def needs_current_password(person: Person, *, invited_in_at: datetime | None, now: datetime) -> bool:
    """Return whether the present password has to be given: not by who has none, or was just let in by an invitation."""
    came_just_now = invited_in_at is not None and now - invited_in_at <= LINK_STANDS_FOR_PASSWORD
    return person.has_usable_password() and not came_just_now


@transaction.atomic
def set_own_password(*, actor: Actor, change: PasswordChange, now: datetime) -> PasswordChanged:
    """
    Give the actor another password, which signs all their other devices out.

    Transaction: opens its own. Sent again: refused, for the present password is another one now.

    :raises InvalidInput: the present password is not right, or the new one is too weak; beside its field.
    """
    person = tenancy.find_in(tenancy.within(actor, Person).select_for_update(), actor.person_id)
    if needs_current_password(person, invited_in_at=change.invited_in_at, now=now):
        _check_current(person, change.current_password)
    try:
        validate_password(change.new_password, user=person)
    except ValidationError as why:
        raise InvalidInput(new_password=" ".join(why.messages)) from None
    person.set_password(change.new_password)
    person.save(update_fields=["password"])
    return PasswordChanged(person, end_other_sessions(actor=actor, session_id=change.session_id, now=now))


def _check_current(person: Person, typed: str) -> None:
    if not person.check_password(typed):
        raise InvalidInput(current_password="This is not your present password.")  # noqa: S106 - a sentence
