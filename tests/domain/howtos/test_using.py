from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta

import pytest

from api_schema.ids import uuid7
from backend.domain import tenancy
from backend.domain.accounts.models import Person, Site
from backend.domain.equipment.models import Asset
from backend.domain.errors import NotFound
from backend.domain.howtos.models import HowTo, HowToUse
from backend.domain.howtos.releasing import release
from backend.domain.howtos.using import Report, record_use
from backend.domain.search.models import SubjectKind
from backend.domain.threads.deflecting import deflect
from backend.domain.threads.operations import Question, ask
from backend.domain.threads.states import TryOutcome
from backend.outbox.models import OutboxEvent
from tests import cast

Use = Callable[[Person, Asset, TryOutcome], HowTo]
FIXED, NO, WORSE = TryOutcome.FIXED, TryOutcome.NO, TryOutcome.WORSE


@pytest.fixture
def other_asset(asset: Asset) -> Asset:
    values = {field.attname: getattr(asset, field.attname) for field in Asset._meta.concrete_fields}
    return tenancy.create(Asset, **{**values, "id": uuid7(), "serial_number": "X-2", "tag": "CHL-B"})


@pytest.fixture
def others(site: Site) -> list[Person]:
    """Two technicians who had no part in the fix that the how-to was made from."""
    return [cast.new_person(site, name) for name in ("Una User", "Ute Other")]


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


def told(person: Person) -> list[tuple[str, str]]:
    """Return what the person was told in their inbox, in its order."""
    pushes = OutboxEvent.objects.filter(name="push.requested", payload__recipient_id=str(person.pk)).order_by("id")
    return [(push.payload["title"], push.payload["body"]) for push in pushes if push.payload["is_silent"]]


class TestFixed:
    def test_by_two_others_on_two_machines_validates_and_tells_whose_fix_it_was(
        self, *, use: Use, owner: Person, others: list[Person], asset: Asset, other_asset: Asset, now: datetime
    ) -> None:
        confidences = [
            use(owner, other_asset, FIXED).confidence,  # who asked knew already
            use(others[0], asset, FIXED).confidence,
            use(others[0], other_asset, FIXED).confidence,
            use(others[1], asset, FIXED).confidence,
        ]

        assert confidences == ["not_validated", "not_validated", "not_validated", "validated"]
        assert HowTo.objects.get().review_due_at == now + timedelta(days=181)
        assert told(owner) == [
            ("Your how-to helped: Chiller will not start", "Somebody else fixed it by what you found out."),
            ("Your how-to is confirmed: Chiller will not start", "It is validated for Zephrane AC-350."),
        ]

    def test_tells_each_of_the_credited_in_their_own_language(
        self, use: Use, owner: Person, colleague: Person, others: list[Person], asset: Asset
    ) -> None:
        cast.speak("de", colleague)

        for _ in range(5):
            use(others[0], asset, FIXED)

        title = "Ihre Anleitung hat geholfen: Chiller will not start"
        assert told(colleague) == [
            (title, "Jemand anders hat es mit dem behoben, was Sie herausgefunden haben."),
            (title, "5-mal hat es jemand anders mit dem behoben, was Sie herausgefunden haben."),
        ]
        assert told(owner)[0][1] == "Somebody else fixed it by what you found out."

    def test_tells_of_the_fifth_time_and_not_of_those_between(
        self, use: Use, colleague: Person, others: list[Person], asset: Asset
    ) -> None:
        for _ in range(6):
            use(others[0], asset, FIXED)

        assert [title for title, body in told(colleague) if body.startswith("5 times somebody else")] == [
            "Your how-to helped: Chiller will not start"
        ]
        assert len(told(colleague)) == 2

    def test_never_validates_compliance(self, use: Use, others: list[Person], asset: Asset, other_asset: Asset) -> None:
        HowTo.objects.update(governance="compliance")

        use(others[0], asset, FIXED)

        assert use(others[1], other_asset, FIXED).confidence == "not_validated"


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


def test_a_failure_asks_again_what_its_asker_had_closed_with_the_how_to(
    use: Use, howto: HowTo, others: list[Person], asset: Asset, other_asset: Asset, now: datetime
) -> None:
    asker, somebody = others
    question = Question(asset_id=other_asset.pk, title="Chiller will not start", fault_code="E4")
    asked = ask(actor=asker.actor, thread_id=uuid7(), question=question, now=now).thread
    deflect(actor=asker.actor, thread_id=asked.pk, kind=SubjectKind.HOWTO, subject_id=howto.pk, now=now)

    statuses = []
    for person, machine, outcome in ((somebody, other_asset, NO), (asker, asset, NO), (asker, other_asset, WORSE)):
        use(person, machine, outcome)
        asked.refresh_from_db()
        statuses.append(asked.status)

    assert statuses == ["duplicate", "duplicate", "asked"]
    assert (f"Asked again: {asked.title}", "What was known did not help. Peers are asked about it again.") in told(
        asker
    )
