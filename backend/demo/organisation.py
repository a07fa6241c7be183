"""The demo organisation: made by the product's own operations, so that everything that follows from a fix is there."""

from __future__ import annotations

from datetime import datetime, time, timedelta
from typing import Any

from django.db import transaction

from api_schema.ids import uuid7
from backend.demo.sign_ins import PASSWORD, address_of, read_organisation
from backend.domain import tenancy
from backend.domain.accounts.ground_rules import GROUND_RULES_VERSION
from backend.domain.accounts.models import Organisation, Person
from backend.domain.accounts.operations import accept_ground_rules, add_person, add_site, create_organisation
from backend.domain.actor import Role
from backend.domain.asking.communities import CommunityFacts, add_member, create_community
from backend.domain.asking.people import declare_skill, set_availability
from backend.domain.equipment.models import Asset
from backend.domain.equipment.operations import add_asset, add_asset_model
from backend.domain.threads.operations import Question, ask
from backend.domain.threads.states import TryOutcome
from backend.domain.threads.suggestions import Proposal, suggest
from backend.domain.threads.tries import Outcome, record_outcome, start_try
from backend.live.purging import purge_old_events

_ALL_WEEK = (1, 2, 3, 4, 5, 6, 7)
_ALL_DAY = (time(0, 0), time(23, 59, 59))  # so that the demo finds its peers on shift whenever it is played


def load_demo_organisation(*, now: datetime) -> bool:
    """
    Load the demo organisation. Return whether it was loaded now; it is loaded once.

    Transaction: opens its own, around everything.
    """
    data = read_organisation()
    with transaction.atomic():
        known = tenancy.across_organisations(Organisation, why="the demo is loaded once")
        if known.filter(name=data["organisation"]).exists():
            return False
        _load(data, now=now)
        purge_old_events(now=now)  # its past was live long ago, and nobody watched
    return True


def _load(data: dict[str, Any], *, now: datetime) -> None:
    # Budgets that a demo played over and over does not use up in a day.
    organisation = create_organisation(
        name=data["organisation"],
        asks_per_shift=data["asks_per_shift"],
        asks_per_week=data["asks_per_week"],
        now=now,
    )
    organisation.pushes_details = True  # so that the phones page shows what a push can say
    organisation.save(update_fields=["pushes_details"])
    sites = {
        name: add_site(organisation_id=organisation.pk, name=name, time_zone=zone)
        for name, zone in data["sites"].items()
    }
    people = {row["name"]: _add_person(row, sites[row["site"]], now=now) for row in data["people"]}
    _bring_together(list(people.values()), name=data["community"])
    models = {row["name"]: add_asset_model(organisation=organisation, **row) for row in data["asset_models"]}
    assets = {
        row["tag"]: add_asset(
            asset_model=models[row["model"]],
            site=sites[row["site"]],
            tag=row["tag"],
            serial_number=row["serial_number"],
        )
        for row in data["assets"]
    }
    for row in data["past_fixes"]:
        _play_past_fix(row, people, assets, now=now - timedelta(days=row["days_ago"]))


def _add_person(row: dict[str, Any], site: Any, *, now: datetime) -> Person:
    person = add_person(
        site=site,
        email=address_of(row["name"]),
        name=row["name"],
        job_title=row["job_title"],
        role=Role(row["role"]),
        password=PASSWORD,
    )
    accept_ground_rules(actor=person.actor, version=GROUND_RULES_VERSION, now=now)
    starts, ends = _ALL_DAY
    set_availability(actor=person.actor, week_days=_ALL_WEEK, shift_starts=starts, shift_ends=ends)
    for family in row["skills"]:
        declare_skill(actor=person.actor, family=family)
    return person


def _bring_together(people: list[Person], *, name: str) -> None:
    """Make them one community, which answers for every machine: so the supervisor reads what is asked about any."""
    leader = next(person.actor for person in people if person.actor.may_lead)
    community = create_community(actor=leader, facts=CommunityFacts(name))
    for person in people:
        add_member(actor=leader, community_id=community.pk, person_id=person.pk)


def _play_past_fix(row: dict[str, Any], people: dict[str, Person], assets: dict[str, Asset], *, now: datetime) -> None:
    asker, answerer = people[row["asker"]].actor, people[row["answerer"]].actor
    question = Question(
        asset_id=assets[row["asset"]].pk,
        title=row["title"],
        description=row["description"],
        fault_code=row["fault_code"],
    )
    thread = ask(actor=asker, thread_id=uuid7(), question=question, now=now).thread
    answered_at = now + timedelta(minutes=7)
    suggestion = suggest(
        actor=answerer,
        suggestion_id=uuid7(),
        thread_id=thread.pk,
        proposal=Proposal(text=row["suggestion"]),
        now=answered_at,
    ).row
    attempt = start_try(actor=asker, try_id=uuid7(), suggestion_id=suggestion.pk, now=answered_at).row
    outcome = Outcome(
        TryOutcome.FIXED, minutes=row["minutes"], problem=row["title"], cause=row["cause"], remedy=row["remedy"]
    )
    ended_at = answered_at + timedelta(minutes=row["minutes"])
    record_outcome(actor=asker, try_id=attempt.pk, outcome=outcome, now=ended_at)
