"""A recall reaches everyone who tried the advice, once, and asks until they acknowledge."""

from __future__ import annotations

import importlib
from collections.abc import Callable
from datetime import datetime, timedelta

import pytest
from django.db import connection, transaction

from api_schema.events import Event
from api_schema.ids import uuid7
from backend.domain.accounts.models import Person, Site
from backend.domain.corrections.findings import Findings
from backend.domain.corrections.models import AdviceView, Correction, Recall, RecallNotice
from backend.domain.corrections.operations import correct_suggestion, withdraw_correction
from backend.domain.corrections.recalling import acknowledge_recall, close_recall
from backend.domain.corrections.recalls import get_recall, list_recalls
from backend.domain.corrections.reminding import remind_of_recalls
from backend.domain.corrections.states import Severity
from backend.domain.corrections.viewing import note_clip_played
from backend.domain.errors import IllegalMove, InvalidInput, NotAllowed, NotFound
from backend.domain.howtos.models import HowTo, HowToOpening
from backend.domain.howtos.opening import note_opening, open_howto
from backend.domain.threads.models import Suggestion, Thread, Try
from backend.domain.threads.suggestions import Proposal, suggest
from backend.outbox.append import append
from backend.outbox.handle import handle_event
from backend.outbox.models import OutboxEvent
from notifications import service as notifications
from tests import cast

pytestmark = pytest.mark.django_db

Answer = Callable[..., Suggestion]
UNSAFE = Findings(Severity.UNSAFE, "It bridges a safety device.", "The pump ran dry.", "Isolate, then bleed the loop.")
DAY = timedelta(days=1)
HOUR = timedelta(hours=1)


def recall(curator: Person, suggestion: Suggestion, now: datetime, findings: Findings = UNSAFE) -> Correction:
    return correct_suggestion(
        actor=curator.actor, correction_id=uuid7(), suggestion_id=suggestion.pk, findings=findings, now=now
    ).row


def have_tried(suggestion: Suggestion, people: list[Person], now: datetime) -> None:
    for person in people:
        Try.objects.create(
            organisation_id=person.organisation_id,
            suggestion=suggestion,
            thread_id=suggestion.thread_id,
            person=person,
            moves_thread=False,
            outcome="fixed",
            started_at=now,
            ended_at=now,
        )


def pushes(key: str = "recall:") -> list[dict[str, object]]:
    rows = OutboxEvent.objects.filter(name="push.requested", payload__dedupe_key__startswith=key)
    return [row.payload for row in rows.order_by("id")]


@pytest.fixture
def advice(answer: Answer, colleague: Person) -> Suggestion:
    return answer(colleague)


