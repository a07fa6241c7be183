"""A fault to ask about, and shorthands for the steps of its story."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

import pytest

from api_schema.ids import uuid7
from backend.domain.accounts.models import Person, Site
from backend.domain.equipment.models import Asset
from backend.domain.threads.models import Suggestion, Thread, Try
from backend.domain.threads.operations import Question, ask
from backend.domain.threads.suggestions import Proposal, suggest
from backend.domain.threads.tries import start_try
from tests import cast
from tests.plugins.replaying import replayed


@pytest.fixture
def peers(site: Site) -> list[Person]:
    """Five technicians, all on shift."""
    return [cast.new_person(site, f"{name} Peer") for name in ("Ann", "Bob", "Cy", "Di", "Ed")]


@pytest.fixture
@replayed
def thread(owner: Person, asset: Asset, now: datetime) -> Thread:
    """The owner's open thread: E4 on the chiller."""
    question = Question(asset_id=asset.pk, title="Chiller will not start", fault_code="E 04")
    return ask(actor=owner.actor, thread_id=uuid7(), question=question, now=now).thread


@pytest.fixture
def answer(thread: Thread, now: datetime) -> Callable[[Person, str], Suggestion]:
    """Return a function by which a person answers the thread."""

    def post(person: Person, text: str = "Clean the strainer.") -> Suggestion:
        created = suggest(
            actor=person.actor, suggestion_id=uuid7(), thread_id=thread.pk, proposal=Proposal(text=text), now=now
        )
        return created.row

    return post


@pytest.fixture
def attempt(now: datetime) -> Callable[[Person, Suggestion], Try]:
    """Return a function by which a person starts to try a suggestion."""

    def start(person: Person, suggestion: Suggestion) -> Try:
        return start_try(actor=person.actor, try_id=uuid7(), suggestion_id=suggestion.pk, now=now).row

    return start
