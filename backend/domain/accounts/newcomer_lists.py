"""Lists of newcomers as people keep them: a spreadsheet, saved as CSV."""

from __future__ import annotations

import csv
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime
from io import StringIO
from typing import Final
from uuid import UUID

from django.db import transaction

from backend.domain import tenancy
from backend.domain.accounts.inviting import (
    TAKEN,
    Newcomer,
    addresses_in_use,
    came_by_list,
    invite_people,
    problems_of,
)
from backend.domain.accounts.leading import require_leader
from backend.domain.accounts.models import Person, Site
from backend.domain.accounts.sign_in_links import OfferedLink
from backend.domain.actor import Actor, Role
from backend.domain.errors import InvalidInput
from backend.domain.saying import said

COLUMNS: Final = ("name", "email", "job_title", "role", "site")
MAX_LINES: Final = 500


@dataclass(frozen=True)
class Line:
    """One line of a list. `newcomer`: who it names, if nothing is wrong with it; `problems` are by column."""

    number: int  # in the file, as a spreadsheet counts
    told: dict[str, str]
    newcomer: Newcomer | None = None
    problems: dict[str, str] = field(default_factory=dict)


@transaction.atomic
def invite_list(*, actor: Actor, list_id: UUID, text: str, now: datetime) -> list[OfferedLink]:
    """
    Invite everybody whom a list names, or nobody; return their links in its order.

    Transaction: opens its own. Idempotent under one `list_id`, as `invite_people`.

    :raises NotAllowed: InvalidInput: as `read_newcomers`; what is wrong with a line is told as `lines.3.email`.
    """
    lines = read_newcomers(actor=actor, text=text, list_id=list_id)
    if wrong := {f"lines.{line.number}.{column}": why for line in lines for column, why in line.problems.items()}:
        raise InvalidInput(**wrong)
    newcomers = [line.newcomer for line in lines if line.newcomer is not None]
    return invite_people(actor=actor, newcomers=newcomers, list_id=list_id, now=now)


def read_newcomers(*, actor: Actor, text: str, list_id: UUID | None = None) -> list[Line]:
    """
    Return the lines of a CSV with a heading of `COLUMNS`, in any order; `role` may be left out. Nothing is written.

    Commas, semicolons or tabs; the queries are as many for one line as for `MAX_LINES`.
    `list_id`: whoever came by this list already may stand in it.

    :raises NotAllowed: the actor leads nobody.
    :raises InvalidInput: a column is missing, there is no line, or there are too many.
    """
    require_leader(actor, to=said("invite people"))
    try:
        told = list(_rows(text))
    except csv.Error as why:
        raise InvalidInput(text=said("This is no list that can be read: %(why)s.", why=str(why))) from None
    if not told:
        raise InvalidInput(text="There is nobody in this list.")
    if len(told) > MAX_LINES:
        raise InvalidInput(
            text=said("At most %(most)s people at once; these are %(told)s.", most=MAX_LINES, told=len(told))
        )
    sites = {site.name.casefold(): site for site in tenancy.within(actor, Site)}
    addresses = Counter(row["email"].strip().lower() for _, row in told)
    own = frozenset(
        tenancy.within(actor, Person).filter(email__in=addresses, is_active=True).values_list("email", flat=True)
    )
    here = frozenset(came_by_list(actor, list_id, list(addresses)))
    known = _Known(sites, addresses, addresses_in_use(list(addresses)) - here, own - here)
    return [_line(actor, number, row, known) for number, row in told]


@dataclass(frozen=True)
class _Known:
    sites: dict[str, Site]
    addresses: Counter[str]
    taken: frozenset[str]
    own: frozenset[str]  # taken by somebody of this organisation, which its leaders may be told


def _rows(text: str) -> Iterator[tuple[int, dict[str, str]]]:
    """Yield each line that says anything, with its number."""
    text = text.lstrip("\ufeff").strip()
    first, _, _ = text.partition("\n")
    delimiter = max(",;\t", key=first.count)
    reader = csv.reader(StringIO(text), delimiter=delimiter)
    heading = [name.strip().lower().replace(" ", "_") for name in next(reader, [])]
    missing = [name for name in COLUMNS if name not in heading and name != "role"]
    if missing:
        raise InvalidInput(
            text=said(
                "The first line names the columns %(columns)s; missing: %(missing)s.",
                columns=", ".join(COLUMNS),
                missing=", ".join(missing),
            )
        )
    for cells in reader:
        if any(cell.strip() for cell in cells):
            row = {name: cell.strip() for name, cell in zip(heading, cells, strict=False)}
            yield reader.line_num, {name: row.get(name, "") for name in COLUMNS}


def _line(actor: Actor, number: int, told: dict[str, str], known: _Known) -> Line:
    problems: dict[str, str] = {}
    site = known.sites.get(told["site"].casefold())
    if site is None:
        problems["site"] = _no_site(told["site"])
    role = _role(told["role"])
    if role is None:
        problems["role"] = said("One of %(roles)s, or nothing.", roles=", ".join(Role))
    newcomer = Newcomer(told["name"], told["email"], told["job_title"], role or Role.TECHNICIAN, site or Site())
    problems |= {**problems_of(actor, newcomer, taken=known.taken), **problems}
    if newcomer.address in known.own:
        problems["email"] = said("They are here already.")
    elif problems.get("email") != TAKEN and known.addresses[newcomer.address] > 1:
        problems["email"] = said("This address stands in the list more than once.")
    return Line(number, told, None if problems else newcomer, problems)


def _no_site(told: str) -> str:
    return said("There is no site %(site)s.", site=told) if told else said("Say at which site.")


def _role(told: str) -> Role | None:
    try:
        return Role(told.lower() or Role.TECHNICIAN)
    except ValueError:
        return None
