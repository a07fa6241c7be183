"""Phones of signed-in technicians, each of another person: so that one person's quota never ends a measurement."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from api_schema.ids import uuid7

if TYPE_CHECKING:  # Django models, which need the settings of `empty_backend`
    from backend.domain.accounts.models import Person, Site


@dataclass
class Phones:
    """The technicians of one organisation of the measurement."""

    site: Site

    @classmethod
    def begin(cls) -> Phones:
        """Open their organisation."""
        from backend.domain.accounts.operations import add_site, create_organisation  # noqa: PLC0415

        organisation = create_organisation(name=f"Bench {uuid7()}", now=datetime.now(tz=UTC))
        return cls(add_site(organisation_id=organisation.id, name="Bench", time_zone="UTC"))

    def sign_in(self) -> str:
        """Return the session token of one more person."""
        from backend.domain.accounts.operations import (  # noqa: PLC0415
            GROUND_RULES_VERSION,
            accept_ground_rules,
            add_person,
        )
        from backend.domain.actor import Role  # noqa: PLC0415

        person = add_person(
            site=self.site,
            email=f"{uuid7()}@bench.example",
            name="Ulla Uploader",
            job_title="Technician",
            role=Role.TECHNICIAN,
            password="uploads and uploads",  # noqa: S106
        )
        accept_ground_rules(actor=person.actor, version=GROUND_RULES_VERSION, now=datetime.now(tz=UTC))
        return session_token(person)


def session_token(person: Person) -> str:
    """Sign the person in, and return the token."""
    # Not over HTTP: the sign-in takes only so many a minute from one address.
    from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY  # noqa: PLC0415

    from backend.domain.accounts.sessions import SessionStore  # noqa: PLC0415

    session = SessionStore()
    session[SESSION_KEY] = str(person.pk)
    session[BACKEND_SESSION_KEY] = "allauth.account.auth_backends.AuthenticationBackend"
    session[HASH_SESSION_KEY] = person.get_session_auth_hash()
    session["device_name"] = "phone of the measurement"
    session.save()
    assert session.session_key is not None
    return session.session_key
