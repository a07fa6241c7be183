"""
What the backend knows of the people who are told: when they may be disturbed, how much may be said, where they are.

The backend owns shifts, holidays and settings, and this package imports nothing of it: so `settings.PUSH_POLICY` names
the function that answers. It is asked when something is to be told, and again right before it is sent.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
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


class Hindrance(StrEnum):
    """Why somebody is not told at once."""

    BUSY = "busy"
    QUIET_HOURS = "quiet_hours"
    OFF_SHIFT = "off_shift"


@dataclass(frozen=True)
class PushPolicy:
    """
    `push_at`: not before; a time that has passed means now. A test never waits.

    `shows_details`: else only that there is something. `language`: theirs if Cuppa speaks it, else the installation's.
    `time_zone`: an IANA name, for the times in what they are told. `hindrance`: what stands against a push at this
    moment, even when this one goes at once.
    """

    push_at: datetime
    shows_details: bool
    email: str  # empty: none
    phone: str  # E.164; empty: none
    language: str
    time_zone: str = "UTC"
    hindrance: Hindrance | None = None


Policies = Callable[[Collection[Telling], datetime], Mapping[Telling, PushPolicy]]


def policies_for(tellings: Collection[Telling], now: datetime) -> Mapping[Telling, PushPolicy]:
    """Return the policy of each; a person who is gone or removed has none. Few queries, however many people."""
    return cast(Policies, import_string(settings.PUSH_POLICY))(tellings, now)
