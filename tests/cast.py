"""The fixed cast: the same few people in every test."""

from __future__ import annotations

from datetime import UTC, datetime

from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY

from backend.domain.accounts.models import Community, Membership, Organisation, Person, Site
from backend.domain.accounts.operations import accept_ground_rules, add_person, add_site, create_organisation
from backend.domain.accounts.sessions import SessionStore
from backend.domain.actor import Role
from backend.domain.equipment.models import Asset
from backend.domain.equipment.operations import add_asset, add_asset_model
from tests.plugins.replaying import replayed

NOW = datetime(2026, 11, 23, 10, 0, tzinfo=UTC)  # a Monday, inside everybody's shift
PASSWORD = "a flask of strong tea"


@replayed
def new_organisation(name: str = "Northgate Cooling") -> Organisation:
    """Return an organisation of this name."""
    return create_organisation(name=name, now=NOW)


@replayed
def new_site(organisation: Organisation, name: str = "Leeds depot") -> Site:
    """Return a site of `organisation`, in the London time zone."""
    return add_site(organisation_id=organisation.id, name=name, time_zone="Europe/London")


@replayed
def new_person(site: Site, name: str, role: Role = Role.TECHNICIAN) -> Person:
    """Return a person who accepted the ground rules; their address is made from name and organisation."""
    person = add_person(
        site=site,
        email=f"{name.split(maxsplit=1)[0].lower()}@{site.organisation.slug}.example",
        name=name,
        job_title="HVAC technician",
        role=role,
        password=PASSWORD,
    )
    return accept_ground_rules(actor=person.actor, version=1, now=NOW)


def speak(language: str, *people: Person) -> None:
    """Have this language stand in these people's profiles."""
    Person.objects.filter(pk__in=[person.pk for person in people]).update(language=language)
    for person in people:
        person.language = language


@replayed
def everybodys_community(organisation: Organisation) -> Community:
    """Return a community of everybody who is there, for every machine: so supervisors read all threads."""
    community = Community.objects.create(organisation=organisation, name="Everybody")
    for person in Person.objects.filter(organisation=organisation):
        Membership.objects.create(organisation=organisation, community=community, person=person)
    return community


@replayed
def new_chiller(site: Site) -> Asset:
    """Return a chiller, Zephrane AC-350, tag CHL-A, which knows the code E4."""
    model = add_asset_model(
        organisation=site.organisation,
        make="Zephrane",
        name="AC-350",
        family="air-cooled chiller",
        fault_codes={"E-04": "No water flow", "LP2": "Low suction pressure, circuit 2"},
    )
    return add_asset(asset_model=model, site=site, tag="CHL-A", serial_number="ZA350-0117")


@replayed
def session_token(person: Person, device_name: str = "test phone") -> str:
    """Return a session token of `person`, as the sign-in would give it."""
    session = SessionStore()
    session[SESSION_KEY] = str(person.pk)
    session[BACKEND_SESSION_KEY] = "allauth.account.auth_backends.AuthenticationBackend"
    session[HASH_SESSION_KEY] = person.get_session_auth_hash()
    session["device_name"] = device_name
    session.save()
    assert session.session_key is not None
    return session.session_key
