from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.db import connection
from pytest_django import Settings

from api_schema.events import PushRequested
from api_schema.push_payloads import PushKind
from notifications import service
from notifications.digest import MAX_LINES, send_digests
from notifications.models import DigestMark, InboxItem
from notifications.service import Choice, TellingMode
from tests.notifications import policies
from tests.notifications.pushes import (
    COLLEAGUE,
    NOW,
    PEER,
    THREAD,
    WORKS,
    an_ask,
    deliver,
    deliveries,
    register,
    withdraw,
)

pytestmark = pytest.mark.django_db

TOMORROW = NOW + timedelta(hours=20)  # Tuesday, 06:00


@pytest.fixture(autouse=True)
def digest_of_answers(db: None) -> None:
    """Petra hears of answers once a day; she chose so on Monday at 10:00."""
    choose(Choice(PushKind.ANSWER, TellingMode.DIGEST))


def choose(*choices: Choice, person_id: Any = PEER) -> None:
    service.set_choices(organisation_id=WORKS, person_id=person_id, choices=choices, now=NOW)


def an_answer(number: int = 1, **changes: Any) -> PushRequested:
    facts = {"title": f"Answer {number}", "data": {"thread_id": str(THREAD)}}
    return an_ask(kind=PushKind.ANSWER, dedupe_key=f"answer-{number}", **facts | changes)


def tell(count: int) -> None:
    for number in range(1, count + 1):
        deliver(an_answer(number))


def digests() -> list[InboxItem]:
    return list(InboxItem.objects.filter(kind=PushKind.DIGEST).order_by("id"))


