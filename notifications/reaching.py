"""Who can be reached at all: asked before a place in a wave is given to somebody."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime
from uuid import UUID

from api_schema.push_payloads import PushKind, PushUrgency
from notifications.models import Device, TellingMode
from notifications.policy import Telling, policies_for
from notifications.preferences import Choice, choices_of
from notifications.ways import ways_to


def reachable(
    *,
    organisation_id: UUID,
    person_ids: Collection[UUID],
    now: datetime,
    urgency: PushUrgency = PushUrgency.NORMAL,
    kind: PushKind = PushKind.ASK,
) -> set[UUID]:
    """
    Return those of `person_ids` whom this kind would reach outside the inbox: by push, e-mail or SMS.

    A device that was pruned or signed out does not count, nor a device of somebody who wants no pushes of this kind.
    Tenancy: devices of `organisation_id` only. A constant number of queries.
    """
    choices = choices_of(person_ids, kind=kind, urgency=urgency)
    with_device = _with_device(organisation_id, person_ids)
    by_push = {person for person in with_device if choices[person].mode is TellingMode.PUSH}
    others = {person: choice for person, choice in choices.items() if person not in by_push}
    return by_push | _by_other_ways(organisation_id, others, kind, urgency, now)


def _with_device(organisation_id: UUID, person_ids: Collection[UUID]) -> set[UUID]:
    devices = Device.objects.filter(organisation_id=organisation_id, person_id__in=person_ids)
    return set(devices.values_list("person_id", flat=True))


def _by_other_ways(
    organisation_id: UUID, choices: dict[UUID, Choice], kind: PushKind, urgency: PushUrgency, now: datetime
) -> set[UUID]:
    wanting = {
        Telling(organisation_id, person_id, kind, urgency): choice
        for person_id, choice in choices.items()
        if choice.by_email or choice.by_sms
    }
    policies = policies_for(wanting, now) if wanting else {}
    return {telling.person_id for telling, policy in policies.items() if ways_to(policy, wanting[telling])}
