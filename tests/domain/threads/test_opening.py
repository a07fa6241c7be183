"""Who opened a thread: its asker is told, and nobody else."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest

from api_schema.events import PersonRemoved
from backend.domain import tenancy
from backend.domain.accounts.models import Person
from backend.domain.accounts.staffing import remove_person
from backend.domain.actor import Role
from backend.domain.errors import NotFound
from backend.domain.threads.models import Thread, ThreadOpening
from backend.domain.threads.opening import note_opened
from backend.domain.threads.queries import MOST_VIEWERS, Viewers, get_whole_thread
from backend.jobs.handlers import forget_removed_person
from tests import cast


def opens(person: Person, thread: Thread, at: datetime) -> None:
    whole = get_whole_thread(actor=person.actor, thread_id=thread.pk)
    note_opened(actor=person.actor, whole=whole, now=at)


def viewers(person: Person, thread: Thread) -> Viewers | None:
    return get_whole_thread(actor=person.actor, thread_id=thread.pk).viewers


def names(found: Viewers | None) -> list[str]:
    assert found is not None
    return [opening.person.name for opening in found.openings]


class TestWhoOpenedAThread:
    def test_is_told_its_asker_each_person_once_the_newest_first(
        self, thread: Thread, owner: Person, peers: list[Person], now: datetime
    ) -> None:
        ann, bob = peers[:2]
        for minutes, person in enumerate((ann, bob, owner, ann)):
            opens(person, thread, now + timedelta(minutes=minutes))

        found = viewers(owner, thread)

        assert (names(found), found and found.more_count) == (["Bob Peer", "Ann Peer"], 0)
        assert [one.opened_at for one in found.openings] == [now + timedelta(minutes=1), now]  # type: ignore[union-attr]

    def test_is_empty_before_anybody_did(self, thread: Thread, owner: Person) -> None:
        assert viewers(owner, thread) == Viewers([], 0)

    @pytest.mark.parametrize("role", Role)
    def test_is_told_nobody_else_whatever_they_are(
        self, thread: Thread, colleague: Person, now: datetime, role: Role
    ) -> None:
        reader = cast.new_person(colleague.site, "Rita Reader", role)
        cast.everybodys_community(reader.organisation)
        opens(colleague, thread, now)
        opens(reader, thread, now)

        assert viewers(reader, thread) is None
        assert not tenancy.within(reader.actor, ThreadOpening).exists()

    def test_names_fifty_and_says_how_many_more(self, thread: Thread, owner: Person, now: datetime) -> None:
        for number in range(MOST_VIEWERS + 2):
            opens(cast.new_person(owner.site, f"P{number} Peer"), thread, now + timedelta(minutes=number))

        found = viewers(owner, thread)

        assert found is not None
        assert (len(found.openings), found.more_count, names(found)[0]) == (MOST_VIEWERS, 2, "P51 Peer")

    def test_is_not_kept_of_who_may_not_read_it(self, thread: Thread, outsider: Person, now: datetime) -> None:
        with pytest.raises(NotFound):
            opens(outsider, thread, now)
        assert not ThreadOpening.objects.exists()

    def test_goes_with_whoever_is_removed(
        self, thread: Thread, owner: Person, peers: list[Person], now: datetime
    ) -> None:
        admin = cast.new_person(owner.site, "Ada Admin", Role.ADMIN)
        for person in peers[:2]:
            opens(person, thread, now)

        remove_person(actor=admin.actor, person_id=peers[0].pk, now=now)
        forget_removed_person(PersonRemoved(owner.organisation_id, peers[0].pk, ()), now=now)

        assert names(viewers(owner, thread)) == ["Bob Peer"]
