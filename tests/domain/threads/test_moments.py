"""Pointing at a moment of a clip, with a mark, from suggestions and comments."""

from __future__ import annotations

import json
from datetime import datetime

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from api_schema.ids import uuid7
from backend.domain.accounts.models import Person
from backend.domain.briefing.moments import list_moments
from backend.domain.clips.marks import Mark, Shape, read_mark
from backend.domain.clips.models import Clip
from backend.domain.clips.moments import Moment, show_moment
from backend.domain.equipment.models import Asset
from backend.domain.errors import InvalidInput, NotFound
from backend.domain.search.queries import search
from backend.domain.threads.comments import Remark, comment
from backend.domain.threads.models import Comment, Suggestion, Thread
from backend.domain.threads.operations import Question, ask, move_thread
from backend.domain.threads.pointing import PointedAt, moment_of
from backend.domain.threads.states import ThreadStatus
from backend.domain.threads.suggestions import Proposal, suggest
from backend.live.models import LiveEvent
from backend.outbox.models import OutboxEvent

CIRCLE = Mark(Shape.CIRCLE, ((0.5, 0.5), (0.6, 0.5)))
coordinates = st.floats(0, 1)
points = st.lists(st.tuples(coordinates, coordinates), min_size=2, max_size=64)


@pytest.fixture
def filmed(owner: Person, asset: Asset, now: datetime) -> Thread:
    """The owner's question with a clip that is on its way."""
    question = Question(asset_id=asset.pk, title="Chiller will not start", fault_code="E4", clip_id=uuid7())
    return ask(actor=owner.actor, thread_id=uuid7(), question=question, now=now).thread


def point(start_ms: int, end_ms: int, mark: Mark | None = None) -> PointedAt:
    return PointedAt(Moment(start_ms, end_ms, mark))


def propose(person: Person, thread: Thread, pointed: PointedAt, now: datetime) -> Suggestion:
    proposal = Proposal(text="This valve.", moment=pointed)
    return suggest(actor=person.actor, suggestion_id=uuid7(), thread_id=thread.pk, proposal=proposal, now=now).row


def remark(
    person: Person, thread: Thread, now: datetime, pointed: PointedAt | None = None, text: str = "Hm."
) -> Comment:
    said = Remark(text, pointed)
    return comment(actor=person.actor, comment_id=uuid7(), thread_id=thread.pk, remark=said, now=now).row


def last(thread: Thread, duration_ms: int) -> Clip:
    """Let the clip of the question turn out this long."""
    Clip.objects.filter(thread_id=thread.pk).update(duration_ms=duration_ms)
    return Clip.objects.get(thread_id=thread.pk)


class TestReadMark:
    @given(shape=st.sampled_from(list(Shape)), drawn=points)
    def test_keeps_what_was_drawn_to_a_tenth_of_a_thousandth(
        self, shape: Shape, drawn: list[tuple[float, float]]
    ) -> None:
        drawn = drawn if shape is Shape.PATH else drawn[:2]
        assume(len({(round(x, 4), round(y, 4)) for x, y in drawn}) > 1)

        mark = read_mark(shape, drawn)

        kept = mark.to_json()
        assert read_mark(kept["shape"], kept["points"]) == mark
        assert len(json.dumps(kept)) <= 2048
        for (x, y), (drawn_x, drawn_y) in zip(mark.points, drawn, strict=True):
            assert (x, y) == pytest.approx((drawn_x, drawn_y), abs=1e-4)

    @pytest.mark.parametrize(
        ("shape", "drawn"),
        [
            ("star", [[0, 0], [1, 1]]),
            ("circle", [[0.5, 0.5]]),
            ("arrow", [[0, 0], [1, 1], [0.5, 0.5]]),
            ("box", [[0.2, 0.2], [0.2, 0.2]]),
            ("path", [[0, 0]]),
            ("path", [[n / 65, 0] for n in range(65)]),
            ("path", [[0, 0], [1.01, 0]]),
            ("path", [[0, 0], [-0.01, 0]]),
            ("path", [[0, 0], [float("nan"), 0]]),
            ("path", [[0, 0], [0.5]]),
        ],
    )
    def test_refuses_what_cannot_be_drawn(self, shape: str, drawn: list[list[float]]) -> None:
        with pytest.raises(InvalidInput):
            read_mark(shape, drawn)


