from __future__ import annotations

from datetime import datetime

import pytest
from pytest_django import DjangoAssertNumQueries

from backend.domain.accounts.models import Person
from backend.domain.errors import NotFound
from backend.domain.howtos.editing import start_new_version
from backend.domain.howtos.models import HowTo, HowToVersion
from backend.domain.howtos.queries import get_howto, list_howtos
from backend.domain.howtos.releasing import release
from backend.domain.howtos.states import Publication


class TestGetHowTo:
    def test_hides_a_draft_from_technicians_as_missing(self, howto: HowTo, owner: Person) -> None:
        with pytest.raises(NotFound):
            get_howto(actor=owner.actor, howto_id=howto.pk)

    def test_shows_technicians_the_released_version_and_curators_the_newest(
        self, howto: HowTo, owner: Person, curator: Person, now: datetime
    ) -> None:
        release(actor=curator.actor, howto_id=howto.pk, version_number=1, now=now)
        start_new_version(actor=curator.actor, howto_id=howto.pk, now=now)

        numbers = [get_howto(actor=person.actor, howto_id=howto.pk).version.number for person in (owner, curator)]

        assert numbers == [1, 2]

    def test_hides_another_organisations_howto_as_missing(self, howto: HowTo, outsider: Person) -> None:
        outsider.role = "curator"

        with pytest.raises(NotFound):
            get_howto(actor=outsider.actor, howto_id=howto.pk)

    def test_takes_the_same_few_queries(
        self, howto: HowTo, curator: Person, django_assert_num_queries: DjangoAssertNumQueries
    ) -> None:
        with django_assert_num_queries(8):
            whole = get_howto(actor=curator.actor, howto_id=howto.pk)
            [credit.person.site.name for credit in whole.credits if credit.person]


class TestListHowTos:
    def test_shows_drafts_to_curators_only(
        self, howto: HowTo, owner: Person, curator: Person, outsider: Person
    ) -> None:
        assert list(list_howtos(actor=curator.actor)) == [howto]
        assert list(list_howtos(actor=owner.actor)) == []
        assert list(list_howtos(actor=outsider.actor)) == []

    def test_keeps_to_what_is_asked_for(self, howto: HowTo, curator: Person) -> None:
        assert list(list_howtos(actor=curator.actor, fault_code="E4", asset_model_id=howto.asset_model_id)) == [howto]
        assert list(list_howtos(actor=curator.actor, fault_code="E5")) == []
        assert list(list_howtos(actor=curator.actor, publication=Publication.RELEASED)) == []

    @pytest.mark.parametrize("howtos_count", [1, 20])
    def test_takes_two_queries_whatever_the_number(
        self,
        howtos_count: int,
        howto: HowTo,
        curator: Person,
        now: datetime,
        django_assert_num_queries: DjangoAssertNumQueries,
    ) -> None:
        for _ in range(howtos_count - 1):
            _another(howto, now)

        with django_assert_num_queries(2):
            shown = [row.shown_versions[0].title for row in list_howtos(actor=curator.actor)]  # type: ignore[attr-defined]

        assert len(shown) == howtos_count


def _another(howto: HowTo, now: datetime) -> None:
    row = HowTo.objects.create(organisation_id=howto.organisation_id, asset_model=howto.asset_model, created_at=now)
    HowToVersion.objects.create(
        organisation_id=howto.organisation_id, howto=row, number=1, title="T", problem="P", remedy="R", created_at=now
    )
