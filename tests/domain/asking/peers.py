"""Shorthands for asking: people who know something, waves that fire, what they say."""

from __future__ import annotations

from datetime import datetime, timedelta

from api_schema.ids import uuid7
from backend.domain.accounts.models import Community, Membership, Person, Site
from backend.domain.asking.models import Ask, AskStatus, DutyTurn, Wave
from backend.domain.asking.operations import record_verified_fix
from backend.domain.equipment.models import Asset
from backend.domain.threads.models import Thread
from backend.domain.threads.responding import AskResponse, respond
from backend.domain.threads.waiting import fire_due_waves, fire_wave
from backend.outbox.models import OutboxEvent


def knows(person: Person, asset: Asset, code: str = "E4", *, at: datetime) -> None:
    """Let it be known that this person fixed it."""
    record_verified_fix(person_id=person.pk, asset=asset, fault_code=code, try_id=uuid7(), now=at)


def fire(thread: Thread, number: int, now: datetime) -> list[Ask]:
    """Fire one wave of the thread, by its number."""
    wave = Wave.objects.get(round__thread_id=thread.pk, number=number)
    return fire_wave(organisation_id=thread.organisation_id, wave_id=wave.pk, now=now)


def say(ask: Ask, to: AskStatus, now: datetime, *, refer_to: Person | None = None) -> Ask:
    """Have the person who was asked say something."""
    response = AskResponse(to, refer_to.pk if refer_to else None)
    return respond(actor=ask.person.actor, ask_id=ask.pk, response=response, now=now)


def is_on_duty(person: Person, *, now: datetime, community: Community | None = None) -> None:
    """Give this person duty for the day."""
    DutyTurn.objects.create(
        organisation=person.organisation,
        community=community,
        person=person,
        starts_at=now - timedelta(hours=1),
        ends_at=now + timedelta(days=1),
    )


def community_of(*people: Person, name: str, family: str = "", site: Site | None = None) -> Community:
    """Return a community of these people; the first is its champion."""
    organisation = people[0].organisation
    community = Community.objects.create(
        organisation=organisation, name=name, family=family, site=site, champion=people[0]
    )
    for person in people:
        Membership.objects.create(organisation=organisation, community=community, person=person)
    return community


def climb_until(thread: Thread, until: datetime, *, since: datetime) -> None:
    """Let the beat come every minute."""
    now = since
    while now <= until:
        fire_due_waves(now=now)
        now += timedelta(minutes=1)
    thread.refresh_from_db()


def pushes(kind: str) -> list[dict[str, object]]:
    """Return what was asked to be told, of this kind, in order."""
    events = OutboxEvent.objects.filter(name="push.requested", payload__kind=kind).order_by("pk")
    return [event.payload for event in events]
