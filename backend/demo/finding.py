"""The demo organisation, found again."""

from __future__ import annotations

from backend.demo.sign_ins import read_organisation
from backend.domain import tenancy
from backend.domain.accounts.models import Organisation


class NoDemoOrganisation(Exception):
    """The demo organisation is not there."""


def find_demo_organisation() -> Organisation:
    """
    Return the demo organisation.

    :raises NoDemoOrganisation: there is none.
    """
    name = read_organisation()["organisation"]
    known = tenancy.across_organisations(Organisation, why="the demo organisation is found by its name")
    organisation = known.filter(name=name).first()
    if organisation is None:
        raise NoDemoOrganisation(f"There is no organisation {name} here: `make run` makes it.")
    return organisation


def wait_for_other_runs(organisation: Organisation) -> None:
    """Hold the demo organisation until the caller's transaction ends, so that two runs do not tell one story twice."""
    organisations = tenancy.across_organisations(Organisation, why="the demo organisation is locked by its id")
    organisations.select_for_update(no_key=True).get(pk=organisation.pk)
