"""Whatever is told, a person reads in their own language: by every module that tells, and in a whole story."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.db import transaction

import backend.domain
from api_schema.events import PushRequested
from api_schema.ids import uuid7
from api_schema.media_jobs import FailureCode
from api_schema.push_payloads import PushKind
from backend.domain.accounts.models import Person, Site
from backend.domain.actor import Role
from backend.domain.asking.certifying import record_certification
from backend.domain.asking.models import AskStatus
from backend.domain.clips.models import Clip
from backend.domain.clips.states import ClipStatus
from backend.domain.clips.telling import tell_author
from backend.domain.corrections.findings import Findings
from backend.domain.corrections.operations import correct_suggestion, withdraw_correction
from backend.domain.corrections.states import Severity
from backend.domain.equipment.models import Asset
from backend.domain.flags.operations import Complaint, flag, resolve_flag
from backend.domain.flags.reminding import remind_of_flags
from backend.domain.flags.states import FlaggedKind, FlagKind, FlagStatus
from backend.domain.howtos.models import HowTo
from backend.domain.howtos.operations import draft_from_thread
from backend.domain.howtos.releasing import release
from backend.domain.howtos.review_reminding import remind_of_reviews
from backend.domain.howtos.reviewing import send_back, submit
from backend.domain.howtos.using import Report, record_use
from backend.domain.threads.call_requests import request_call
from backend.domain.threads.comments import Remark, comment
from backend.domain.threads.hold_checks import ask_due_hold_checks
from backend.domain.threads.models import Suggestion, Thread
from backend.domain.threads.states import TryOutcome
from backend.domain.threads.suggestions import Proposal, suggest
from backend.domain.threads.tries import Outcome, record_outcome, start_try
from backend.domain.threads.waiting import look_after_due_threads
from backend.outbox.models import OutboxEvent
from tests import cast
from tests.domain.asking.peers import asked_about, climb_until, fire, knows, say
from tests.web.pages.pseudo_locale import outside_wraps, pseudo_locale

BRIDGE, RED_CABLE, WHICH_VALVE = "Bridge the flow switch.", "The red cable.", "Which valve?"
DOMAIN = Path(backend.domain.__path__[0])
_MARKS = frozenset({"said", "gettext", "gettext_noop", "ngettext", "pgettext_lazy", "ngettext_lazy", "_"})
_WORDS = re.compile(r"[^\W\d_]{2,}.* | .*[^\W\d_]{2,}")
_NOT_TOLD = frozenset({"why", "refusal"})  # keywords and names: for whoever reads the code, and what is refused


def sentences_outside_marks(node: ast.AST) -> Iterator[str]:
    """Yield what a program says that no translator sees: docstrings and refusals aside."""
    if isinstance(node, ast.Raise) or (isinstance(node, ast.Call) and getattr(node.func, "id", "") in _MARKS):
        return
    if isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant):
        return
    if isinstance(node, ast.keyword) and node.arg in _NOT_TOLD:
        return
    if isinstance(node, ast.Constant) and isinstance(node.value, str) and _WORDS.search(node.value):
        yield node.value
    for child in ast.iter_child_nodes(node):
        yield from sentences_outside_marks(child)


def modules_that_tell() -> list[Path]:
    """Return those that ask for a push, or word one for another module."""
    told = re.compile(r"PushRequested\(|due_push\(|with in_their_language\(")
    return sorted(path for path in DOMAIN.rglob("*.py") if told.search(path.read_text(encoding="utf-8")))


@pytest.mark.parametrize("module", modules_that_tell(), ids=lambda path: str(path.relative_to(DOMAIN)))
def test_no_module_that_tells_says_a_sentence_outside_the_marks(module: Path) -> None:
    source = module.read_text(encoding="utf-8")

    assert list(sentences_outside_marks(ast.parse(source))) == []
    assert "in_their_language(" in source


def test_the_walk_sees_what_is_said() -> None:
    told = 'title = f"Asked again: {name}"\nbody = gettext("It runs.") % {"tag": tag}\nraise NotFound("There is none.")'

    assert list(sentences_outside_marks(ast.parse(told))) == ["Asked again: "]
    assert len(modules_that_tell()) > 15


class Story:
    """A works in which everybody reads German, and nearly everything happens that anybody is told of."""

    def __init__(self, asset: Asset, asker: Person, peer: Person, curator: Person, boss: Person) -> None:
        self.asset, self.asker, self.peer, self.curator, self.boss = asset, asker, peer, curator, boss
        self.now = cast.NOW

    def a_fault_is_fixed(self) -> HowTo:
        thread = asked_about(self.asset, self.asker, self.now)
        knows(self.peer, self.asset, at=self.now)
        (asked,) = fire(thread, 1, self.now)
        say(asked, AskStatus.CLAIMED, self.now)
        with transaction.atomic():
            request_call(actor=self.peer.actor, thread_id=thread.pk, reply_id=uuid7(), now=self.now)
        remark = Remark(RED_CABLE)
        comment(actor=self.peer.actor, comment_id=uuid7(), thread_id=thread.pk, remark=remark, now=self.now)
        self._fix(self._answer(thread, BRIDGE))
        howto = draft_from_thread(organisation_id=thread.organisation_id, thread_id=thread.pk, now=self.now)
        assert howto is not None
        return howto

    def it_holds_for_the_first_day_and_fails_again(self) -> None:
        self.now += timedelta(days=1)
        ask_due_hold_checks(now=self.now)
        asked_about(self.asset, self.boss, self.now)

    def a_how_to_comes_of_it(self, howto: HowTo) -> None:
        one: dict[str, Any] = {"howto_id": howto.pk, "version_number": 1, "now": self.now}
        submit(actor=self.curator.actor, **one)
        send_back(actor=self.boss.actor, reason=WHICH_VALVE, **one)
        release(actor=self.curator.actor, **one)
        report = Report(self.asset.pk, TryOutcome.FIXED)
        record_use(actor=self.curator.actor, use_id=uuid7(), report=report, **one)
        remind_of_reviews(now=self.now + timedelta(days=400))

    def its_answer_is_flagged_and_corrected(self) -> None:
        advice = Suggestion.objects.get(text=BRIDGE)
        flagged = flag(
            actor=self.asker.actor,
            flag_id=uuid7(),
            flagged_kind=FlaggedKind.SUGGESTION,
            flagged_id=advice.pk,
            complaint=Complaint(FlagKind.UNSAFE),
            now=self.now,
        ).row
        remind_of_flags(now=self.now + timedelta(hours=4))
        resolve_flag(actor=self.boss.actor, flag_id=flagged.pk, to=FlagStatus.UPHELD, said="", now=self.now)
        correction = correct_suggestion(
            actor=self.boss.actor,
            correction_id=uuid7(),
            suggestion_id=advice.pk,
            findings=Findings(Severity.UNSAFE, "It bridges.", "It ran dry.", "Isolate it."),
            now=self.now,
        ).row
        withdraw_correction(actor=self.boss.actor, correction_id=correction.pk, reason="Another.", now=self.now)

    def nobody_answers(self) -> None:
        thread = asked_about(self.asset, self.asker, self.now)
        climb_until(thread, self.now + timedelta(hours=4), since=self.now)
        look_after_due_threads(now=self.now + timedelta(days=3))

    def a_clip_cannot_be_used(self) -> None:
        clip = Clip.objects.create(
            id=uuid7(),
            organisation_id=self.asker.organisation_id,
            author=self.asker,
            status=ClipStatus.REJECTED,
            rejection_code=FailureCode.TOO_LONG,
            rejection_reason="The recording is longer than 10 minutes.",
            created_at=self.now,
        )
        with transaction.atomic():
            tell_author(organisation_id=clip.organisation_id, clip_id=clip.pk, now=self.now)

    def _answer(self, thread: Thread, text: str) -> Suggestion:
        proposal = Proposal(text=text)
        said: dict[str, Any] = {"suggestion_id": uuid7(), "thread_id": thread.pk, "proposal": proposal}
        return suggest(actor=self.peer.actor, **said, now=self.now).row

    def _fix(self, advice: Suggestion) -> None:
        actor = self.asker.actor
        how: dict[str, Any] = {"suggestion_id": advice.pk, "acknowledges_caution": True}
        attempt = start_try(actor=actor, try_id=uuid7(), **how, now=self.now).row
        record_outcome(actor=actor, try_id=attempt.pk, outcome=Outcome(TryOutcome.FIXED), now=self.now)


def outside(text: str) -> str:
    return outside_wraps(text)[0].strip()


def test_nothing_that_happens_is_told_in_english_to_whoever_reads_german(
    asset: Asset, owner: Person, colleague: Person, curator: Person, site: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    boss = cast.new_person(site, "Sue Supervisor", Role.SUPERVISOR)
    record_certification(actor=boss.actor, person_id=boss.pk, name="isolation", expires_on=None, now=cast.NOW)
    cast.speak("de", owner, colleague, curator, boss)
    story = Story(asset, owner, colleague, curator, boss)

    with pseudo_locale(monkeypatch, language="de"):
        howto = story.a_fault_is_fixed()
        story.a_how_to_comes_of_it(howto)
        story.it_holds_for_the_first_day_and_fails_again()
        story.its_answer_is_flagged_and_corrected()
        story.nobody_answers()
        story.a_clip_cannot_be_used()

    told = [event.payload for event in OutboxEvent.objects.filter(name=PushRequested.NAME)]
    assert {push["title"] for push in told if outside(push["title"])} == set()
    assert {push["body"] for push in told if outside(push["body"])} <= {BRIDGE, RED_CABLE, WHICH_VALVE}
    assert {push["kind"] for push in told} == set(PushKind) - {PushKind.DIGEST, PushKind.TEST}
