"""Solved before: shown when it is asked, and when the words of the clip have come; "this is it" closes the question."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from uuid import UUID

import pytest

from api_schema.ids import uuid7
from api_schema.media_jobs import SpeechOutcome, TimedCue, TranscribeResult
from backend.domain.accounts.models import Person
from backend.domain.asking.models import AskRound, Wave
from backend.domain.clips.transcripts import put_transcript
from backend.domain.equipment.models import Asset
from backend.domain.errors import IllegalMove, InvalidInput, NotAllowed, NotFound
from backend.domain.search.models import SubjectKind
from backend.domain.threads.deflecting import deflect
from backend.domain.threads.measures import DEFLECTED
from backend.domain.threads.models import SimilarFault, Suggestion, Thread, ThreadMove, Try
from backend.domain.threads.operations import Question, ask, move_thread
from backend.domain.threads.queries import get_whole_thread
from backend.domain.threads.rescuing import rescue_from_captions
from backend.domain.threads.states import ThreadStatus, TryOutcome
from backend.domain.threads.suggestions import Proposal, suggest
from backend.domain.threads.tries import Outcome, record_outcome, start_try
from backend.live.models import LiveEvent
from backend.outbox.models import OutboxEvent
from tests.plugins.replaying import replayed

pytestmark = pytest.mark.django_db

DAY = timedelta(days=1)


@pytest.fixture
@replayed
def solved(
    thread: Thread,
    answer: Callable[..., Suggestion],
    attempt: Callable[[Person, Suggestion], Try],
    owner: Person,
    colleague: Person,
    now: datetime,
) -> Thread:
    """E4 on the chiller: the strainer was full of scale."""
    trying = attempt(owner, answer(colleague, "Clean the strainer, it is full of scale."))
    record_outcome(actor=owner.actor, try_id=trying.pk, outcome=Outcome(TryOutcome.FIXED), now=now)
    thread.refresh_from_db()
    return thread


def question(person: Person, asset: Asset, at: datetime, *, title: str = "Help", code: str = "") -> Thread:
    asked = Question(asset_id=asset.pk, title=title, fault_code=code, clip_id=uuid7())
    return ask(actor=person.actor, thread_id=uuid7(), question=asked, now=at).thread


def hear(thread: Thread, text: str, now: datetime) -> None:
    assert thread.ask_clip is not None
    cue = TimedCue(0, 2_000, text, 0.9)
    put_transcript(thread.ask_clip, TranscribeResult(SpeechOutcome.SPEECH, "pocketsphinx", "en", (cue,)), now=now)


def rescue(thread: Thread, now: datetime, *, are_complete: bool = True) -> int:
    assert thread.ask_clip_id is not None
    return rescue_from_captions(
        organisation_id=thread.organisation_id, clip_id=thread.ask_clip_id, are_complete=are_complete, now=now
    )


def this_is_it(person: Person, thread: Thread, solved_id: UUID, now: datetime) -> Thread:
    return deflect(actor=person.actor, thread_id=thread.pk, kind=SubjectKind.THREAD, subject_id=solved_id, now=now)


@pytest.fixture
def later(now: datetime) -> datetime:
    """Beyond the 30 days in which it would be a repeat visit."""
    return now + 40 * DAY


class TestAtAskTime:
    def test_keeps_what_the_asker_was_shown(
        self, solved: Thread, peers: list[Person], asset: Asset, later: datetime
    ) -> None:
        asked = question(peers[0], asset, later, title="Chiller will not start", code="E4")

        kept = SimilarFault.objects.get(thread=asked)
        assert (kept.subject_id, kept.title, kept.came_with_captions) == (solved.pk, solved.title, False)

    def test_keeps_the_order_in_which_it_was_shown(
        self, solved: Thread, owner: Person, colleague: Person, peers: list[Person], asset: Asset, later: datetime
    ) -> None:
        for text in ("Bleed the air.", "Replace the pump."):
            thread = question(owner, asset, later, title="Chiller will not start", code="E4")
            proposal = Proposal(text=text)
            advice = suggest(
                actor=colleague.actor, suggestion_id=uuid7(), thread_id=thread.pk, proposal=proposal, now=later
            ).row
            running = start_try(actor=owner.actor, try_id=uuid7(), suggestion_id=advice.pk, now=later).row
            record_outcome(actor=owner.actor, try_id=running.pk, outcome=Outcome(TryOutcome.FIXED), now=later)
        asked = Question(asset_id=asset.pk, title="Chiller will not start", fault_code="E4")

        shown = ask(actor=peers[0].actor, thread_id=uuid7(), question=asked, now=later)

        kept = get_whole_thread(actor=peers[0].actor, thread_id=shown.thread.pk).similar
        assert len(shown.similar) == 3
        assert [one.subject_id for one in kept] == [hit.id for hit in shown.similar]


class TestWhenTheCaptionsHaveCome:
    @pytest.fixture
    def asked(self, solved: Thread, peers: list[Person], asset: Asset, later: datetime) -> Thread:
        """A question whose words say nothing."""
        asked = question(peers[0], asset, later, title="Zzz help quickly please everybody")
        assert not SimilarFault.objects.filter(thread=asked).exists()
        return asked

    def test_finds_what_the_words_of_the_clip_fit_and_tells_the_asker_silently_once(
        self, solved: Thread, asked: Thread, later: datetime
    ) -> None:
        hear(asked, "It shows E4, the chiller will not start, the strainer is full of scale", later)

        counts = [rescue(asked, later), rescue(asked, later)]

        kept = SimilarFault.objects.get(thread=asked)
        (push,) = OutboxEvent.objects.filter(name="push.requested", payload__dedupe_key=f"rescue:{asked.pk}")
        assert counts == [1, 0]
        assert (kept.subject_id, kept.came_with_captions) == (solved.pk, True)
        assert (push.payload["recipient_id"], push.payload["is_silent"]) == (str(asked.asker_id), True)
        assert LiveEvent.objects.get(kind="similar").data["found_count"] == 1

    def test_uses_the_first_captions_once_they_say_something_and_looks_again_at_the_end(
        self, solved: Thread, asked: Thread, later: datetime
    ) -> None:
        hear(asked, "Morning all, chiller at the depot", later)
        greeting = rescue(asked, later, are_complete=False)
        hear(asked, "Morning all, it shows E4, the chiller will not start, strainer full of scale", later)
        first = rescue(asked, later, are_complete=False)
        again = rescue(asked, later)

        assert (greeting, first, again) == (0, 1, 0)
        assert SimilarFault.objects.get(thread=asked).subject_id == solved.pk

    def test_is_silent_when_nothing_is_much_like_it(self, asked: Thread, later: datetime) -> None:
        hear(asked, "The door squeaks when somebody leans against the yellow handle", later)
        before = OutboxEvent.objects.count()

        assert rescue(asked, later) == 0
        assert (SimilarFault.objects.count(), OutboxEvent.objects.count()) == (0, before)

    def test_is_silent_about_what_was_shown_already(
        self, solved: Thread, peers: list[Person], asset: Asset, later: datetime
    ) -> None:
        asked = question(peers[0], asset, later, title="Chiller will not start", code="E4")
        hear(asked, "It shows E4, the chiller will not start", later)

        assert rescue(asked, later) == 0

    def test_is_silent_once_somebody_answered(self, asked: Thread, later: datetime) -> None:
        move_thread(actor=asked.asker.actor, thread_id=asked.pk, to=ThreadStatus.PARKED, now=later)
        hear(asked, "It shows E4, the chiller will not start, the strainer is full of scale", later)

        assert rescue(asked, later) == 0

    def test_keeps_to_the_organisation(self, asked: Thread, outsider: Person, later: datetime) -> None:
        hear(asked, "It shows E4, the chiller will not start, the strainer is full of scale", later)
        assert asked.ask_clip_id is not None

        found = rescue_from_captions(organisation_id=outsider.organisation_id, clip_id=asked.ask_clip_id, now=later)

        assert found == 0


class TestThisIsIt:
    @pytest.fixture
    def asked(self, solved: Thread, peers: list[Person], asset: Asset, later: datetime) -> Thread:
        return question(peers[0], asset, later, title="Chiller will not start", code="E4")

    def test_closes_the_question_with_a_link_and_stops_the_asking(
        self, solved: Thread, asked: Thread, peers: list[Person], later: datetime
    ) -> None:
        closed = this_is_it(peers[0], asked, solved.pk, later)

        asked.refresh_from_db()
        assert (asked.status, asked.deflected_to_kind, asked.deflected_to_id, asked.deflected_at) == (
            "duplicate",
            "thread",
            solved.pk,
            later,
        )
        assert (closed.next_owner_id, Thread.objects.filter(DEFLECTED).count()) == (None, 1)
        assert AskRound.objects.get(thread_id=asked.pk).status == "closed"
        assert set(Wave.objects.filter(round__thread_id=asked.pk).values_list("status", flat=True)) == {"cancelled"}
        assert OutboxEvent.objects.filter(name="push.cancelled", payload__subject_id=str(asked.pk)).exists()

    def test_is_said_once_however_often(
        self, solved: Thread, asked: Thread, peers: list[Person], later: datetime
    ) -> None:
        for minutes in range(3):
            this_is_it(peers[0], asked, solved.pk, later + timedelta(minutes=minutes))

        asked.refresh_from_db()
        assert (asked.deflected_at, ThreadMove.objects.filter(to_status="duplicate").count()) == (later, 1)

    def test_is_undone_by_asking_again(
        self, solved: Thread, asked: Thread, peers: list[Person], later: datetime
    ) -> None:
        this_is_it(peers[0], asked, solved.pk, later)

        move_thread(actor=peers[0].actor, thread_id=asked.pk, to=ThreadStatus.ASKED, now=later)

        asked.refresh_from_db()
        assert (asked.status, asked.deflected_to_id, Thread.objects.filter(DEFLECTED).count()) == ("asked", None, 0)
        rounds = AskRound.objects.filter(thread_id=asked.pk)
        assert sorted(rounds.values_list("status", flat=True)) == ["closed", "open"]

    @pytest.mark.parametrize(
        ("outcome", "status"), [("fixed", "duplicate"), ("partly", "duplicate"), ("no", "asked"), ("worse", "asked")]
    )
    def test_a_try_of_the_linked_advice_that_fails_opens_it_again(
        self, solved: Thread, asked: Thread, peers: list[Person], later: datetime, outcome: str, status: str
    ) -> None:
        this_is_it(peers[0], asked, solved.pk, later)
        suggestion = Suggestion.objects.get(thread=solved)
        attempt = start_try(
            actor=peers[0].actor, try_id=uuid7(), suggestion_id=suggestion.pk, from_thread_id=asked.pk, now=later
        ).row

        record_outcome(actor=peers[0].actor, try_id=attempt.pk, outcome=Outcome(TryOutcome(outcome)), now=later)

        asked.refresh_from_db()
        solved.refresh_from_db()
        assert (asked.status, solved.status, attempt.moves_thread) == (status, "fixed", False)

    def test_a_failed_try_opens_it_again_though_the_phone_did_not_say_where_it_came_from(
        self, solved: Thread, asked: Thread, peers: list[Person], later: datetime
    ) -> None:
        this_is_it(peers[0], asked, solved.pk, later)
        suggestion = Suggestion.objects.get(thread=solved)
        attempt = start_try(actor=peers[0].actor, try_id=uuid7(), suggestion_id=suggestion.pk, now=later).row

        record_outcome(actor=peers[0].actor, try_id=attempt.pk, outcome=Outcome(TryOutcome.NO), now=later)

        asked.refresh_from_db()
        (told,) = OutboxEvent.objects.filter(payload__title=f"Asked again: {asked.title}")
        assert (asked.status, asked.deflected_at, attempt.asset_id) == ("asked", None, asked.asset_id)
        assert AskRound.objects.get(thread_id=asked.pk, status="open").waves.exists()
        assert (told.payload["recipient_id"], told.payload["is_silent"]) == (str(peers[0].pk), True)

    def test_a_try_names_only_an_own_thread_that_was_closed_with_this_one(
        self, solved: Thread, asked: Thread, peers: list[Person], later: datetime
    ) -> None:
        suggestion = Suggestion.objects.get(thread=solved)
        before = Try.objects.count()

        for person, thread_id in ((peers[0], asked.pk), (peers[1], asked.pk)):
            with pytest.raises(InvalidInput):
                start_try(
                    actor=person.actor,
                    try_id=uuid7(),
                    suggestion_id=suggestion.pk,
                    from_thread_id=thread_id,
                    now=later,
                )

        assert Try.objects.count() == before

    def test_cannot_be_said_of_itself_of_what_is_open_or_of_a_duplicate(
        self, solved: Thread, asked: Thread, peers: list[Person], asset: Asset, later: datetime
    ) -> None:
        other = question(peers[0], asset, later, title="Chiller will not start", code="E4")
        this_is_it(peers[0], other, solved.pk, later)
        before = OutboxEvent.objects.count()

        for subject_id in (asked.pk, other.pk, uuid7()):
            with pytest.raises(NotFound):
                this_is_it(peers[0], asked, subject_id, later)

        asked.refresh_from_db()
        assert (asked.status, OutboxEvent.objects.count()) == ("asked", before)

    def test_makes_no_circle(
        self, solved: Thread, asked: Thread, owner: Person, peers: list[Person], later: datetime
    ) -> None:
        this_is_it(peers[0], asked, solved.pk, later)
        move_thread(actor=owner.actor, thread_id=solved.pk, to=ThreadStatus.ASKED, now=later)

        with pytest.raises(NotFound):
            this_is_it(owner, solved, asked.pk, later)

    def test_is_for_the_asker(self, solved: Thread, asked: Thread, curator: Person, later: datetime) -> None:
        with pytest.raises(NotAllowed):
            this_is_it(curator, asked, solved.pk, later)

    def test_is_not_said_of_a_question_that_is_over(
        self, solved: Thread, asked: Thread, peers: list[Person], later: datetime
    ) -> None:
        move_thread(actor=peers[0].actor, thread_id=asked.pk, to=ThreadStatus.WITHDRAWN, now=later)

        with pytest.raises(IllegalMove):
            this_is_it(peers[0], asked, solved.pk, later)

    def test_hides_another_organisations_threads(self, solved: Thread, outsider: Person, later: datetime) -> None:
        with pytest.raises(NotFound):
            this_is_it(outsider, solved, solved.pk, later)
