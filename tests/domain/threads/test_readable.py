"""Who reads an open thread: everybody, but of supervisors only those who have something to do with it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta

import pytest
from django.utils import timezone

from api_schema.ids import uuid7
from backend.domain import tenancy
from backend.domain.accounts.models import Community, Membership, Person, Site
from backend.domain.actor import Actor, Role
from backend.domain.asking.certifying import record_certification
from backend.domain.asking.models import Ask, AskRound, AskStatus, RoundStatus, Wave
from backend.domain.asking.waiting_clock import waiting_clock
from backend.domain.clips.models import Clip
from backend.domain.corrections.models import Recall
from backend.domain.equipment.models import Asset
from backend.domain.errors import NotFound
from backend.domain.flags.operations import Complaint, flag
from backend.domain.flags.states import FlaggedKind, FlagKind
from backend.domain.search.queries import search
from backend.domain.threads.comments import Remark, comment
from backend.domain.threads.models import Suggestion, Thread
from backend.domain.threads.operations import Question, ask, move_thread
from backend.domain.threads.queries import get_thread, list_threads
from backend.domain.threads.states import ThreadStatus, TryOutcome
from backend.domain.threads.suggestions import Proposal, suggest
from backend.domain.threads.tries import Outcome, record_outcome, start_try
from backend.live.opening import Wish, open_stream
from tests import cast
from tests.api.world import correct
from tests.domain.asking.peers import fire, knows, say

Arrange = Callable[[Thread, Person, datetime], object]


@pytest.fixture
def supervisor(site: Site) -> Person:
    return cast.new_person(site, "Sam Supervisor", Role.SUPERVISOR)


def reads(person: Person, thread: Thread) -> bool:
    """Return whether the person reads it, after checking that each way to it says the same."""
    found = {
        "one": _is_found(person, thread),
        "list": list_threads(actor=person.actor).filter(pk=thread.pk).exists(),
        "search": any(hit.id == thread.pk for hit in search(actor=person.actor, words=thread.title)),
    }
    assert len(set(found.values())) == 1, found
    return found["one"]


def _is_found(person: Person, thread: Thread) -> bool:
    try:
        get_thread(actor=person.actor, thread_id=thread.pk)
    except NotFound:
        return False
    return True


def in_community(*, family: str = "", elsewhere: bool = False) -> Arrange:
    def arrange(thread: Thread, sam: Person, _now: datetime) -> None:
        site = cast.new_site(sam.organisation, "Hull yard") if elsewhere else thread.asset.site
        facts = {"organisation": sam.organisation, "name": "Theirs", "family": family, "site": site}
        community = Community.objects.create(**facts)
        Membership.objects.create(organisation=sam.organisation, community=community, person=sam)

    return arrange


def in_a_community_for_everything(_thread: Thread, sam: Person, _now: datetime) -> None:
    cast.everybodys_community(sam.organisation)


def others_have_a_community(_thread: Thread, sam: Person, _now: datetime) -> None:
    community = cast.everybodys_community(sam.organisation)
    Membership.objects.filter(community=community, person=sam).delete()


def is_next(thread: Thread, sam: Person, _now: datetime) -> None:
    Thread.objects.filter(pk=thread.pk).update(next_owner=sam)


def is_asked(thread: Thread, sam: Person, now: datetime) -> None:
    knows(sam, thread.asset, at=now)
    fire(thread, 1, now)


def claims(thread: Thread, sam: Person, now: datetime) -> None:
    is_asked(thread, sam, now)
    say(Ask.objects.get(person=sam), AskStatus.CLAIMED, now)


def is_named(thread: Thread, sam: Person, _now: datetime) -> None:
    Wave.objects.filter(round__thread_id=thread.pk, number=1).update(names=sam)


def answers(thread: Thread, sam: Person, now: datetime, text: str = "Clean the strainer.") -> Suggestion:
    proposal = Proposal(text=text)
    curator = cast.new_person(sam.site, "Said By", Role.CURATOR)  # who reads it: the reason is what is said
    created = suggest(actor=curator.actor, suggestion_id=uuid7(), thread_id=thread.pk, proposal=proposal, now=now)
    Suggestion.objects.filter(pk=created.row.pk).update(author=sam)
    return created.row


def somebody_answers(thread: Thread, sam: Person, now: datetime) -> None:
    peer = cast.new_person(sam.site, "Ann Answers")
    proposal = Proposal(text="Bridge the flow switch.")
    suggest(actor=peer.actor, suggestion_id=uuid7(), thread_id=thread.pk, proposal=proposal, now=now)


def is_to_sign(thread: Thread, sam: Person, now: datetime) -> None:
    somebody_answers(thread, sam, now)
    admin = cast.new_person(sam.site, "Ada Admin", Role.ADMIN)
    record_certification(actor=admin.actor, person_id=sam.pk, name="Isolation", expires_on=None, now=now)


def it_is_flagged(thread: Thread, sam: Person, now: datetime) -> None:
    somebody_answers(thread, sam, now)
    said = Suggestion.objects.get(thread=thread)
    what = {"flagged_kind": FlaggedKind.SUGGESTION, "flagged_id": said.pk, "complaint": Complaint(FlagKind.RUDE)}
    flag(actor=thread.asker.actor, flag_id=uuid7(), **what, now=now)  # type: ignore[arg-type]


def it_is_recalled(thread: Thread, sam: Person, now: datetime) -> None:
    somebody_answers(thread, sam, now)
    said = Suggestion.objects.get(thread=thread)
    Recall.objects.create(organisation=sam.organisation, suggestion=said, begun_at=now)


def corrects(thread: Thread, sam: Person, now: datetime) -> None:
    somebody_answers(thread, sam, now)
    correct(Suggestion.objects.get(thread=thread), sam)


def comments(thread: Thread, sam: Person, now: datetime) -> None:
    said = comment(
        actor=thread.asker.actor, comment_id=uuid7(), thread_id=thread.pk, remark=Remark(text="Look."), now=now
    )
    type(said.row).objects.filter(pk=said.row.pk).update(author=sam)


def asked_again_by_them(thread: Thread, sam: Person, now: datetime) -> None:
    for to in (ThreadStatus.PARKED, ThreadStatus.ASKED):
        move_thread(actor=as_curator(sam), thread_id=thread.pk, to=to, now=now)


def as_curator(person: Person) -> Actor:
    return replace(person.actor, role=Role.CURATOR)


def nobody_answered(thread: Thread, _sam: Person, _now: datetime) -> None:
    AskRound.objects.filter(thread_id=thread.pk).update(status=RoundStatus.UNANSWERED)


def its_owner_let_it_lie(thread: Thread, _sam: Person, _now: datetime) -> None:
    Thread.objects.filter(pk=thread.pk).update(reminders_count=1)


def is_fixed(thread: Thread, sam: Person, now: datetime) -> None:
    somebody_answers(thread, sam, now)
    said = Suggestion.objects.get(thread=thread)
    tried = start_try(
        actor=thread.asker.actor, try_id=uuid7(), suggestion_id=said.pk, acknowledges_caution=True, now=now
    )
    record_outcome(actor=thread.asker.actor, try_id=tried.row.pk, outcome=Outcome(TryOutcome.FIXED), now=now)


def is_given_up(thread: Thread, _sam: Person, now: datetime) -> None:
    move_thread(actor=thread.asker.actor, thread_id=thread.pk, to=ThreadStatus.UNSOLVED, now=now)


def is_put_aside(thread: Thread, _sam: Person, now: datetime) -> None:
    move_thread(actor=thread.asker.actor, thread_id=thread.pk, to=ThreadStatus.PARKED, now=now)


READ = [
    in_community(),
    in_community(family="air-cooled chiller"),
    in_a_community_for_everything,
    is_next,
    is_asked,
    claims,
    is_named,
    answers,
    comments,
    asked_again_by_them,
    nobody_answered,
    its_owner_let_it_lie,
    is_to_sign,
    it_is_flagged,
    it_is_recalled,
    corrects,
    is_fixed,
    is_given_up,
]
NOT_READ = [
    lambda _thread, _sam, _now: None,
    in_community(family="cassette unit"),
    in_community(elsewhere=True),
    others_have_a_community,
    somebody_answers,
    is_put_aside,
]


class TestASupervisor:
    @pytest.mark.parametrize("arrange", READ)
    def test_reads_what_is_theirs_to_look_after(
        self, thread: Thread, supervisor: Person, now: datetime, arrange: Arrange
    ) -> None:
        assert not reads(supervisor, thread)

        arrange(thread, supervisor, now)

        assert reads(supervisor, thread)

    @pytest.mark.parametrize("arrange", NOT_READ)
    def test_and_no_other_open_thread(
        self, thread: Thread, supervisor: Person, now: datetime, arrange: Arrange
    ) -> None:
        arrange(thread, supervisor, now)

        assert not reads(supervisor, thread)
        with pytest.raises(NotFound):
            waiting_clock(actor=supervisor.actor, thread_id=thread.pk, now=now)

    def test_watches_no_thread_that_they_do_not_read(self, thread: Thread, supervisor: Person, now: datetime) -> None:
        wish = Wish(thread.pk, token=cast.session_token(supervisor), ticket=None, last_event_id=None)

        with pytest.raises(NotFound):
            open_stream(wish, now=timezone.now())
        in_a_community_for_everything(thread, supervisor, now)
        open_stream(wish, now=timezone.now())

    def test_reads_what_they_ask_themselves(self, supervisor: Person, asset: Asset, now: datetime) -> None:
        question = Question(asset_id=asset.pk, title="Pump hums and will not turn")
        thread = ask(actor=supervisor.actor, thread_id=uuid7(), question=question, now=now).thread

        assert reads(supervisor, thread)

    def test_reads_no_longer_what_is_answered_at_last(self, thread: Thread, supervisor: Person, now: datetime) -> None:
        nobody_answered(thread, supervisor, now)
        somebody_answers(thread, supervisor, now + timedelta(days=1))

        assert not reads(supervisor, thread)

    def test_reads_the_question_that_came_back_for_their_fix(
        self, thread: Thread, supervisor: Person, asset: Asset, owner: Person, now: datetime
    ) -> None:
        is_fixed(thread, supervisor, now)
        Suggestion.objects.filter(thread=thread).update(author=supervisor)
        question = Question(asset_id=asset.pk, title="Chiller is down", fault_code="E4")
        again = ask(actor=owner.actor, thread_id=uuid7(), question=question, now=now + timedelta(days=2)).thread

        assert again.repeat_of_id == thread.pk
        assert reads(supervisor, again)

    def test_sees_the_clips_of_what_they_read(
        self, supervisor: Person, asset: Asset, owner: Person, now: datetime
    ) -> None:
        question = Question(asset_id=asset.pk, title="Chiller will not start", clip_id=uuid7())
        thread = ask(actor=owner.actor, thread_id=uuid7(), question=question, now=now).thread
        clips = tenancy.within(supervisor.actor, Clip).filter(thread_id=thread.pk)

        assert not clips.exists()
        in_a_community_for_everything(thread, supervisor, now)
        assert clips.count() == 1


@pytest.mark.parametrize("role", [Role.TECHNICIAN, Role.CURATOR, Role.ADMIN])
def test_everybody_else_reads_every_thread(thread: Thread, site: Site, role: Role) -> None:
    assert reads(cast.new_person(site, "Pat Person", role), thread)
