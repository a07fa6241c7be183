from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Any

import pytest

from backend.domain import tenancy
from backend.domain.accounts.models import Person
from backend.domain.errors import InvalidInput, NotFound
from backend.domain.howtos.archiving import CircularSuccession, bring_back, succeed
from backend.domain.howtos.models import HowTo, HowToVersion
from backend.domain.howtos.states import Succession
from tests import cast

Follow = Callable[[HowTo, HowTo], None]


@pytest.fixture
def others(howto: HowTo, now: datetime) -> list[HowTo]:
    """Two more how-tos of the same model, with a draft each."""
    made = []
    for _ in range(2):
        whose: dict[str, Any] = {"organisation_id": howto.organisation_id}
        other = tenancy.create(HowTo, **whose, asset_model=howto.asset_model, created_at=now)
        tenancy.create(HowToVersion, **whose, howto=other, number=1, title="Scale", created_at=now)
        made.append(other)
    return made


@pytest.fixture
def follow(curator: Person, now: datetime) -> Follow:
    """Return a function that lets the second how-to succeed the first."""

    def do(howto: HowTo, successor: HowTo) -> None:
        which: dict[str, Any] = {"howto_id": howto.pk, "successor_id": successor.pk, "succession": Succession.DUPLICATE}
        succeed(actor=curator.actor, **which, reason="There already", now=now)

    return do


class TestSucceed:
    def test_puts_it_away_for_the_other(self, howto: HowTo, others: list[HowTo], follow: Follow) -> None:
        follow(howto, others[0])
        follow(howto, others[0])

        howto.refresh_from_db()
        assert (howto.confidence, howto.successor, howto.succession) == ("archived", others[0], "duplicate")

    def test_closes_no_circle_however_long(self, howto: HowTo, others: list[HowTo], follow: Follow) -> None:
        follow(howto, others[0])
        with pytest.raises(CircularSuccession):
            follow(others[0], howto)
        follow(others[0], others[1])

        with pytest.raises(CircularSuccession):
            follow(others[1], howto)

        others[1].refresh_from_db()
        assert (others[1].confidence, others[1].successor) == ("wip", None)

    def test_leads_to_nothing_that_is_put_away(self, howto: HowTo, others: list[HowTo], follow: Follow) -> None:
        follow(others[0], others[1])

        with pytest.raises(InvalidInput):
            follow(howto, others[0])

        howto.refresh_from_db()
        assert (howto.confidence, howto.successor) == ("wip", None)

    def test_may_go_the_other_way_once_it_was_brought_back(
        self, howto: HowTo, others: list[HowTo], follow: Follow, curator: Person, now: datetime
    ) -> None:
        follow(howto, others[0])
        bring_back(actor=curator.actor, howto_id=howto.pk, now=now)

        follow(others[0], howto)

        howto.refresh_from_db()
        others[0].refresh_from_db()
        assert (howto.successor, others[0].successor) == (None, howto)

    def test_another_organisations_howto_looks_missing(self, howto: HowTo, follow: Follow, now: datetime) -> None:
        other = cast.new_organisation("Other Works")
        foreign = tenancy.create(HowTo, organisation_id=other.pk, asset_model=howto.asset_model, created_at=now)

        with pytest.raises(NotFound):
            follow(howto, foreign)

        howto.refresh_from_db()
        assert howto.confidence == "wip"
