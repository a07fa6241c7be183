"""Curators who decide at the same moment, on real connections."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import pytest

from backend.domain import tenancy
from backend.domain.accounts.models import Person
from backend.domain.actor import Role
from backend.domain.equipment.models import Asset
from backend.domain.errors import IllegalMove, InvalidInput
from backend.domain.howtos.approving import approve
from backend.domain.howtos.archiving import CircularSuccession, succeed
from backend.domain.howtos.content import Content, StepContent, content_sha256, read_content, write_content
from backend.domain.howtos.editing import Changes, edit_draft
from backend.domain.howtos.locking import VersionChanged
from backend.domain.howtos.models import Approval, HowTo, HowToVersion
from backend.domain.howtos.reviewing import send_back, submit
from backend.domain.howtos.states import Succession
from tests import cast
from tests.domain.threads.test_races import at_once

pytestmark = pytest.mark.django_db(transaction=True)

ROUNDS = 5


@pytest.fixture
def other(curator: Person) -> Person:
    return cast.new_person(curator.site, "Carl Curator", Role.CURATOR)


def new_howto(asset: Asset, now: datetime) -> HowTo:
    whose: dict[str, Any] = {"organisation_id": asset.organisation_id, "created_at": now}
    howto = tenancy.create(HowTo, **whose, asset_model=asset.asset_model)
    version = tenancy.create(HowToVersion, **whose, howto=howto, number=1)
    write_content(version, Content("Scale", "It stops", "", "", "Clean it.", "", (StepContent("Clean it."),)))
    return howto


def seen(howto: HowTo) -> str:
    return content_sha256(read_content(HowToVersion.objects.get(howto=howto)))


def test_two_how_tos_never_succeed_each_other(asset: Asset, curator: Person, other: Person, now: datetime) -> None:
    def follow(person: Person, howto: HowTo, successor: HowTo) -> None:
        which: dict[str, Any] = {"howto_id": howto.pk, "successor_id": successor.pk, "succession": Succession.DUPLICATE}
        succeed(actor=person.actor, **which, reason="There already", now=now)

    for _ in range(ROUNDS):
        one, two = new_howto(asset, now), new_howto(asset, now)

        (refusal,) = at_once(lambda: follow(curator, one, two), lambda: follow(other, two, one))  # noqa: B023

        assert isinstance(refusal, CircularSuccession | InvalidInput)
        assert HowTo.objects.filter(pk__in=[one.pk, two.pk], successor=None).count() == 1


def test_of_two_who_edit_what_they_both_read_one_is_told(
    asset: Asset, curator: Person, other: Person, now: datetime
) -> None:
    howto = new_howto(asset, now)
    read = seen(howto)

    def edit(person: Person, remedy: str) -> None:
        changes = Changes(remedy=remedy)
        edit_draft(actor=person.actor, howto_id=howto.pk, changes=changes, seen_sha256=read, now=now)

    (refusal,) = at_once(lambda: edit(curator, "Bleed the air."), lambda: edit(other, "Change the pump."))

    assert isinstance(refusal, VersionChanged)
    assert refusal.facts == {"sha256": seen(howto)}
    assert HowToVersion.objects.get().remedy in {"Bleed the air.", "Change the pump."}


def test_no_approval_stands_of_what_is_sent_back_meanwhile(
    asset: Asset, curator: Person, other: Person, now: datetime
) -> None:
    for _ in range(ROUNDS):
        howto = new_howto(asset, now)
        one: dict[str, Any] = {"howto_id": howto.pk, "version_number": 1, "now": now}
        submit(actor=curator.actor, **one)
        read = seen(howto)

        refused = at_once(
            lambda: approve(actor=other.actor, seen_sha256=read, **one),  # noqa: B023
            lambda: send_back(actor=curator.actor, reason="Which pump?", **one),  # noqa: B023
        )

        assert [type(refusal) for refusal in refused] in ([], [IllegalMove])
        assert HowToVersion.objects.get(howto=howto).publication == "draft"
        assert not Approval.objects.filter(version__howto=howto, withdrawn_at=None).exists()
