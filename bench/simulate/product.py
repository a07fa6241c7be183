"""The product's own operations for one staged organisation, with the time of the simulation passed in."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.db.models import Min

from api_schema.events import EVENTS, Event, PushCancelled, PushRequested, WaveDue
from api_schema.ids import uuid7
from api_schema.wire import from_wire
from backend.domain import tenancy
from backend.domain.asking.models import Ask, AskRound, RoundStatus, Wave, WaveStatus
from backend.domain.errors import DomainError
from backend.domain.threads import waiting
from backend.domain.threads.models import Thread
from backend.domain.threads.operations import Question, ask, move_thread
from backend.domain.threads.responding import AskResponse, respond
from backend.domain.threads.states import OPEN_STATUSES, ThreadStatus, TryOutcome, Urgency
from backend.domain.threads.suggestions import Proposal, suggest
from backend.domain.threads.tries import Outcome, record_outcome, start_try
from backend.jobs.push_policy import policies_for
from backend.outbox.models import OutboxEvent
from bench.simulate.organisation import Staged
from bench.simulate.world import Fault
from notifications.service import Telling

# What the month asks of the outbox; the rest (how-to drafts, live updates, media) is no part of it.
_HEARD: frozenset[str] = frozenset({PushRequested.NAME, PushCancelled.NAME, WaveDue.NAME})


@dataclass
class Product:
    """Every call is one that a phone, or the beat, would cause. Refusals are answers: they come back as False."""

    staged: Staged

    def ask(self, fault: Fault, now: datetime) -> UUID:
        """Open a thread; return its id."""
        asset = self.staged.asset_of(fault)
        question = Question(
            asset_id=asset.pk,
            title=f"{asset.tag} shows {fault.code_shown}",
            fault_code=fault.code_shown,
            urgency=Urgency(fault.urgency),
        )
        asker = self.staged.people[fault.asker]
        return ask(actor=asker.actor, thread_id=uuid7(), question=question, now=now).thread.pk

    def fire_due_waves(self, now: datetime) -> int:
        return waiting.fire_due_waves(now=now)

    def look_after_due_threads(self, now: datetime) -> int:
        return waiting.look_after_due_threads(now=now)

    def next_due_at(self) -> datetime | None:
        """Return when the next waiting wave of this organisation is due."""
        waves = tenancy.within_organisation(self.staged.organisation.pk, Wave).filter(
            status=WaveStatus.WAITING, round__status=RoundStatus.OPEN
        )
        due_at: datetime | None = waves.aggregate(next=Min("due_at"))["next"]
        return due_at

    def respond(self, person: int, thread_id: UUID, response: AskResponse, now: datetime) -> bool:
        """Press a button of the push. Return whether the product took it."""
        actor = self.staged.people[person].actor
        asks = tenancy.within(actor, Ask).filter(person_id=actor.person_id, round__thread_id=thread_id)
        asked = asks.order_by("-asked_at").first()
        if asked is None:
            return False
        try:
            respond(actor=actor, ask_id=asked.pk, response=response, now=now)
        except DomainError:  # too late, or nobody to refer to: the phone shows why
            return False
        return True

    def suggest(self, person: int, thread_id: UUID, now: datetime) -> UUID | None:
        """Answer a thread; return the suggestion's id, or None when the thread takes no more."""
        suggestion_id, actor = uuid7(), self.staged.people[person].actor
        proposal = Proposal(text="Do what I did.")
        try:
            suggest(actor=actor, suggestion_id=suggestion_id, thread_id=thread_id, proposal=proposal, now=now)
        except DomainError:  # withdrawn, or given up
            return None
        return suggestion_id

    def start_try(self, person: int, suggestion_id: UUID, now: datetime) -> UUID | None:
        try:
            actor = self.staged.people[person].actor
            return start_try(actor=actor, try_id=uuid7(), suggestion_id=suggestion_id, now=now).row.pk
        except DomainError:  # another try runs, or the thread is over
            return None

    def record_outcome(self, person: int, try_id: UUID, *, is_fixed: bool, now: datetime) -> None:
        outcome = Outcome(outcome=TryOutcome.FIXED if is_fixed else TryOutcome.NO)
        record_outcome(actor=self.staged.people[person].actor, try_id=try_id, outcome=outcome, now=now)

    def give_up(self, person: int, thread_id: UUID, now: datetime) -> None:
        """Close a thread that its asker waits for no longer; one that is over stays as it is."""
        actor = self.staged.people[person].actor
        if tenancy.within(actor, Thread).filter(pk=thread_id, status__in=OPEN_STATUSES).exists():
            move_thread(actor=actor, thread_id=thread_id, to=ThreadStatus.UNSOLVED, now=now)

    def push_at(self, event: PushRequested, now: datetime) -> datetime:
        """Return when the push side would send this: it keeps out of people's hours off."""
        telling = Telling(event.organisation_id, event.recipient_id, event.kind, event.urgency)
        return policies_for([telling], now)[telling].push_at

    def exploration_share(self) -> float:
        """Return the share of asks that went to somebody to learn what they know."""
        asks = tenancy.within_organisation(self.staged.organisation.pk, Ask).filter(is_silent=False)
        return asks.filter(is_exploration=True).count() / max(1, asks.count())

    @transaction.atomic
    def drain_outbox(self) -> list[Event]:
        """Take what the operations told since the last time, oldest first."""
        rows = list(OutboxEvent.objects.order_by("pk").values_list("pk", "name", "payload"))
        OutboxEvent.objects.filter(pk__in=[pk for pk, _, _ in rows]).delete()
        return [from_wire(EVENTS[name], payload) for _, name, payload in rows if name in _HEARD]

    def end(self) -> None:
        """Leave nothing that waits: another organisation's month may follow on this database."""
        organisation_id = self.staged.organisation.pk
        tenancy.within_organisation(organisation_id, Wave).filter(status=WaveStatus.WAITING).update(
            status=WaveStatus.CANCELLED
        )
        tenancy.within_organisation(organisation_id, AskRound).filter(status=RoundStatus.OPEN).update(
            status=RoundStatus.CLOSED
        )
        OutboxEvent.objects.all().delete()
