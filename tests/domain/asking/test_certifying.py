"""What people are certified for, and until when it counts."""

from __future__ import annotations

from datetime import date, datetime, timedelta

import pytest

from api_schema.ids import uuid7
from backend.domain.accounts.models import Person, Site
from backend.domain.actor import Role
from backend.domain.asking.certifying import (
    certified_people,
    list_certifications,
    record_certification,
    still_holds,
    withdraw_certification,
)
from backend.domain.asking.models import Certification
from backend.domain.errors import InvalidInput, NotAllowed, NotFound
from tests import cast

pytestmark = pytest.mark.django_db

TODAY = cast.NOW.date()


@pytest.fixture
def supervisor(site: Site) -> Person:
    return cast.new_person(site, "Sue Supervisor", Role.SUPERVISOR)


def certify(by: Person, person: Person, name: str = "F-gas", expires_on: date | None = None) -> Certification:
    return record_certification(actor=by.actor, person_id=person.pk, name=name, expires_on=expires_on, now=cast.NOW)


class TestCertifiedPeople:
    def test_counts_up_to_the_last_day_where_they_are_and_no_longer(
        self, supervisor: Person, owner: Person, colleague: Person, curator: Person, now: datetime
    ) -> None:
        for person, zone in ((owner, "America/Los_Angeles"), (curator, "Pacific/Auckland")):
            Person.objects.filter(pk=person.pk).update(time_zone=zone)
        certify(supervisor, owner, expires_on=TODAY)
        held = certify(supervisor, curator, expires_on=TODAY)
        certify(supervisor, colleague)

        def certified(at: datetime) -> set[object]:
            return set(certified_people(organisation_id=owner.organisation_id, name="f-GAS", now=at))

        assert certified(now) == {owner.pk, colleague.pk, curator.pk}
        evening = now.replace(hour=12)  # one o'clock at night in Auckland, four in the morning in Los Angeles
        assert certified(evening) == {owner.pk, colleague.pk}
        assert certified(evening + timedelta(hours=20)) == {colleague.pk}
        assert (still_holds(held, now=now), still_holds(held, now=evening)) == (True, False)

    def test_leaves_out_who_was_removed_and_who_is_elsewhere(
        self, supervisor: Person, owner: Person, outsider: Person
    ) -> None:
        outsider.role = Role.ADMIN
        certify(supervisor, owner)
        certify(outsider, outsider)
        Person.objects.filter(pk=owner.pk).update(is_active=False)

        assert certified_people(organisation_id=owner.organisation_id, name="F-gas", now=cast.NOW) == set()


class TestRecordCertification:
    def test_renews_the_one_of_the_same_name(self, supervisor: Person, owner: Person) -> None:
        first = certify(supervisor, owner, "F-gas", TODAY)
        again = certify(supervisor, owner, " f-GAS ", TODAY + timedelta(days=365))

        assert again.pk == first.pk
        assert list(list_certifications(actor=owner.actor, person_id=owner.pk).values_list("name", "expires_on")) == [
            ("f-GAS", date(2027, 11, 23))
        ]

    @pytest.mark.parametrize(
        ("name", "expires_on", "sentence"),
        [
            ("  ", None, "Say what for."),
            ("F-gas", TODAY - timedelta(days=1), "This day is over: a certification that ran out does not count."),
        ],
    )
    def test_says_what_is_wrong(
        self, supervisor: Person, owner: Person, name: str, expires_on: date | None, sentence: str
    ) -> None:
        with pytest.raises(InvalidInput, match=sentence):
            certify(supervisor, owner, name, expires_on)

    def test_is_for_supervisors_and_admins_only(self, owner: Person, curator: Person) -> None:
        for person in (owner, curator):
            with pytest.raises(NotAllowed):
                certify(person, person)

        assert not Certification.objects.exists()

    def test_knows_nobody_who_was_removed_or_is_elsewhere(
        self, supervisor: Person, disabled: Person, outsider: Person
    ) -> None:
        for person in (disabled, outsider):
            with pytest.raises(NotFound):
                certify(supervisor, person)
            with pytest.raises(NotFound):
                list_certifications(actor=supervisor.actor, person_id=person.pk)


class TestWithdrawCertification:
    def test_takes_it_away_from_its_person_only(
        self, supervisor: Person, owner: Person, colleague: Person, now: datetime
    ) -> None:
        held = certify(supervisor, owner)

        for person_id, certification_id in ((colleague.pk, held.pk), (owner.pk, uuid7())):
            with pytest.raises(NotFound):
                withdraw_certification(actor=supervisor.actor, person_id=person_id, certification_id=certification_id)
        withdraw_certification(actor=supervisor.actor, person_id=owner.pk, certification_id=held.pk)

        assert not Certification.objects.exists()
