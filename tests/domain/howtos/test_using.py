from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta

import pytest

from api_schema.ids import uuid7
from backend.domain import tenancy
from backend.domain.accounts.models import Person
from backend.domain.equipment.models import Asset
from backend.domain.errors import NotFound
from backend.domain.howtos.models import HowTo, HowToUse
from backend.domain.howtos.releasing import release
from backend.domain.howtos.using import Report, record_use
from backend.domain.threads.states import TryOutcome

Use = Callable[[Person, Asset, TryOutcome], HowTo]
FIXED, NO, WORSE = TryOutcome.FIXED, TryOutcome.NO, TryOutcome.WORSE


@pytest.fixture
def other_asset(asset: Asset) -> Asset:
    values = {field.attname: getattr(asset, field.attname) for field in Asset._meta.concrete_fields}
    return tenancy.create(Asset, **{**values, "id": uuid7(), "serial_number": "X-2", "tag": "CHL-B"})


@pytest.fixture
def use(howto: HowTo, curator: Person, now: datetime) -> Use:
    """Return a function that works by the released how-to a day after its release."""
    release(actor=curator.actor, howto_id=howto.pk, version_number=1, now=now)

    def work(person: Person, asset: Asset, outcome: TryOutcome) -> HowTo:
        record_use(
            actor=person.actor,
            use_id=uuid7(),
            howto_id=howto.pk,
            version_number=1,
            report=Report(asset.pk, outcome),
            now=now + timedelta(days=1),
        )
        return HowTo.objects.get()

    return work


class TestFixed:
    def test_by_two_people_on_two_machines_validates(
        self, use: Use, owner: Person, colleague: Person, asset: Asset, other_asset: Asset, now: datetime
    ) -> None:
        confidences = [
            use(owner, asset, FIXED).confidence,
            use(owner, other_asset, FIXED).confidence,
            use(colleague, asset, FIXED).confidence,
        ]

        assert confidences == ["not_validated", "not_validated", "validated"]
        assert HowTo.objects.get().review_due_at == now + timedelta(days=181)

    def test_never_validates_compliance(
        self, use: Use, owner: Person, colleague: Person, asset: Asset, other_asset: Asset
    ) -> None:
        HowTo.objects.update(governance="compliance")

        use(owner, asset, FIXED)

        assert use(colleague, other_asset, FIXED).confidence == "not_validated"


class TestFailed:
    def test_brings_the_review_forward_and_luck_does_not_put_it_off(
        self, use: Use, owner: Person, colleague: Person, asset: Asset, now: datetime
    ) -> None:
        assert use(owner, asset, NO).review_due_at == now + timedelta(days=8)
        assert use(colleague, asset, FIXED).review_due_at == now + timedelta(days=8)

    def test_by_two_people_takes_the_validation_back(
        self, use: Use, owner: Person, colleague: Person, asset: Asset, now: datetime
    ) -> None:
        HowTo.objects.update(confidence="validated", confidence_at=now)

        confidences = [use(who, asset, WORSE).confidence for who in (owner, owner, colleague)]

        assert confidences == ["validated", "validated", "not_validated"]


def test_the_same_report_counts_once(howto: HowTo, owner: Person, curator: Person, asset: Asset, now: datetime) -> None:
    release(actor=curator.actor, howto_id=howto.pk, version_number=1, now=now)
    use_id = uuid7()

    created = [
        record_use(
            actor=owner.actor,
            use_id=use_id,
            howto_id=howto.pk,
            version_number=1,
            report=Report(asset.pk, FIXED, note="Quick", minutes=5),
            now=now,
        ).is_new
        for _ in range(2)
    ]

    assert created == [True, False]


def test_another_organisations_howto_looks_missing(use: Use, outsider: Person, asset: Asset) -> None:
    with pytest.raises(NotFound):
        use(outsider, asset, FIXED)

    assert not HowToUse.objects.exists()
