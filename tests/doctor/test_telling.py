from __future__ import annotations

import threading
from collections.abc import Iterable
from datetime import datetime, timedelta

import pytest
from django.db import connection, transaction
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries, Settings

from api_schema.ids import uuid7
from api_schema.live_events import LiveKind
from backend.doctor.findings import Finding
from backend.doctor.telling import examine_asking, examine_live, examine_pushes
from backend.domain import tenancy
from backend.domain.accounts.models import Person
from backend.domain.asking.models import AskRound, Wave
from backend.domain.equipment.models import Asset
from backend.domain.threads.models import Thread
from backend.live.append import tell
from notifications.models import Delivery, SendingPause
from tests.api.world import ask_about
from tests.notifications.pushes import an_ask, deliver, register

MINUTE = timedelta(minutes=1)
NOT_SENT = "the push worker does not run, or cannot reach the service."


def complaints(findings: Iterable[Finding]) -> list[str]:
    return [finding.says for finding in findings if finding.level == "wrong"]


@pytest.mark.django_db
class TestExamineAsking:
    @pytest.fixture
    def thread(self, asset: Asset, owner: Person) -> Thread:
        return ask_about(asset, owner)

    def test_is_content_with_a_thread_that_was_just_asked(self, thread: Thread, now: datetime) -> None:
        assert complaints(examine_asking(now=now + MINUTE)) == []

    def test_names_waves_that_nobody_fires(self, thread: Thread, now: datetime) -> None:
        says = complaints(examine_asking(now=now + 3 * MINUTE))

        assert says[0] == (
            "1 wave due and not fired, the oldest for 3 minutes: "
            "the beat or the jobs worker does not run, or its sweep fails; see the workers' logs."
        )

    def test_names_threads_that_nobody_looks_after(self, thread: Thread, now: datetime) -> None:
        Wave.objects.update(due_at=now + 9 * MINUTE)
        tenancy.same_row(thread).update(next_due_at=now)

        (says,) = complaints(examine_asking(now=now + 5 * MINUTE))

        assert says.startswith("1 open thread past due and nobody reminded, the oldest for 5 minutes: the beat")

    def test_names_rounds_with_nobody_left_to_ask(self, thread: Thread, now: datetime) -> None:
        Wave.objects.update(status="cancelled")
        AskRound.objects.update(opened_at=now - 10 * MINUTE)

        (says,) = complaints(examine_asking(now=now + MINUTE))

        assert says.startswith("1 round open with nobody left to ask, the oldest for 11 minutes: its asker waits")

    def test_asks_the_same_few_things_however_much_is_late(
        self, asset: Asset, owner: Person, now: datetime, django_assert_num_queries: DjangoAssertNumQueries
    ) -> None:
        for count in (1, 20):
            for _ in range(count):
                ask_about(asset, owner)
            with django_assert_num_queries(3):
                list(examine_asking(now=now + 60 * MINUTE))


@pytest.mark.django_db
class TestExaminePushes:
    @pytest.fixture(autouse=True)
    def open_hours(self, settings: Settings) -> None:
        settings.PUSH_POLICY = "tests.notifications.policies.policies_for"

    def test_names_what_is_due_and_not_sent(self, now: datetime) -> None:
        register()
        deliver(an_ask())

        soon, late = (complaints(examine_pushes(now=now + after)) for after in (MINUTE, 4 * MINUTE))

        assert soon == []
        assert late == [
            f"1 message due and not sent, the oldest for 4 minutes: {NOT_SENT}",
        ]

    def test_says_who_asked_for_quiet_and_does_not_call_that_late(self, now: datetime) -> None:
        register()
        deliver(an_ask())
        SendingPause.objects.create(channel="fcm", until=now + 10 * MINUTE)

        findings = list(examine_pushes(now=now + 5 * MINUTE))

        assert [(one.level, one.says) for one in findings] == [
            ("note", "The service behind fcm asked for quiet: nothing is sent there for 5 minutes more.")
        ]

    def test_counts_what_was_given_up_since_yesterday(self, now: datetime) -> None:
        register()
        deliver(an_ask())
        Delivery.objects.update(state="dead", ended_at=now)

        today, later = (list(examine_pushes(now=now + after)) for after in (MINUTE, timedelta(days=2)))

        assert [one.says for one in today if one.level == "note"] == [
            "1 message given up since yesterday; the inbox has what they told."
        ]
        assert [one.level for one in later] == ["fine"]


class TestExamineLive:
    @pytest.mark.django_db
    def test_names_events_that_nobody_purges(self, now: datetime) -> None:
        for _ in range(3):
            tell(organisation_id=uuid7(), thread_id=uuid7(), kind=LiveKind.SEEN, now=now - timedelta(hours=30))

        says = complaints(examine_live(now=now))[-1]  # another test's transaction may be named before

        assert says.startswith("2 live events older than a day: the beat or the jobs worker does not run")

    @pytest.mark.django_db(transaction=True)
    def test_names_a_transaction_that_holds_everything_back(self) -> None:
        begun, may_end = threading.Event(), threading.Event()

        def write_long() -> None:
            with transaction.atomic():
                tell(organisation_id=uuid7(), thread_id=uuid7(), kind=LiveKind.SEEN, now=timezone.now())
                begun.set()
                may_end.wait(30)
            connection.close()

        writer = threading.Thread(target=write_long)
        writer.start()
        begun.wait(30)

        (says,) = complaints(examine_live(now=timezone.now() + 5 * MINUTE))
        may_end.set()
        writer.join()

        assert says.startswith("A transaction has been writing for ")
