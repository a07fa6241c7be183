"""The world as the product knows it: rows of one organisation. What people truly know is not among them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import time
from uuid import UUID

from api_schema.ids import uuid7
from backend.domain import tenancy
from backend.domain.accounts.models import Community, Membership, Organisation, Person, Site
from backend.domain.accounts.operations import add_site, create_organisation
from backend.domain.actor import Role
from backend.domain.asking.models import Availability, DutyTurn, FixKind, Holiday, Skill, VerifiedFix
from backend.domain.equipment.models import Asset, AssetModel
from backend.domain.equipment.operations import add_asset_model
from bench.simulate.shifts import QUIET
from bench.simulate.world import FAMILIES, Fault, Human, Machine, World


@dataclass(frozen=True)
class Staged:
    """The rows behind the world's people and machines, by index."""

    organisation: Organisation
    people: list[Person]
    index_of: dict[UUID, int]
    assets: list[Asset]

    def asset_of(self, fault: Fault) -> Asset:
        return self.assets[fault.machine.index]


def stage(world: World, *, name: str) -> Staged:
    """Write the organisation: sites, people with their hours and skills, machines, communities, duty, old fixes."""
    now = world.parameters.starts_at
    organisation = create_organisation(name=name, now=now)
    sites = [
        add_site(organisation_id=organisation.pk, name=f"Site {number}", time_zone=zone)
        for number, zone in enumerate(world.zones, start=1)
    ]
    people = _people(world, organisation, sites)
    _hours(world, organisation, people)
    assets = _assets(world, organisation, sites)
    _communities(world, organisation, people)
    _old_fixes(world, organisation, people, assets)
    return Staged(organisation, people, {person.pk: index for index, person in enumerate(people)}, assets)


def _people(world: World, organisation: Organisation, sites: list[Site]) -> list[Person]:
    leads = {min(human.index for human in world.people if human.site == site) for site in range(len(sites))}
    people = [
        Person(
            organisation=organisation,
            site=sites[human.site],
            time_zone=human.zone,
            email=f"{human.index}@{organisation.slug}.example",
            name=f"Person {human.index}",
            job_title="Technician",
            role=Role.SUPERVISOR if human.index in leads else Role.TECHNICIAN,
            password="!",  # noqa: S106 - nobody signs in here
        )
        for human in world.people
    ]
    people = tenancy.create_many(Person, people)
    skills = [
        Skill(organisation=organisation, person=people[human.index], family=FAMILIES[family])
        for human in world.people
        for family in human.declared
    ]
    tenancy.create_many(Skill, skills)
    return people


def _hours(world: World, organisation: Organisation, people: list[Person]) -> None:
    availabilities = [_availability(organisation, people[human.index], human) for human in world.people]
    tenancy.create_many(Availability, availabilities)
    holidays = [
        Holiday(
            organisation=organisation,
            person=people[human.index],
            name="leave",
            first_date=leave.first_date,
            last_date=leave.last_date,
        )
        for human in world.people
        for leave in human.leaves
    ]
    tenancy.create_many(Holiday, holidays)


def _availability(organisation: Organisation, person: Person, human: Human) -> Availability:
    quiet: tuple[time | None, time | None] = QUIET if human.keeps_quiet_lunch else (None, None)
    return Availability(
        organisation=organisation,
        person=person,
        cycle_days=human.pattern.cycle_days,
        cycle_starts_on=human.pattern.cycle_starts_on,
        shifts=[
            {"day": day, "starts": f"{starts:%H:%M}", "ends": f"{ends:%H:%M}"}
            for day, starts, ends in human.pattern.shifts
        ],
        quiet_starts=quiet[0],
        quiet_ends=quiet[1],
    )


def _assets(world: World, organisation: Organisation, sites: list[Site]) -> list[Asset]:
    given = world.parameters
    codes = {f"E{code}": "" for code in range(1, given.codes_per_model + 1)}
    models: dict[tuple[int, int], AssetModel] = {}
    for family, family_name in enumerate(FAMILIES):
        for number in range(given.models_per_family):
            models[family, number] = add_asset_model(
                organisation=organisation,
                make=f"Maker {number + 1}",
                name=f"{family_name} {number + 1}",
                family=family_name,
                fault_codes=codes,
            )
    return tenancy.create_many(Asset, [_asset(organisation, sites, models, machine) for machine in world.machines])


def _asset(
    organisation: Organisation, sites: list[Site], models: dict[tuple[int, int], AssetModel], machine: Machine
) -> Asset:
    return Asset(
        organisation=organisation,
        asset_model=models[machine.family, machine.model],
        site=sites[machine.site],
        tag=f"TAG-{machine.index}",
    )


def _communities(world: World, organisation: Organisation, people: list[Person]) -> None:
    """Write one community a family: those who declared it, its champion, and who is on duty when."""
    for family, name in enumerate(FAMILIES):
        champions = world.champions(family)
        champion = people[champions[0]] if champions else None
        community = tenancy.create(Community, organisation=organisation, name=name, family=name, champion=champion)
        members = {human.index for human in world.people if family in human.declared} | set(champions)
        rows = [
            Membership(organisation=organisation, community=community, person=people[one]) for one in sorted(members)
        ]
        tenancy.create_many(Membership, rows)
        turns = [
            DutyTurn(
                organisation=organisation,
                person=people[duty.person],
                community=community,
                starts_at=duty.starts_at,
                ends_at=duty.ends_at,
            )
            for duty in world.duties
            if duty.family == family
        ]
        tenancy.create_many(DutyTurn, turns)


def _old_fixes(world: World, organisation: Organisation, people: list[Person], assets: list[Asset]) -> None:
    """Write the evidence that solved threads of before would have left: of the advice and of the hands."""
    fixes: list[VerifiedFix] = []
    for old in world.history:
        asset, try_id, thread_id = assets[old.machine.index], uuid7(), uuid7()
        fixes.extend(
            VerifiedFix(
                organisation=organisation,
                person=people[person],
                asset=asset,
                asset_model_id=asset.asset_model_id,
                fault_code=f"E{old.code}",
                try_id=try_id,
                thread_id=thread_id,
                kind=kind,
                fixed_at=old.at,
            )
            for person, kind in ((old.knew, FixKind.ADVICE), (old.learnt, FixKind.OWN_TRY))
        )
    tenancy.create_many(VerifiedFix, fixes)
