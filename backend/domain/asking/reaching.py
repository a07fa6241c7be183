"""Whom a push, an e-mail or a text message reaches at all: nobody waits for whom nothing does."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime
from typing import Protocol
from uuid import UUID

from api_schema.push_payloads import PushKind, PushUrgency
from backend.domain import tenancy
from backend.domain.accounts.models import Person
from backend.domain.asking.models import AskRound
from backend.domain.asking.pushes import urgency_of


class Reachable(Protocol):
    """Who of these people hears of it outside the inbox. The push side knows; this package does not."""

    def __call__(
        self,
        *,
        organisation_id: UUID,
        person_ids: Collection[UUID],
        now: datetime,
        urgency: PushUrgency,
        kind: PushKind,
    ) -> set[UUID]: ...


def everybody(
    *,
    organisation_id: UUID,  # noqa: ARG001
    person_ids: Collection[UUID],
    now: datetime,  # noqa: ARG001
    urgency: PushUrgency,  # noqa: ARG001
    kind: PushKind,  # noqa: ARG001
) -> set[UUID]:
    """Return all of them."""
    return set(person_ids)


def reached_of(
    person_ids: Collection[UUID],
    round_: AskRound,
    *,
    reachable: Reachable,
    kind: PushKind = PushKind.ASK,
    now: datetime,
) -> set[UUID]:
    """
    Return those of `person_ids` who hear of this round outside the inbox. A constant number of queries.

    Where nobody of the organisation can, the inbox is all there is, and reaches everybody.
    """
    if not person_ids:
        return set()
    reached = reachable(
        organisation_id=round_.organisation_id, person_ids=person_ids, now=now, urgency=urgency_of(round_), kind=kind
    )
    return reached if reached or _is_anybody_reached(round_, reachable, kind, now=now) else set(person_ids)


def _is_anybody_reached(round_: AskRound, reachable: Reachable, kind: PushKind, *, now: datetime) -> bool:
    people = tenancy.within_organisation(round_.organisation_id, Person).filter(is_active=True)
    person_ids = list(people.values_list("pk", flat=True))
    urgency = urgency_of(round_)
    organisation_id = round_.organisation_id
    return bool(reachable(organisation_id=organisation_id, person_ids=person_ids, now=now, urgency=urgency, kind=kind))