class TestARecall:
    def test_reaches_all_of_fifty_who_tried_it_with_devices_or_without(
        self, advice: Suggestion, site: Site, curator: Person, now: datetime
    ) -> None:
        appliers = [cast.new_person(site, f"Person{number} Tried") for number in range(50)]
        for person in appliers[2:]:
            notifications.register_device(
                organisation_id=person.organisation_id,
                person_id=person.pk,
                session_id=f"session {person.pk}",
                kind="fid",
                value=f"installation {person.pk}",
                platform="ios",
                now=now,
            )
        have_tried(advice, [*appliers, appliers[0]], now)  # one of them twice

        recall(curator, advice, now)

        assert set(RecallNotice.objects.values_list("person_id", flat=True)) == {one.pk for one in appliers}
        assert sorted(str(push["recipient_id"]) for push in pushes()) == sorted(str(one.pk) for one in appliers)
        assert {push["urgency"] for push in pushes()} == {"safety"}
        for row in OutboxEvent.objects.filter(payload__dedupe_key__startswith="recall:"):
            handle_event(event_id=row.pk, now=now)
        unread = [notifications.list_inbox(organisation_id=p.organisation_id, person_id=p.pk) for p in appliers]
        assert all(len(page.entries) == 1 for page in unread)

    def test_leaves_nothing_behind_when_it_is_killed_in_the_middle_and_reaches_all_the_next_time(
        self, advice: Suggestion, peers: list[Person], curator: Person, now: datetime, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        have_tried(advice, peers, now)

        class Killed(BaseException):
            """As by the system."""

        told: list[object] = []

        def killed_at_the_third(event: Event, *, now: datetime) -> None:
            append(event, now=now)
            told.append(event)
            if len(told) == 3:
                raise Killed

        with monkeypatch.context() as killing:
            killing.setattr("backend.domain.corrections.telling.append", killed_at_the_third)
            with pytest.raises(Killed), transaction.atomic():
                recall(curator, advice, now)
        advice.refresh_from_db()
        assert (Correction.objects.count(), RecallNotice.objects.count(), pushes(), advice.recalled_at) == (
            0,
            0,
            [],
            None,
        )

        recall(curator, advice, now)
        assert (RecallNotice.objects.count(), len(pushes())) == (5, 5)

    def test_does_not_begin_for_what_is_merely_wrong(
        self, advice: Suggestion, peers: list[Person], curator: Person, now: datetime
    ) -> None:
        have_tried(advice, peers, now)

        recall(curator, advice, now, Findings(Severity.WRONG, "a", "b", "c"))

        assert (Recall.objects.count(), pushes()) == (0, [])

    def test_passes_over_whoever_was_removed(
        self, advice: Suggestion, peers: list[Person], disabled: Person, curator: Person, now: datetime
    ) -> None:
        have_tried(advice, [*peers, disabled], now)

        recall(curator, advice, now)

        assert not RecallNotice.objects.filter(person=disabled).exists()


class TestAcknowledging:
    @pytest.fixture
    def begun(self, advice: Suggestion, peers: list[Person], curator: Person, now: datetime) -> Recall:
        """A recall that five people were told of."""
        have_tried(advice, peers, now)
        recall(curator, advice, now)
        return Recall.objects.get(suggestion=advice)

    def test_and_its_end_are_told_to_each_in_their_own_language(
        self, advice: Suggestion, peers: list[Person], curator: Person, now: datetime
    ) -> None:
        cast.speak("de", peers[0])
        have_tried(advice, peers[:2], now)

        correction = recall(curator, advice, now)
        withdraw_correction(actor=curator.actor, correction_id=correction.pk, reason="Another pump.", now=now)

        assert [(push["title"], push["body"]) for push in pushes("recall")] == [
            (
                "Was Sie versucht haben, ist unsicher: bitte bestätigen",
                "It bridges a safety device. Stattdessen: Isolate, then bleed the loop.",
            ),
            (
                "What you tried is unsafe: please acknowledge",
                "It bridges a safety device. Instead: Isolate, then bleed the loop.",
            ),
            ("Korrektur zurückgenommen: Chiller will not start", "Another pump. Nichts spricht mehr dagegen."),
            (
                "A correction was withdrawn: Chiller will not start",
                "Another pump. Nothing stands against it any more.",
            ),
        ]

    def test_is_noted_once(self, begun: Recall, peers: list[Person], curator: Person, now: datetime) -> None:
        for hours in (1, 5):
            acknowledge_recall(actor=peers[0].actor, recall_id=begun.pk, now=now + timedelta(hours=hours))

        shown = get_recall(actor=curator.actor, recall_id=begun.pk).notices.all()
        assert [one.acknowledged_at for one in shown if one.person == peers[0]] == [now + timedelta(hours=1)]
        assert sum(one.acknowledged_at is None for one in shown) == 4

    def test_is_for_those_who_were_told(self, begun: Recall, curator: Person, outsider: Person, now: datetime) -> None:
        for person in (curator, outsider):
            with pytest.raises(NotFound):
                acknowledge_recall(actor=person.actor, recall_id=begun.pk, now=now)

    def test_ends_the_reminders_that_come_after_1_3_and_7_days(
        self, begun: Recall, peers: list[Person], now: datetime
    ) -> None:
        for person in peers[1:]:
            acknowledge_recall(actor=person.actor, recall_id=begun.pk, now=now)

        reminded = [remind_of_recalls(now=now + hours * timedelta(hours=1)) for hours in (23, 24, 24, 72, 168, 900)]

        assert reminded == [0, 1, 0, 1, 1, 0]
        assert [push["recipient_id"] for push in pushes()[5:]] == [str(peers[0].pk)] * 3
        assert len({(push["recipient_id"], push["dedupe_key"]) for push in pushes()}) == 8

    def test_who_has_not_is_seen_by_curators_only(self, begun: Recall, peers: list[Person], outsider: Person) -> None:
        with pytest.raises(NotAllowed):
            get_recall(actor=peers[0].actor, recall_id=begun.pk)
        with pytest.raises(NotFound):
            get_recall(actor=outsider.actor, recall_id=begun.pk)

    def test_is_asked_of_nobody_when_it_is_closed_with_a_reason(
        self, begun: Recall, curator: Person, peers: list[Person], now: datetime
    ) -> None:
        with pytest.raises(InvalidInput, match="reason"):
            close_recall(actor=curator.actor, recall_id=begun.pk, reason=" ", now=now)
        with pytest.raises(NotAllowed):
            close_recall(actor=peers[0].actor, recall_id=begun.pk, reason="No.", now=now)
        acknowledge_recall(actor=peers[0].actor, recall_id=begun.pk, now=now)
        close_recall(actor=curator.actor, recall_id=begun.pk, reason="All phoned.", now=now)

        taken_back = OutboxEvent.objects.filter(name="push.cancelled", payload__kind="recall")
        notice_ids = sorted(str(notice.pk) for notice in RecallNotice.objects.all())
        assert sorted(event.payload["subject_id"] for event in taken_back) == notice_ids  # each once
        assert remind_of_recalls(now=now + 30 * DAY) == 0
        with pytest.raises(IllegalMove):
            close_recall(actor=curator.actor, recall_id=begun.pk, reason="Again.", now=now)

    def test_is_over_when_the_correction_is_withdrawn_and_everybody_who_was_told_hears_why(
        self, begun: Recall, advice: Suggestion, peers: list[Person], curator: Person, now: datetime
    ) -> None:
        acknowledge_recall(actor=peers[0].actor, recall_id=begun.pk, now=now)
        correction = Correction.objects.get(recall=begun)

        withdraw_correction(actor=curator.actor, correction_id=correction.pk, reason="It was another pump.", now=now)

        begun.refresh_from_db()
        assert (begun.status, begun.close_reason, remind_of_recalls(now=now + DAY)) == (
            "closed",
            "It was another pump.",
            0,
        )
        told = pushes("recall-withdrawn:")
        assert [push["recipient_id"] for push in told] == [str(one.pk) for one in peers]
        assert {push["body"] for push in told} == {"It was another pump. Nothing stands against it any more."}
        assert {push["is_silent"] for push in told} == {False}


class TestASecondUnsafeCorrection:
    def test_joins_the_recall_and_asks_everybody_once_more(
        self, advice: Suggestion, peers: list[Person], curator: Person, now: datetime
    ) -> None:
        have_tried(advice, peers, now)
        first = recall(curator, advice, now)
        acknowledge_recall(actor=peers[0].actor, recall_id=Recall.objects.get().pk, now=now)
        later = now + DAY

        second = recall(curator, advice, later, Findings(Severity.UNSAFE, "It floods the pit.", "It did.", "Drain it."))

        (shown,) = list_recalls(actor=curator.actor, is_open=True)
        assert [one.pk for one in shown.corrections.all()] == [first.pk, second.pk]
        assert (shown.told_count, shown.acknowledged_count) == (5, 0)  # type: ignore[attr-defined]  # annotated
        assert RecallNotice.objects.get(person=peers[0]).earlier_acknowledged_at == now
        assert [push["body"] for push in pushes()[5:]] == ["It floods the pit. Instead: Drain it."] * 5
        assert len({(push["recipient_id"], push["dedupe_key"]) for push in pushes()}) == 10
        assert [remind_of_recalls(now=later + DAY), remind_of_recalls(now=later + DAY)] == [5, 0]

    def test_keeps_it_open_when_the_first_is_withdrawn(
        self, advice: Suggestion, peers: list[Person], curator: Person, now: datetime
    ) -> None:
        have_tried(advice, peers, now)
        first, _ = recall(curator, advice, now), recall(curator, advice, now + DAY)

        withdraw_correction(actor=curator.actor, correction_id=first.pk, reason="Another pump.", now=now + DAY)

        assert Recall.objects.get().status == "open"
        assert {push["is_silent"] for push in pushes("recall-withdrawn:")} == {True}
        assert len(pushes()) == 2 * len(peers)  # their phones show the second's words: nobody is asked again

    def test_shows_what_still_stands_when_its_last_words_are_withdrawn(
        self, advice: Suggestion, peers: list[Person], curator: Person, now: datetime
    ) -> None:
        have_tried(advice, peers, now)
        recall(curator, advice, now)
        last = recall(curator, advice, now + HOUR, Findings(Severity.UNSAFE, "It floods.", "It did.", "Drain it."))
        recall_id = Recall.objects.get().pk
        acknowledge_recall(actor=peers[0].actor, recall_id=recall_id, now=now + 2 * HOUR)

        withdraw_correction(actor=curator.actor, correction_id=last.pk, reason="Another pit.", now=now + DAY)

        again = pushes()[2 * len(peers) :]
        assert {push["recipient_id"] for push in again} == {str(peer.pk) for peer in peers[1:]}
        assert {push["body"] for push in again} == {pushes()[0]["body"]}
        assert RecallNotice.objects.get(person=peers[1]).told_at == now + DAY


class TestWhoSawIt:
    def test_is_told_after_whoever_tried_it_but_neither_its_author_nor_who_found_it(
        self, thread: Thread, colleague: Person, peers: list[Person], curator: Person, outsider: Person, now: datetime
    ) -> None:
        proposal = Proposal(clip_id=uuid7())
        filmed = suggest(
            actor=colleague.actor, suggestion_id=uuid7(), thread_id=thread.pk, proposal=proposal, now=now
        ).row
        clip_id = filmed.clip_id or uuid7()
        for person in (peers[1], peers[0], peers[0], colleague, curator, outsider):
            note_clip_played(actor=person.actor, clip_id=clip_id, now=now)
        have_tried(filmed, [peers[1], peers[4]], now)

        recall(curator, filmed, now)

        reached = list(RecallNotice.objects.order_by("reach", "person_id").values_list("person_id", "reach"))
        assert reached == [(peers[1].pk, "applied"), (peers[4].pk, "applied"), (peers[0].pk, "viewed")]
        assert [push["recipient_id"] for push in pushes()] == [str(person_id) for person_id, _ in reached]
        assert [str(push["title"])[:13] for push in pushes()] == ["What you trie", "What you trie", "What you have"]

    def test_is_kept_with_the_first_and_the_last_time(self, howto: HowTo, curator: Person, now: datetime) -> None:
        for at in (now, now + DAY):
            open_howto(actor=curator.actor, howto_id=howto.pk, now=at)

        (opened,) = HowToOpening.objects.all()
        assert (opened.person, opened.opened_at, opened.last_opened_at) == (curator, now, now + DAY)

    def test_of_how_tos_were_moved_to_their_openings_and_lose_nothing(
        self, howto: HowTo, owner: Person, curator: Person, outsider: Person, now: datetime
    ) -> None:
        note_opening(actor=curator.actor, howto_id=howto.pk, now=now)
        for person in (owner, curator, outsider):
            old = {"kind": "howto", "advice_id": howto.pk, "first_at": now - DAY, "last_at": now + DAY}
            AdviceView.objects.create(organisation_id=person.organisation_id, person=person, **old)
        migration = importlib.import_module("backend.domain.corrections.migrations.0006_openings_of_howtos_are_one")

        with connection.cursor() as cursor:
            cursor.execute(migration.MOVE)

        moved = HowToOpening.objects.values_list("person", "opened_at", "last_opened_at")
        assert sorted(moved) == sorted((one.pk, now - DAY, now + DAY) for one in (owner, curator))
        assert not AdviceView.objects.exists()
