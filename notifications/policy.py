"""
What the backend knows of the people who are told: when they may be disturbed, how much may be said, where they are.

The backend owns shifts, holidays and settings, and this package imports nothing of it: so `settings.PUSH_POLICY` names
the function that answers. It is asked when something is to be told, and again right before it is sent.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import cast
from uuid import UUID

from django.conf import settings
from django.utils.module_loading import import_string

from api_schema.push_payloads import PushKind, PushUrgency


@dataclass(frozen=True)
class Telling:
    """One person who is to be told one kind of thing."""

    organisation_id: UUID
    person_id: UUID
    kind: PushKind
    urgency: PushUrgency


@dataclass(frozen=True)
class PushPolicy:
    """`push_at`: not before; a time that has passed means now. `shows_details`: else only that there is something."""

    push_at: datetime
    shows_details: bool
    email: str  # empty: none
    phone: str  # E.164; empty: none
    language: str  # BCP 47


Policies = Callable[[Collection[Telling], datetime], Mapping[Telling, PushPolicy]]


def policies_for(tellings: Collection[Telling], now: datetime) -> Mapping[Telling, PushPolicy]:
    """
    Return the policy of each; a person who is gone or removed has none. Few queries, however many people.

    A test waits for no shift: whoever presses for one looks at the phone now.
    """
    policies = cast(Policies, import_string(settings.PUSH_POLICY))(tellings, now)
    return {
        telling: replace(policy, push_at=now) if telling.kind is PushKind.TEST else policy
        for telling, policy in policies.items()
    }