@pytest.mark.django_db
class TestPointing:
    def test_keeps_span_and_mark(self, filmed: Thread, colleague: Person, now: datetime) -> None:
        shown = moment_of(propose(colleague, filmed, point(1_000, 2_500, CIRCLE), now))

        assert shown is not None
        assert (shown.clip_id, shown.start_ms, shown.end_ms, shown.is_clamped) == (
            filmed.ask_clip_id,
            1_000,
            2_500,
            False,
        )
        assert shown.mark == {"shape": "circle", "points": [[0.5, 0.5], [0.6, 0.5]]}

    @pytest.mark.parametrize(
        ("start_ms", "end_ms"), [(5_000, 5_000), (6_000, 5_000), (9_000, 10_001), (11_000, 12_000)]
    )
    def test_outside_of_the_clip_is_refused_and_writes_nothing(
        self, filmed: Thread, colleague: Person, now: datetime, start_ms: int, end_ms: int
    ) -> None:
        last(filmed, 10_000)
        before = OutboxEvent.objects.count()

        with pytest.raises(InvalidInput) as refused:
            propose(colleague, filmed, point(start_ms, end_ms), now)

        assert list(refused.value.facts["fields"]) == ["moment"]
        assert (Suggestion.objects.count(), OutboxEvent.objects.count()) == (0, before)

    def test_up_to_the_very_end_is_inside(self, filmed: Thread, colleague: Person, now: datetime) -> None:
        last(filmed, 10_000)

        assert propose(colleague, filmed, point(9_000, 10_000), now).moment_end_ms == 10_000

    def test_beyond_a_clip_that_turns_out_shorter_is_shown_clamped_and_never_lost(
        self, filmed: Thread, colleague: Person, now: datetime
    ) -> None:
        suggestion = propose(colleague, filmed, point(8_000, 12_000, CIRCLE), now)
        last(filmed, 10_000)

        suggestion = Suggestion.objects.get(pk=suggestion.pk)
        shown = moment_of(suggestion)

        assert shown is not None
        assert (shown.start_ms, shown.end_ms, shown.is_clamped) == (8_000, 10_000, True)
        assert (suggestion.moment_end_ms, suggestion.moment_mark) == (12_000, CIRCLE.to_json())

    def test_needs_a_clip_of_the_thread(self, thread: Thread, filmed: Thread, colleague: Person, now: datetime) -> None:
        for pointed in (point(0, 1_000), PointedAt(Moment(0, 1_000), filmed.ask_clip_id)):
            with pytest.raises(InvalidInput):
                propose(colleague, thread, pointed, now)

        assert Suggestion.objects.count() == 0


@given(start_ms=st.integers(0, 100_000), length_ms=st.integers(1, 100_000), duration_ms=st.integers(1, 200_000))
def test_a_shown_moment_is_always_a_span_of_its_clip(start_ms: int, length_ms: int, duration_ms: int) -> None:
    shown = show_moment(Clip(duration_ms=duration_ms), start_ms, start_ms + length_ms)

    assert 0 <= shown.start_ms < shown.end_ms <= duration_ms
    assert shown.is_clamped is (start_ms + length_ms > duration_ms)


@pytest.mark.django_db
class TestComment:
    def test_is_found_in_the_askers_inbox_and_rings_nowhere(
        self, filmed: Thread, owner: Person, colleague: Person, now: datetime
    ) -> None:
        remark(colleague, filmed, now, point(0, 500), text=" That is the new valve. ")

        made = Comment.objects.get()
        (push,) = OutboxEvent.objects.filter(name="push.requested", payload__dedupe_key=f"comment:{made.pk}")
        filmed.refresh_from_db()
        assert (made.text, filmed.status) == ("That is the new valve.", "asked")
        assert (push.payload["recipient_id"], push.payload["is_silent"]) == (str(owner.pk), True)
        assert LiveEvent.objects.get(kind="commented").data["comment_id"] == str(made.pk)

    def test_is_found_by_search(self, filmed: Thread, colleague: Person, now: datetime) -> None:
        assert search(actor=colleague.actor, words="solenoid") == []

        remark(colleague, filmed, now, text="Mind the solenoid.")

        assert [hit.id for hit in search(actor=colleague.actor, words="solenoid")] == [filmed.pk]

    def test_of_the_asker_tells_nobody(self, filmed: Thread, owner: Person, now: datetime) -> None:
        before = OutboxEvent.objects.count()

        remark(owner, filmed, now)

        assert OutboxEvent.objects.count() == before

    def test_is_one_when_the_phone_repeats_itself(self, filmed: Thread, colleague: Person, now: datetime) -> None:
        comment_id = uuid7()
        for _ in range(2):
            comment(actor=colleague.actor, comment_id=comment_id, thread_id=filmed.pk, remark=Remark("Hm."), now=now)

        assert Comment.objects.count() == 1
        assert OutboxEvent.objects.filter(payload__dedupe_key=f"comment:{comment_id}").count() == 1

    def test_may_follow_when_the_thread_is_over(
        self, filmed: Thread, owner: Person, colleague: Person, now: datetime
    ) -> None:
        move_thread(actor=owner.actor, thread_id=filmed.pk, to=ThreadStatus.WITHDRAWN, now=now)

        assert remark(colleague, filmed, now).thread_id == filmed.pk

    def test_says_something(self, filmed: Thread, colleague: Person, now: datetime) -> None:
        with pytest.raises(InvalidInput):
            remark(colleague, filmed, now, text="  ")

        assert Comment.objects.count() == 0

    def test_hides_another_organisations_thread(self, filmed: Thread, outsider: Person, now: datetime) -> None:
        with pytest.raises(NotFound):
            remark(outsider, filmed, now)

        assert Comment.objects.count() == 0


@pytest.mark.django_db
class TestListMoments:
    def test_has_whatever_points_into_the_clip_in_its_order(
        self, filmed: Thread, owner: Person, colleague: Person, now: datetime
    ) -> None:
        propose(colleague, filmed, point(4_000, 5_000), now)
        remark(owner, filmed, now, point(1_000, 2_000, CIRCLE))
        remark(owner, filmed, now)
        assert filmed.ask_clip_id is not None

        found = list_moments(actor=owner.actor, clip_id=filmed.ask_clip_id)

        assert [(one.kind, one.moment.start_ms, one.subject_id) for one in found] == [
            ("comment", 1_000, filmed.pk),
            ("suggestion", 4_000, filmed.pk),
        ]

    def test_hides_another_organisations_clip(self, filmed: Thread, outsider: Person) -> None:
        assert filmed.ask_clip_id is not None
        with pytest.raises(NotFound):
            list_moments(actor=outsider.actor, clip_id=filmed.ask_clip_id)