class TestSendDigests:
    @pytest.mark.parametrize(
        ("at", "title"),
        [
            (NOW + timedelta(hours=14), "22 Neuigkeiten seit gestern"),
            (NOW + timedelta(days=3), "22 Neuigkeiten seit Montag"),
            (NOW + timedelta(days=9), "22 Neuigkeiten seit dem 23. November"),
        ],
    )
    def test_is_written_in_the_language_of_who_is_told(self, at: datetime, title: str) -> None:
        with policies.changed(PEER, language="de"):
            tell(22)
            send_digests(now=at)

        [digest] = digests()
        assert (digest.title, digest.body.splitlines()[-1]) == (title, "- und 2 weitere im Eingang")

    def test_tells_in_one_push_what_waited(self) -> None:
        register("phone-1")
        tell(2)

        told = send_digests(now=TOMORROW)

        [digest] = digests()
        assert told == 1
        assert (digest.title, digest.body) == ("2 things since yesterday", "- Answer 1\n- Answer 2")
        [delivery] = digest.deliveries.all()
        assert (delivery.channel, delivery.state) == ("fcm", "created")

    def test_waits_for_the_start_of_the_shift(self) -> None:
        tell(1)

        with policies.changed(PEER, push_at=TOMORROW + timedelta(hours=1)):
            assert send_digests(now=TOMORROW) == 0
        assert send_digests(now=TOMORROW + timedelta(hours=1)) == 1

    def test_says_nothing_when_nothing_is_new(self) -> None:
        assert send_digests(now=TOMORROW) == 0

        assert digests() == []

    def test_keeps_what_comes_during_a_shift_for_the_next_one(self) -> None:
        send_digests(now=TOMORROW)
        tell(1)

        during = send_digests(now=TOMORROW + timedelta(hours=3))
        next_day = send_digests(now=TOMORROW + timedelta(hours=24))

        assert (during, next_day) == (0, 1)

    def test_tells_each_thing_once(self) -> None:
        tell(1)
        send_digests(now=TOMORROW)
        deliver(an_answer(2))

        send_digests(now=TOMORROW + timedelta(days=1))

        assert [digest.body for digest in digests()] == ["- Answer 1", "- Answer 2"]

    def test_leaves_out_what_was_read_or_withdrawn_meanwhile(self) -> None:
        tell(3)
        first = InboxItem.objects.order_by("id")[0]
        service.mark_read(organisation_id=WORKS, person_id=PEER, item_ids=[first.pk], now=NOW)
        InboxItem.objects.filter(dedupe_key="answer-3").update(cancelled_at=NOW)

        send_digests(now=TOMORROW)

        assert [digest.body for digest in digests()] == ["- Answer 2"]

    def test_is_silent_when_everything_was_withdrawn(self) -> None:
        tell(2)
        withdraw(kind=PushKind.ANSWER)

        assert send_digests(now=TOMORROW) == 0

    def test_leaves_out_what_was_pushed_already(self) -> None:
        register("phone-1")
        deliver(an_ask())
        tell(1)

        send_digests(now=TOMORROW)

        assert [digest.body for digest in digests()] == ["- Answer 1"]

    def test_names_as_many_as_a_person_reads_and_counts_the_rest(self) -> None:
        tell(MAX_LINES + 3)

        send_digests(now=TOMORROW)

        [digest] = digests()
        assert digest.title == f"{MAX_LINES + 3} things since yesterday"
        assert digest.body.splitlines()[-1] == "- and 3 more in the inbox"

    @pytest.mark.parametrize(
        ("at", "title"),
        [
            (NOW + timedelta(hours=14), "1 thing since yesterday"),  # past midnight
            (NOW + timedelta(days=3), "1 thing since Monday"),
            (NOW + timedelta(days=9), "1 thing since 23 November"),
        ],
    )
    def test_says_since_when_as_people_do(self, at: datetime, title: str) -> None:
        tell(1)

        send_digests(now=at)

        assert [digest.title for digest in digests()] == [title]

    def test_takes_the_persons_own_midnight(self) -> None:
        tell(1)

        with policies.changed(PEER, time_zone="America/New_York"):
            send_digests(now=NOW + timedelta(hours=14))

        assert [digest.title for digest in digests()] == ["1 thing since this morning"]

    def test_goes_by_email_to_somebody_who_wants_it_so(self, settings: Settings) -> None:
        settings.EMAIL_FROM = "cuppa@works.example"
        register("phone-1")
        choose(Choice(PushKind.DIGEST, TellingMode.INBOX, by_email=True))
        tell(1)

        with policies.changed(PEER, email="petra@works.example"):
            send_digests(now=TOMORROW)

        assert [delivery.channel for delivery in digests()[0].deliveries.all()] == ["email"]

    def test_tells_nobody_who_is_gone(self) -> None:
        tell(1)

        with policies.gone(PEER):
            assert send_digests(now=TOMORROW) == 0

    def test_tells_each_person_their_own(self) -> None:
        choose(Choice(PushKind.ANSWER, TellingMode.DIGEST), person_id=COLLEAGUE)
        deliver(an_answer(1))
        deliver(an_answer(2, recipient_id=COLLEAGUE))

        assert send_digests(now=TOMORROW) == 2
        assert {digest.recipient_id: digest.body for digest in digests()} == {
            PEER: "- Answer 1",
            COLLEAGUE: "- Answer 2",
        }

    def test_makes_no_push_of_what_waits_for_it(self) -> None:
        register("phone-1")
        tell(1)

        send_digests(now=TOMORROW)

        assert deliveries(an_answer(1)) == []

    def test_names_nothing_that_was_silent(self) -> None:
        deliver(replace(an_answer(1), is_silent=True))

        assert send_digests(now=TOMORROW) == 0


@pytest.mark.django_db(transaction=True)
class TestSendDigestsAtOnce:
    def test_tells_once_when_two_sweeps_meet(self) -> None:
        tell(1)

        def sweep(_: int) -> int:
            try:
                return send_digests(now=TOMORROW)
            finally:
                connection.close()

        with ThreadPoolExecutor(4) as sweeps:
            told = list(sweeps.map(sweep, range(4)))

        assert sum(told) == 1
        assert len(digests()) == 1
        assert DigestMark.objects.get(person_id=PEER).told_until == TOMORROW
