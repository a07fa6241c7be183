"""Gaps: what nobody could answer, what comes again, what nobody finds; and what is decided about them."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from api_schema.ids import uuid7
from backend.domain.accounts.models import Person
from backend.domain.actor import Role
from backend.domain.asking.models import AskRound, RoundStatus
from backend.domain.asking.people import declare_skill
from backend.domain.equipment.models import Asset
from backend.domain.equipment.operations import add_asset, add_asset_model
from backend.domain.errors import InvalidInput, NotAllowed, NotFound
from backend.domain.howtos.operations import draft_from_thread
from backend.domain.howtos.releasing import release
from backend.domain.insights.deciding import dismiss_gap, let_write, undo_decision
from backend.domain.insights.gaps import Gap, GapList, Missing, list_gaps
from backend.domain.insights.models import GapDecision
from backend.domain.insights.noting import note_search
from backend.domain.insights.reading import WINDOW
from backend.domain.threads.models import Thread
from backend.domain.threads.operations import Question, ask, move_thread
from backend.domain.threads.states import ThreadStatus, TryOutcome
from backend.domain.threads.suggestions import Proposal, suggest
from backend.domain.threads.tries import Outcome, record_outcome, start_try
from tests import cast

pytestmark = pytest.mark.django_db

MINUTE = timedelta(minutes=1)
DAY = timedelta(days=1)


def ask_of(person: Person, asset: Asset, at: datetime, title: str = "Chiller trips", code: str = "E4") -> Thread:
    question = Question(asset_id=asset.pk, title=title, fault_code=code)
    return ask(actor=person.actor, thread_id=uuid7(), question=question, now=at).thread


def leave(thread: Thread) -> None:
    """Have the ladder of the thread end without an answer."""
    AskRound.objects.filter(thread_id=thread.pk).update(status=RoundStatus.UNANSWERED)


def answer(thread: Thread, peer: Person, at: datetime, *outcomes: TryOutcome) -> None:
    """Have `peer` answer 10 minutes after `at`, and the asker try each answer for 30."""
    for outcome in outcomes:
        proposal = Proposal(text=f"Clean the strainer {uuid7()}")
        said = suggest(
            actor=peer.actor, suggestion_id=uuid7(), thread_id=thread.pk, proposal=proposal, now=at + 10 * MINUTE
        ).row
        asker = thread.asker.actor
        running = start_try(actor=asker, try_id=uuid7(), suggestion_id=said.pk, now=at + 11 * MINUTE).row
        record_outcome(actor=asker, try_id=running.pk, outcome=Outcome(outcome, minutes=30), now=at + 41 * MINUTE)


def look_for(person: Person, words: str, at: datetime) -> None:
    note_search(actor=person.actor, words=words, hits=[], language="en", now=at)


def gaps_of(curator: Person, now: datetime) -> list[Gap]:
    return list_gaps(actor=curator.actor, now=now).items


class TestWhatIsAGap:
    def test_a_fault_that_nobody_could_answer(
        self, owner: Person, curator: Person, asset: Asset, now: datetime
    ) -> None:
        waits = ask_of(owner, asset, now - 3 * DAY)
        leave(waits)
        ask_of(owner, asset, now - MINUTE, title="Fan hums", code="F1")  # its peers are being asked

        (gap,) = gaps_of(curator, now)

        assert (gap.title, gap.asset_model, gap.fault_code) == ("Chiller trips", asset.asset_model, "E4")
        assert gap.missing == (Missing.ANSWER, Missing.HOWTO, Missing.PERSON)
        assert (gap.threads_count, gap.unanswered_count, gap.people_count) == (1, 1, None)
        assert (gap.thread_ids, gap.cost.minutes_waited, gap.cost.minutes) == ((waits.pk,), 480, 480)

    def test_a_fault_that_comes_again_until_its_how_to_is_released(
        self, owner: Person, colleague: Person, curator: Person, asset: Asset, now: datetime
    ) -> None:
        first = ask_of(owner, asset, now - 20 * DAY)
        answer(first, colleague, now - 20 * DAY, TryOutcome.NO, TryOutcome.FIXED)
        second = ask_of(curator, asset, now - 9 * DAY, "No cooling")
        answer(second, colleague, now - 9 * DAY, TryOutcome.FIXED)

        (gap,) = gaps_of(curator, now)
        howto = draft_from_thread(organisation_id=asset.organisation_id, thread_id=first.pk, now=now - DAY)
        assert howto is not None
        release(actor=curator.actor, howto_id=howto.pk, version_number=1, now=now - DAY)

        assert (gap.title, gap.thread_ids) == ("No cooling", (second.pk, first.pk))
        assert (gap.missing, gap.people_count, gap.machines_count) == ((Missing.HOWTO,), 2, 1)
        assert (gap.cost.minutes_waited, gap.cost.minutes_in_vain, gap.cost.repeat_visits_count) == (20, 30, 1)
        assert gap.cost.minutes == 20 + 30 + 120
        assert (gap.first_at, gap.last_at) == (now - 20 * DAY, now - 9 * DAY)
        assert gaps_of(curator, now) == []

    def test_searches_that_find_nothing_by_machine_and_by_words(
        self, owner: Person, colleague: Person, curator: Person, asset: Asset, now: datetime
    ) -> None:
        look_for(owner, "AC-350 E7", now - 2 * DAY)
        look_for(colleague, "zephrane ac350 e7 won't restart", now - DAY)
        look_for(owner, "vacuum pump coupling", now - DAY)

        by_machine, by_words = gaps_of(curator, now)

        assert (by_machine.asset_model, by_machine.fault_code) == (asset.asset_model, "E7")
        assert (by_machine.cost.searches_count, by_machine.people_count, by_machine.cost.minutes) == (2, 2, 10)
        assert by_machine.searches == ("zephrane ac350 e7 wont restart", "ac 350 e7")
        assert (by_words.title, by_words.asset_model, by_words.people_count) == ("vacuum pump coupling", None, None)
        assert by_words.missing == (Missing.ANSWER, Missing.HOWTO)

    def test_a_how_to_that_is_not_found_by_what_people_call_it(
        self, owner: Person, colleague: Person, curator: Person, asset: Asset, now: datetime
    ) -> None:
        solved = ask_of(owner, asset, now - 20 * DAY)
        answer(solved, colleague, now - 20 * DAY, TryOutcome.FIXED)
        howto = draft_from_thread(organisation_id=asset.organisation_id, thread_id=solved.pk, now=now - 9 * DAY)
        assert howto is not None
        release(actor=curator.actor, howto_id=howto.pk, version_number=1, now=now - 9 * DAY)
        look_for(owner, "ac 350 e4 wobbling", now - DAY)

        (gap,) = gaps_of(curator, now)

        assert (gap.missing, gap.threads_count, gap.searches) == ((Missing.WORDS,), 0, ("ac 350 e4 wobbling",))

    def test_knows_who_could_know_and_forgets_after_90_days(
        self, owner: Person, colleague: Person, curator: Person, asset: Asset, now: datetime
    ) -> None:
        declare_skill(actor=colleague.actor, family="Air-cooled chiller")
        stuck = ask_of(owner, asset, now - DAY)
        answer(stuck, colleague, now - DAY, TryOutcome.NO)
        move_thread(actor=owner.actor, thread_id=stuck.pk, to=ThreadStatus.UNSOLVED, now=now - DAY)

        (gap,) = gaps_of(curator, now)

        assert (gap.missing, gap.unanswered_count) == ((Missing.ANSWER, Missing.HOWTO), 1)
        assert gaps_of(curator, now + WINDOW) == []

    def test_is_for_who_may_curate_and_of_one_organisation(
        self, owner: Person, outsider: Person, asset: Asset, now: datetime
    ) -> None:
        leave(ask_of(owner, asset, now - DAY))

        with pytest.raises(NotAllowed):
            list_gaps(actor=owner.actor, now=now)
        assert list_gaps(actor=replace(outsider.actor, role=Role.ADMIN), now=now) == GapList([], 0)

    def test_names_a_supervisor_only_the_threads_that_they_may_read(
        self, owner: Person, curator: Person, asset: Asset, now: datetime
    ) -> None:
        supervisor = cast.new_person(owner.site, "Sam Supervisor", Role.SUPERVISOR)
        for title in ("Pump hums", "Pump hums loud"):
            ask_of(owner, asset, now - timedelta(days=1), title)

        (theirs,), (all_of_it,) = gaps_of(supervisor, now), gaps_of(curator, now)

        assert (theirs.threads_count, theirs.cost, theirs.thread_ids) == (2, all_of_it.cost, all_of_it.thread_ids)
        assert (theirs.title, theirs.readable_ids) == ("Zephrane AC-350 E4", ())
        assert (all_of_it.title, len(all_of_it.readable_ids)) == ("Pump hums loud", 2)

    def test_costs_as_many_queries_for_four_as_for_one(
        self, owner: Person, curator: Person, asset: Asset, now: datetime
    ) -> None:
        counts = []
        for row_count in (1, 4):
            for number in range(row_count):
                model = add_asset_model(
                    organisation=asset.organisation, make="M", name=f"{row_count}-{number}", family="f"
                )
                machine = add_asset(asset_model=model, site=asset.site, tag=f"T-{row_count}-{number}")
                leave(ask_of(owner, machine, now - DAY))
                look_for(owner, f"nonsense{row_count}x{number}", now)
            with CaptureQueriesContext(connection) as queries:
                found = gaps_of(curator, now)
            counts.append((len(queries), len(found) >= row_count * 2 - 1))

        assert counts == [(8, True), (8, True)]


class TestDecisions:
    @pytest.fixture
    def gap(self, owner: Person, curator: Person, asset: Asset, now: datetime) -> Gap:
        """An unanswered fault without a code."""
        leave(ask_of(owner, asset, now - DAY, title="Compressor short cycles", code=""))
        (gap,) = gaps_of(curator, now)
        return gap

    def test_a_dismissed_gap_comes_back_when_it_has_doubled(
        self, gap: Gap, owner: Person, colleague: Person, curator: Person, asset: Asset, now: datetime
    ) -> None:
        dismiss_gap(actor=curator.actor, gap_id=gap.id, reason=" Is out of service. ", now=now)
        once = dismiss_gap(actor=curator.actor, gap_id=gap.id, reason="Is out of service.", now=now + MINUTE)
        ask_of(owner, asset, now + MINUTE, title="Compressor short cycles again", code="")
        (quiet,) = gaps_of(curator, now + DAY)
        ask_of(colleague, asset, now + 2 * MINUTE, title="Short cycles: compressor", code="")
        (back,) = gaps_of(curator, now + DAY)

        assert once.decision is not None
        assert (once.status, once.decision.reason, once.decision.decided_at) == ("dismissed", "Is out of service.", now)
        assert list_gaps(actor=curator.actor, status=back.status, now=now + DAY) == GapList([back], 1)
        assert (quiet.status, quiet.threads_count, back.status, back.decision) == (
            "dismissed",
            2,
            "open",
            once.decision,
        )

    def test_is_known_again_after_its_oldest_thread_is_forgotten(
        self, gap: Gap, owner: Person, colleague: Person, curator: Person, asset: Asset, now: datetime
    ) -> None:
        later = ask_of(colleague, asset, now + 30 * DAY, title="Compressor short cycles", code="")
        leave(later)
        written = let_write(actor=curator.actor, gap_id=gap.id, owner_id=colleague.pk, now=now + 31 * DAY)

        (known,) = gaps_of(curator, now + WINDOW)

        assert (known.thread_ids, known.id == gap.id) == ((later.pk,), False)
        assert (written.status, known.status) == ("being_written", "being_written")
        assert known.decision is not None
        assert known.decision.owner == colleague

    def test_is_taken_back(self, gap: Gap, curator: Person, now: datetime) -> None:
        let_write(actor=curator.actor, gap_id=gap.id, now=now)
        dismiss_gap(actor=curator.actor, gap_id=gap.id, reason="A drill.", now=now)

        undone = [undo_decision(actor=curator.actor, gap_id=gap.id, now=now) for _ in range(2)]

        assert [one.status for one in undone] == ["open", "open"]
        kept = GapDecision.objects.get()
        assert (kept.status, kept.reason, kept.owner) == ("open", "", None)

    def test_refuses_what_makes_no_sense_and_writes_nothing(
        self, gap: Gap, owner: Person, outsider: Person, curator: Person, now: datetime
    ) -> None:
        other_admin = replace(outsider.actor, role=Role.ADMIN)
        with pytest.raises(InvalidInput):
            dismiss_gap(actor=curator.actor, gap_id=gap.id, reason="  ", now=now)
        with pytest.raises(InvalidInput):
            let_write(actor=curator.actor, gap_id=gap.id, owner_id=outsider.pk, now=now)
        with pytest.raises(NotAllowed):
            let_write(actor=owner.actor, gap_id=gap.id, now=now)
        with pytest.raises(NotFound):
            undo_decision(actor=other_admin, gap_id=gap.id, now=now)

        assert not GapDecision.objects.exists()
