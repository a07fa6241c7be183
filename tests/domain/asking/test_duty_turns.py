"""Who has duty: one person at a time."""

from __future__ import annotations

import threading
from datetime import datetime, timedelta

import pytest
from django.db import connection

from backend.domain.accounts.models import Community, Person, Site
from backend.domain.actor import Role
from backend.domain.asking.communities import CommunityFacts, create_community
from backend.domain.asking.duty_turns import Turn, end_duty, list_duty, set_duty
from backend.domain.asking.hours_kept import hours_of
from backend.domain.asking.models import DutyTurn
from backend.domain.errors import InvalidInput, NotAllowed, NotFound
from tests import cast

NIGHT = timedelta(hours=12)


@pytest.fixture
def supervisor(site: Site) -> Person:
    return cast.new_person(site, "Sue Supervisor", Role.SUPERVISOR)


@pytest.fixture
def chillers(supervisor: Person) -> Community:
    return create_community(actor=supervisor.actor, facts=CommunityFacts("Chillers"))


def turn(person: Person, starts_at: datetime, *, community: Community | None = None, length: timedelta = NIGHT) -> Turn:
    return Turn(person.pk, community.pk if community else None, starts_at, starts_at + length)


@pytest.mark.django_db
class TestSetDuty:
    def test_counts_as_a_shift(self, supervisor: Person, owner: Person, now: datetime) -> None:
        tonight = now + timedelta(hours=8)

        set_duty(actor=supervisor.actor, turn=turn(owner, tonight), now=now)

        assert hours_of([owner], now=now)[owner.pk].may_be_asked(tonight)

    def test_is_refused_while_somebody_else_has_it(
        self, *, supervisor: Person, owner: Person, colleague: Person, chillers: Community, now: datetime
    ) -> None:
        set_duty(actor=supervisor.actor, turn=turn(owner, now, community=chillers), now=now)
        later = now + timedelta(hours=11)

        with pytest.raises(InvalidInput) as refused:
            set_duty(actor=supervisor.actor, turn=turn(colleague, later, community=chillers), now=now)

        assert refused.value.facts["fields"] == {
            "starts_at": ["Olive Owner has this duty from 23.11.2026 10:00 to 23.11.2026 22:00 (Europe/London)."]
        }
        assert DutyTurn.objects.count() == 1

    def test_follows_on_another_turn_and_stands_beside_that_of_another_community(
        self, *, supervisor: Person, owner: Person, colleague: Person, chillers: Community, now: datetime
    ) -> None:
        for wanted in (
            turn(owner, now, community=chillers),
            turn(colleague, now + NIGHT, community=chillers),
            turn(colleague, now),
        ):
            set_duty(actor=supervisor.actor, turn=wanted, now=now)

        assert list_duty(actor=owner.actor, now=now).count() == 3

    def test_is_free_again_when_its_person_was_removed(
        self, supervisor: Person, owner: Person, colleague: Person, now: datetime
    ) -> None:
        set_duty(actor=supervisor.actor, turn=turn(owner, now), now=now)
        Person.objects.filter(pk=owner.pk).update(is_active=False)

        set_duty(actor=supervisor.actor, turn=turn(colleague, now), now=now)

        assert [one.person for one in list_duty(actor=colleague.actor, now=now)] == [colleague]

    @pytest.mark.parametrize(
        ("starts_in", "length", "field", "sentence"),
        [
            (0, timedelta(0), "ends_at", "A turn of duty ends after it starts."),
            (0, timedelta(hours=-1), "ends_at", "A turn of duty ends after it starts."),
            (-13, NIGHT, "ends_at", "This turn is over: nothing would change."),
            (0, timedelta(days=31, seconds=1), "ends_at", "A turn of duty is at most 31 days long."),
        ],
    )
    def test_says_what_is_wrong_with_its_times(
        self,
        *,
        supervisor: Person,
        owner: Person,
        now: datetime,
        starts_in: int,
        length: timedelta,
        field: str,
        sentence: str,
    ) -> None:
        with pytest.raises(InvalidInput) as refused:
            set_duty(actor=supervisor.actor, turn=turn(owner, now + timedelta(hours=starts_in), length=length), now=now)

        assert refused.value.facts["fields"] == {field: [sentence]}

    def test_goes_to_somebody_of_the_organisation_who_was_not_removed(
        self, supervisor: Person, disabled: Person, outsider: Person, now: datetime
    ) -> None:
        for person in (disabled, outsider):
            with pytest.raises(InvalidInput, match="Nobody of your organisation has this id"):
                set_duty(actor=supervisor.actor, turn=turn(person, now), now=now)

        assert not DutyTurn.objects.exists()

    def test_is_for_a_community_of_the_organisation(
        self, owner: Person, outsider: Person, chillers: Community, now: datetime
    ) -> None:
        outsider.role = Role.ADMIN

        with pytest.raises(InvalidInput, match="no community with this id"):
            set_duty(actor=outsider.actor, turn=turn(outsider, now, community=chillers), now=now)

    def test_is_given_by_supervisors_and_admins_only(self, owner: Person, curator: Person, now: datetime) -> None:
        for person in (owner, curator):
            with pytest.raises(NotAllowed, match="Only a supervisor or an admin may give duty"):
                set_duty(actor=person.actor, turn=turn(person, now), now=now)


@pytest.mark.django_db
class TestEndDuty:
    def test_ends_what_runs_and_calls_off_what_comes(self, supervisor: Person, owner: Person, now: datetime) -> None:
        running = set_duty(actor=supervisor.actor, turn=turn(owner, now - timedelta(hours=1)), now=now)
        coming = set_duty(actor=supervisor.actor, turn=turn(owner, now + NIGHT), now=now)

        for one in (running, coming):
            end_duty(actor=supervisor.actor, turn_id=one.pk, now=now)

        assert list(DutyTurn.objects.values_list("pk", "ends_at")) == [(running.pk, now)]
        assert not list_duty(actor=owner.actor, now=now).exists()

    def test_leaves_what_is_over_as_it_was(self, supervisor: Person, owner: Person, now: datetime) -> None:
        over = set_duty(actor=supervisor.actor, turn=turn(owner, now), now=now)

        with pytest.raises(NotFound):
            end_duty(actor=supervisor.actor, turn_id=over.pk, now=now + 2 * NIGHT)

        over.refresh_from_db()
        assert over.ends_at == now + NIGHT

    def test_knows_no_turn_of_another_organisation(
        self, supervisor: Person, owner: Person, outsider: Person, now: datetime
    ) -> None:
        one = set_duty(actor=supervisor.actor, turn=turn(owner, now), now=now)
        outsider.role = Role.ADMIN

        with pytest.raises(NotFound):
            end_duty(actor=outsider.actor, turn_id=one.pk, now=now)


@pytest.mark.django_db(transaction=True)
def test_two_supervisors_cannot_give_the_same_hours_at_once(
    supervisor: Person, owner: Person, colleague: Person, now: datetime
) -> None:
    refused: list[InvalidInput] = []
    together = threading.Barrier(2)

    def give(person: Person) -> None:
        together.wait()
        try:
            set_duty(actor=supervisor.actor, turn=turn(person, now), now=now)
        except InvalidInput as error:
            refused.append(error)
        finally:
            connection.close()

    threads = [threading.Thread(target=give, args=(person,)) for person in (owner, colleague)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert (DutyTurn.objects.count(), len(refused)) == (1, 1)
