from __future__ import annotations

from datetime import timedelta
from uuid import UUID

import pytest
from pytest_django import DjangoAssertNumQueries

from api_schema.push_payloads import PushKind
from notifications import service
from notifications.models import Delivery
from tests.notifications import policies
from tests.notifications.pushes import COLLEAGUE, NOW, OTHER_WORKS, PEER, WORKS, an_ask, deliver, register, unread


def keys(page: service.InboxPage) -> list[str]:
    return [entry.title for entry in page.entries]


def tell(count: int) -> None:
    for number in range(count):
        deliver(an_ask(dedupe_key=f"ask-{number}", title=str(number)), now=NOW + timedelta(seconds=number))


def own_ids() -> list[UUID]:
    return [entry.id for entry in service.list_inbox(organisation_id=WORKS, person_id=PEER).entries]


@pytest.mark.django_db
class TestListInbox:
    def test_pages_through_everything_once(self) -> None:
        tell(5)

        first = service.list_inbox(organisation_id=WORKS, person_id=PEER, limit=2)
        second = service.list_inbox(organisation_id=WORKS, person_id=PEER, before=first.next_before, limit=2)
        third = service.list_inbox(organisation_id=WORKS, person_id=PEER, before=second.next_before, limit=2)

        seen = keys(first) + keys(second) + keys(third)
        assert sorted(seen) == ["0", "1", "2", "3", "4"]
        assert third.next_before is None

    def test_gives_no_cursor_when_the_page_holds_the_last_entry(self) -> None:
        tell(2)

        page = service.list_inbox(organisation_id=WORKS, person_id=PEER, limit=2)

        assert page.next_before is None

    @pytest.mark.parametrize(("organisation_id", "person_id"), [(WORKS, COLLEAGUE), (OTHER_WORKS, PEER)])
    def test_shows_nobody_elses_entries(self, organisation_id: UUID, person_id: UUID) -> None:
        tell(1)

        page = service.list_inbox(organisation_id=organisation_id, person_id=person_id)

        assert page.entries == ()

    @pytest.mark.parametrize("count", [1, 20])
    def test_costs_one_query_however_many_entries(
        self, count: int, django_assert_num_queries: DjangoAssertNumQueries
    ) -> None:
        tell(count)

        with django_assert_num_queries(1):
            service.list_inbox(organisation_id=WORKS, person_id=PEER)


@pytest.mark.django_db
class TestMarkRead:
    def test_takes_the_entries_off_the_unread_count(self) -> None:
        tell(3)

        changed = service.mark_read(organisation_id=WORKS, person_id=PEER, item_ids=own_ids()[:2], now=NOW)

        assert changed == 2
        assert unread() == 1

    def test_keeps_the_first_time_when_another_device_marks_it_again(self) -> None:
        tell(1)
        service.mark_read(organisation_id=WORKS, person_id=PEER, item_ids=own_ids(), now=NOW)

        changed = service.mark_read(
            organisation_id=WORKS, person_id=PEER, item_ids=own_ids(), now=NOW + timedelta(hours=1)
        )

        [entry] = service.list_inbox(organisation_id=WORKS, person_id=PEER).entries
        assert changed == 0
        assert entry.read_at == NOW

    @pytest.mark.parametrize(("organisation_id", "person_id"), [(WORKS, COLLEAGUE), (OTHER_WORKS, PEER)])
    def test_passes_over_entries_of_somebody_else(self, organisation_id: UUID, person_id: UUID) -> None:
        tell(1)

        changed = service.mark_read(organisation_id=organisation_id, person_id=person_id, item_ids=own_ids(), now=NOW)

        assert changed == 0
        assert unread() == 1

    def test_sends_nothing_any_more_of_what_was_read_before_it_left(self) -> None:
        register("phone-1")
        with policies.changed(PEER, push_at=NOW + timedelta(hours=9)):
            [delivery] = deliver(an_ask())

        service.mark_read(organisation_id=WORKS, person_id=PEER, item_ids=own_ids(), now=NOW)

        delivery.refresh_from_db()
        assert (delivery.state, delivery.reason, delivery.ended_at) == ("cancelled", "read", NOW)

    def test_takes_the_push_back_from_the_other_phone(self) -> None:
        register("phone-1")
        [delivery] = deliver(an_ask())
        Delivery.objects.filter(pk=delivery.pk).update(state="accepted", message_id="m", ended_at=NOW)

        service.mark_read(organisation_id=WORKS, person_id=PEER, item_ids=own_ids(), now=NOW)
        service.mark_read(organisation_id=WORKS, person_id=PEER, item_ids=own_ids(), now=NOW)

        assert Delivery.objects.filter(is_retraction=True).count() == 1

    def test_leaves_the_phone_alone_on_which_it_is_read(self) -> None:
        register("phone-1", session_id="the one in her hand")
        [delivery] = deliver(an_ask())
        Delivery.objects.filter(pk=delivery.pk).update(state="accepted", message_id="m", ended_at=NOW)

        service.mark_read(
            organisation_id=WORKS, person_id=PEER, item_ids=own_ids(), now=NOW, session_id="the one in her hand"
        )

        assert not Delivery.objects.filter(is_retraction=True).exists()

    def test_leaves_what_came_since_the_screen_was_drawn(self) -> None:
        tell(3)
        newest, middle, oldest = own_ids()

        changed = service.mark_read_up_to(organisation_id=WORKS, person_id=PEER, item_id=middle, now=NOW)

        read = [
            entry.id for entry in service.list_inbox(organisation_id=WORKS, person_id=PEER).entries if entry.read_at
        ]
        assert changed == 2
        assert read == [middle, oldest]
        assert unread() == 1
        assert newest not in read

    def test_counts_what_a_digest_names_and_not_the_digest(self) -> None:
        tell(1)
        deliver(an_ask(kind=PushKind.DIGEST, dedupe_key="digest-1", data={}))

        assert unread() == 1


@pytest.mark.django_db
class TestFindEntry:
    def test_returns_the_persons_own_entry(self) -> None:
        tell(1)
        [item_id] = own_ids()

        entry = service.find_entry(organisation_id=WORKS, person_id=PEER, item_id=item_id)

        assert entry is not None
        assert entry.title == "0"

    @pytest.mark.parametrize(("organisation_id", "person_id"), [(WORKS, COLLEAGUE), (OTHER_WORKS, PEER)])
    def test_finds_nothing_of_somebody_else(self, organisation_id: UUID, person_id: UUID) -> None:
        tell(1)
        [item_id] = own_ids()

        assert service.find_entry(organisation_id=organisation_id, person_id=person_id, item_id=item_id) is None
