"""Shorthands for asking: people who know something, waves that fire, what they say."""

from __future__ import annotations

from collections.abc import Collection
from datetime import UTC, datetime, timedelta
from uuid import UUID

from api_schema.ids import uuid7
from api_schema.push_payloads import PushKind, PushUrgency
from backend.domain.accounts.models import Community, Membership, Person, Site
from backend.domain.asking.models import Ask, AskStatus, DutyTurn, Wave
from backend.domain.asking.operations import record_verified_fix
from backend.domain.asking.reaching import Reachable, everybody
from backend.domain.equipment.models import Asset
from backend.domain.threads.models import Thread
from backend.domain.threads.operations import Question, ask
from backend.domain.threads.responding import AskResponse, respond
from backend.domain.threads.states import Urgency
from backend.domain.threads.waiting import fire_due_waves, fire_wave
from backend.outbox.models import OutboxEvent
from tests.plugins.replaying import replayed

SATURDAY = datetime(2026, 11, 28, 10, 0, tzinfo=UTC)
MONDAY = datetime(2026, 11, 30, 8, 0, tzinfo=UTC)


@replayed
def knows(person: Person, asset: Asset, code: str = "E4", *, at: datetime) -> None:
    """Let it be known that this person fixed it."""
    record_verified_fix(person_id=person.pk, asset=asset, fault_code=code, try_id=uuid7(), now=at)


@replayed
def asked_about(asset: Asset, owner: Person, now: datetime, urgency: Urgency = Urgency.CUSTOMER_WAITING) -> Thread:
    """Have this person ask about E4 on the machine."""
    question = Question(asset_id=asset.pk, title="Chiller will not start", fault_code="E 04", urgency=urgency)
    return ask(actor=owner.actor, thread_id=uuid7(), question=question, now=now).thread


@replayed
def fire(thread: Thread, number: int, now: datetime, *, reachable: Reachable = everybody) -> list[Ask]:
    """Fire one wave of the thread, by its number."""
    wave = Wave.objects.get(round__thread_id=thread.pk, number=number)
    return fire_wave(organisation_id=thread.organisation_id, wave_id=wave.pk, now=now, reachable=reachable)


def say(
    ask: Ask, to: AskStatus, now: datetime, *, refer_to: Person | None = None, reachable: Reachable = everybody
) -> Ask:
    """Have the person who was asked say something."""
    response = AskResponse(to, refer_to.pk if refer_to else None)
    return respond(actor=ask.person.actor, ask_id=ask.pk, response=response, reachable=reachable, now=now)


def all_but(*people: Person, unless: PushKind | None = None) -> Reachable:
    """Return that everybody can be reached but these; of things of kind `unless` they hear, too."""
    away = {person.pk for person in people}

    def reachable(
        *, organisation_id: UUID, person_ids: Collection[UUID], now: datetime, urgency: PushUrgency, kind: PushKind
    ) -> set[UUID]:
        return set(person_ids) if kind is unless else set(person_ids) - away

    return reachable


def owner_of(thread: Thread) -> tuple[Person | None, datetime | None]:
    """Return whose the thread is, and until when."""
    thread.refresh_from_db()
    return thread.next_owner, thread.next_due_at


def next_wave_at(thread: Thread) -> datetime:
    """Return when the first wave that waits is due."""
    return Wave.objects.filter(round__thread_id=thread.pk, status="waiting").order_by("number")[0].due_at


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
