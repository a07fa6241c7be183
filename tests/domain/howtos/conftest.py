"""A fixed thread and the how-to drafted from it."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

import pytest

from api_schema.ids import uuid7
from backend.domain import tenancy
from backend.domain.accounts.models import Person
from backend.domain.clips.models import Artefact, Cue
from backend.domain.clips.states import ArtefactKind, ArtefactStatus
from backend.domain.howtos.models import HowTo
from backend.domain.howtos.operations import draft_from_thread
from backend.domain.threads.models import Suggestion, Thread, Try
from backend.domain.threads.states import TryOutcome
from backend.domain.threads.tries import Outcome, record_outcome, start_try
from tests.plugins.replaying import replayed

Caption = Callable[[Try], None]


@pytest.fixture
@replayed
def fixing_try(
    thread: Thread, answer: Callable[[Person, str], Suggestion], owner: Person, colleague: Person, now: datetime
) -> Try:
    """The owner's filmed try of the colleague's suggestion, which fixed the thread."""
    suggestion = answer(colleague, "Close both valves. Clean the strainer.")
    attempt = start_try(actor=owner.actor, try_id=uuid7(), suggestion_id=suggestion.pk, clip_id=uuid7(), now=now).row
    outcome = Outcome(
        outcome=TryOutcome.FIXED, cause="Strainer clogged with scale", remedy="Cleaned the strainer. Bled the air."
    )
    return record_outcome(actor=owner.actor, try_id=attempt.pk, outcome=outcome, now=now)


@pytest.fixture
def caption(now: datetime) -> Caption:
    """Return a function that gives the clip of a try its captions, all of them."""

    def write(attempt: Try) -> None:
        spoken = ["First I close both valves. Then the", "strainer comes out. It is full of", "scale."]
        assert attempt.clip_id is not None
        rows = [
            Cue(
                organisation_id=attempt.organisation_id,
                clip_id=attempt.clip_id,
                position=position,
                start_ms=position * 3_000,
                end_ms=position * 3_000 + 2_800,
                text=text,
                confidence=0.5,
                language="en",
                engine="test",
            )
            for position, text in enumerate(spoken)
        ]
        tenancy.create_many(Cue, rows)
        captions, ready = ArtefactKind.CAPTIONS, ArtefactStatus.READY
        whose = {"organisation_id": attempt.organisation_id, "clip_id": attempt.clip_id}
        tenancy.create(Artefact, **whose, kind=captions, status=ready, updated_at=now)

    return write


@pytest.fixture
@replayed
def howto(fixing_try: Try, caption: Caption, curator: Person, now: datetime) -> HowTo:
    """The draft made from the captioned try; the organisation has a curator."""
    caption(fixing_try)
    drafted = draft_from_thread(organisation_id=fixing_try.organisation_id, thread_id=fixing_try.thread_id, now=now)
    assert drafted is not None
    return drafted
