"""Every cell of the permission table, through the operations themselves."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from itertools import product
from typing import Any

import pytest
from django.db import transaction

from api_schema.ids import uuid7
from backend.domain import tenancy
from backend.domain.accounts.models import Person
from backend.domain.actor import Role
from backend.domain.equipment.models import Asset
from backend.domain.errors import IllegalMove, NotAllowed, NotFound
from backend.domain.howtos.approving import approve
from backend.domain.howtos.archiving import archive, bring_back, succeed
from backend.domain.howtos.arranging import arrange
from backend.domain.howtos.content import content_sha256, read_content
from backend.domain.howtos.editing import Changes, edit_draft, start_new_version
from backend.domain.howtos.models import HowTo, HowToVersion
from backend.domain.howtos.permissions import PERMISSIONS, Action, Standing
from backend.domain.howtos.queries import get_version
from backend.domain.howtos.releasing import release
from backend.domain.howtos.reviewing import retire, send_back, submit, validate
from backend.domain.howtos.states import Succession
from backend.domain.howtos.translating import start_translation
from backend.domain.howtos.using import Report, record_use
from backend.domain.threads.states import TryOutcome

Do = Callable[[], object]


def bring_to(standing: Standing, howto: HowTo, curator: Person, now: datetime) -> None:
    """Bring version 1 of a draft, which stays the newest where it can, to where a cell of the table has it."""
    one: dict[str, Any] = {"actor": curator.actor, "howto_id": howto.pk, "version_number": 1, "now": now}
    if standing == Standing.IN_REVIEW:
        submit(**one)
    if standing in {Standing.RELEASED, Standing.SUPERSEDED, Standing.RETIRED}:
        release(**one)
    if standing == Standing.RETIRED:
        retire(**one, reason="Wrong", for_safety=False)
    if standing == Standing.SUPERSEDED:
        tenancy.within_organisation(howto.organisation_id, HowToVersion).update(publication="superseded")
    if standing == Standing.ARCHIVED:
        archive(actor=curator.actor, howto_id=howto.pk, reason="Old", now=now)


@dataclass
class Found:
    """What every cell of one standing finds, for each gives back what it changed."""

    howto: HowTo
    other: HowTo
    asset: Asset
    seen_sha256: str


def find(howto: HowTo, asset: Asset, now: datetime) -> Found:
    other = tenancy.create(HowTo, organisation_id=howto.organisation_id, asset_model=howto.asset_model, created_at=now)
    return Found(howto, other, asset, content_sha256(read_content(HowToVersion.objects.get(howto=howto))))


def operation(action: Action, person: Person, found: Found, now: datetime) -> Do:
    where: dict[str, Any] = {"actor": person.actor, "howto_id": found.howto.pk}
    one: dict[str, Any] = {**where, "version_number": 1, "now": now}
    report = Report(found.asset.pk, TryOutcome.FIXED)
    better: dict[str, Any] = {"succession": Succession.SUPERSEDED, "reason": "Better"}
    operations: dict[Action, Do] = {
        Action.READ: lambda: get_version(**where, number=1),
        Action.USE: lambda: record_use(**one, use_id=uuid7(), report=report),
        Action.EDIT: lambda: edit_draft(**where, changes=Changes(cause="Scale"), now=now),
        Action.SUBMIT: lambda: submit(**one),
        Action.SEND_BACK: lambda: send_back(**one, reason="Too short"),
        Action.APPROVE: lambda: approve(**one, seen_sha256=found.seen_sha256),
        Action.RELEASE: lambda: release(**one),
        Action.START_VERSION: lambda: start_new_version(**where, now=now),
        Action.TRANSLATE: lambda: start_translation(**one, language="de"),
        Action.VALIDATE: lambda: validate(**one),
        Action.RETIRE: lambda: retire(**one, reason="Wrong", for_safety=True),
        Action.SUCCEED: lambda: succeed(**where, successor_id=found.other.pk, **better, now=now),
        Action.ARCHIVE: lambda: archive(**where, reason="Old", now=now),
        Action.BRING_BACK: lambda: bring_back(**where, now=now),
        Action.ARRANGE: lambda: arrange(**where, requires_certification="F-gas"),
    }
    return operations[action]


def rows() -> list[object]:
    return [*HowToVersion.objects.order_by("pk").values(), *HowTo.objects.order_by("pk").values()]


@contextmanager
def taken_back() -> Iterator[None]:
    with transaction.atomic():
        yield
        transaction.set_rollback(True)


@pytest.mark.parametrize("standing", Standing)
def test_the_operation_does_what_the_table_says(
    standing: Standing,
    howto: HowTo,
    owner: Person,
    curator: Person,
    asset: Asset,
    now: datetime,
    subtests: pytest.Subtests,
) -> None:
    bring_to(standing, howto, curator, now)
    found = find(howto, asset, now)
    before = rows()
    for action, role in product(Action, Role):
        with subtests.test(action=action, role=role), taken_back():  # so that every cell finds the same
            owner.role = role
            do = operation(action, owner, found, now)
            if role in PERMISSIONS[action, standing]:
                do()
                continue

            with pytest.raises((NotAllowed, NotFound, IllegalMove)):
                do()

            assert rows() == before
