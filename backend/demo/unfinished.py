"""What is not over in the demo organisation: open, parked and reopened faults, and searches that found nothing."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

from django.db import transaction

from api_schema.ids import uuid7
from backend.demo.finding import find_demo_organisation, wait_for_other_runs
from backend.demo.lasting_ids import lasting_id
from backend.domain import tenancy
from backend.domain.accounts.models import Organisation, Person
from backend.domain.actor import Actor
from backend.domain.asking.models import Wave, WaveStatus
from backend.domain.equipment.models import Asset
from backend.domain.insights.models import SearchNote
from backend.domain.insights.noting import note_search
from backend.domain.search.languages import only_words
from backend.domain.search.queries import search
from backend.domain.threads.deflecting import deflect
from backend.domain.threads.hold_answers import answer_hold_check
from backend.domain.threads.models import HoldCheck, Suggestion, Thread, Try
from backend.domain.threads.operations import AskedThread, Question, ask, move_thread
from backend.domain.threads.states import ThreadStatus, TryOutcome, Urgency
from backend.domain.threads.suggestions import Proposal, suggest
from backend.domain.threads.tries import Outcome, record_outcome, start_try
from backend.domain.threads.waiting import fire_wave
from backend.live.purging import purge_old_events

_FILE = Path(__file__).with_name("unfinished.json")


@transaction.atomic
def load_unfinished(*, now: datetime) -> int:
    """
    Let the demo's people live through what is not over, in the days before `now`. Return how many threads are new.

    By the product's own operations. What is still asked goes on being asked by the Cuppa that runs.
    Transaction: opens its own, around everything.
    Idempotent: a thread or search that is there is left as it is, also when two runs go on at the same time.

    :raises NoDemoOrganisation: there is none to live through it.
    """
    organisation = find_demo_organisation()
    wait_for_other_runs(organisation)
    written = json.loads(_FILE.read_text(encoding="utf-8"))
    people = {person.name: person.actor for person in _people(organisation)}
    oldest_first = sorted(written["stories"], key=lambda story: -story["hours_ago"])
    new_count = sum(_tell(story, organisation, people, now=now) for story in oldest_first)
    for row in written["searches"]:
        _look_for(row["words"], people[row["person"]], at=now - timedelta(hours=row["hours_ago"]))
    purge_old_events(now=now)  # nobody watched
    return new_count


def _people(organisation: Organisation) -> list[Person]:
    return list(tenancy.within_organisation(organisation.pk, Person).filter(is_active=True))


def _tell(row: dict[str, Any], organisation: Organisation, people: dict[str, Actor], *, now: datetime) -> bool:
    thread_id = lasting_id(organisation, row["key"])
    if tenancy.within_organisation(organisation.pk, Thread).filter(pk=thread_id).exists():
        return False
    asset = tenancy.within_organisation(organisation.pk, Asset).get(tag=row["asset"])
    question = Question(
        asset_id=asset.pk,
        title=row["title"],
        description=row["description"],
        fault_code=row["code"],
        urgency=Urgency(row.get("urgency", Urgency.CUSTOMER_WAITING)),
    )
    asker, at = people[row["asker"]], now - timedelta(hours=row["hours_ago"])
    asked = ask(actor=asker, thread_id=thread_id, question=question, now=at)
    answerer = people[row["answerer"]] if "answerer" in row else asker
    story = _Story(asked, asker, answerer, row.get("suggestion", ""), at)
    for step in row["steps"]:
        _STEPS[step](story)
    return True


@dataclass
class _Story:
    """One thread, as far as it has been told; each step takes some time."""

    asked: AskedThread
    asker: Actor
    answerer: Actor
    advice: str
    at: datetime

    @property
    def thread_id(self) -> UUID:
        return self.asked.thread.pk

    def answer(self) -> None:
        self.at += timedelta(minutes=7)
        proposal = Proposal(text=self.advice)
        suggest(actor=self.answerer, suggestion_id=uuid7(), thread_id=self.thread_id, proposal=proposal, now=self.at)

    def begin_try(self) -> None:
        self.at += timedelta(minutes=5)
        suggestion = tenancy.within(self.asker, Suggestion).get(thread_id=self.thread_id)
        start_try(actor=self.asker, try_id=uuid7(), suggestion_id=suggestion.pk, acknowledges_caution=True, now=self.at)

    def end_try(self, outcome: TryOutcome) -> None:
        self.at += timedelta(minutes=35)
        running = tenancy.within(self.asker, Try).get(thread_id=self.thread_id, outcome="")
        record_outcome(actor=self.asker, try_id=running.pk, outcome=Outcome(outcome, minutes=35), now=self.at)

    def wait_in_vain(self) -> None:
        """Fire the waves, each when it is due, until the ladder ends."""
        waves = tenancy.within(self.asker, Wave).filter(round__thread_id=self.thread_id, status=WaveStatus.WAITING)
        while (wave := waves.order_by("due_at", "number").first()) is not None:
            self.at = max(self.at, wave.due_at)
            fire_wave(organisation_id=wave.organisation_id, wave_id=wave.pk, now=self.at)

    def move(self, to: ThreadStatus) -> None:
        self.at += timedelta(minutes=20)
        move_thread(actor=self.asker, thread_id=self.thread_id, to=to, now=self.at)

    def fail_again(self) -> None:
        self.at += timedelta(days=1, hours=2)
        check = tenancy.within(self.asker, HoldCheck).get(thread_id=self.thread_id, days=1)
        answer_hold_check(actor=self.asker, thread_id=self.thread_id, check_id=check.pk, has_held=False, now=self.at)

    def take_what_is_known(self) -> None:
        self.at += timedelta(minutes=2)
        best = self.asked.similar[0]
        deflect(actor=self.asker, thread_id=self.thread_id, kind=best.kind, subject_id=best.id, now=self.at)


_STEPS: dict[str, Callable[[_Story], None]] = {
    "answer": _Story.answer,
    "try": _Story.begin_try,
    "no": lambda story: story.end_try(TryOutcome.NO),
    "fixed": lambda story: story.end_try(TryOutcome.FIXED),
    "nobody": _Story.wait_in_vain,
    "park": lambda story: story.move(ThreadStatus.PARKED),
    "give_up": lambda story: story.move(ThreadStatus.UNSOLVED),
    "failed_again": _Story.fail_again,
    "this_is_it": _Story.take_what_is_known,
}


def _look_for(words: str, person: Actor, *, at: datetime) -> None:
    noted = tenancy.within(person, SearchNote).filter(person_id=person.person_id, words=only_words(words).lower())
    if not noted.exists():
        note_search(actor=person, words=words, hits=search(actor=person, words=words), language="en", now=at)
