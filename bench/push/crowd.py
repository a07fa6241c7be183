"""An organisation of the measurement: people who may be asked at any hour, each with a phone that FCM knows."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, time
from uuid import UUID

from api_schema.ids import uuid7
from backend.domain.accounts.models import Person, Site
from backend.domain.accounts.operations import (
    GROUND_RULES_VERSION,
    accept_ground_rules,
    add_person,
    add_site,
    create_organisation,
)
from backend.domain.actor import Role
from backend.domain.asking.people import declare_skill, set_availability
from backend.domain.equipment.operations import add_asset, add_asset_model
from bench.people import session_token
from notifications import service as notifications

FAMILY = "air-cooled chiller"
_SORTS = (("token", "android"), ("fid", "ios"), ("token", "web"))
_NO_LIMIT = 30_000  # asks of one person: a measurement asks more in a minute than a firm in a month


@dataclass(frozen=True)
class Crowd:
    """`asker_tokens`: sessions of those who ask. `asset_ids`: what they ask about."""

    organisation_id: UUID
    asker_tokens: list[str]
    asset_ids: list[UUID]


def gather(*, peer_count: int, asker_count: int = 10, asset_count: int = 20) -> Crowd:
    """Make an organisation in which every peer knows the machines and is within hours and budget."""
    now = datetime.now(tz=UTC)
    organisation = create_organisation(
        name=f"Bench {uuid7()}", asks_per_shift=_NO_LIMIT, asks_per_week=_NO_LIMIT, now=now
    )
    site = add_site(organisation_id=organisation.pk, name="Bench", time_zone="UTC")
    model = add_asset_model(
        organisation=organisation, make="Zephrane", name="AC-350", family=FAMILY, fault_codes={"E4": "No water flow"}
    )
    assets = [
        add_asset(asset_model=model, site=site, tag=f"CHL-{number}", serial_number=f"Z-{number}")
        for number in range(asset_count)
    ]
    for number in range(peer_count):
        _add_peer(site, number, now=now)
    askers = [_add_person(site, f"Asker {number}", now=now) for number in range(asker_count)]
    return Crowd(organisation.pk, [session_token(each) for each in askers], [asset.pk for asset in assets])


def _add_peer(site: Site, number: int, *, now: datetime) -> None:
    person = _add_person(site, f"Peer {number}", now=now)
    set_availability(
        actor=person.actor, week_days=tuple(range(1, 8)), shift_starts=time(0), shift_ends=time(23, 59, 59)
    )
    declare_skill(actor=person.actor, family=FAMILY)
    kind, platform = _SORTS[number % len(_SORTS)]
    notifications.register_device(
        organisation_id=person.organisation_id,
        person_id=person.pk,
        session_id=f"bench-{number}",
        kind=kind,
        value=f"phone-{person.pk}",
        platform=platform,
        now=now,
    )


def _add_person(site: Site, name: str, *, now: datetime) -> Person:
    person = add_person(
        site=site,
        email=f"{uuid7()}@bench.example",
        name=name,
        job_title="Technician",
        role=Role.TECHNICIAN,
        password="measuring and measuring",  # noqa: S106
    )
    accept_ground_rules(actor=person.actor, version=GROUND_RULES_VERSION, now=now)
    return person
