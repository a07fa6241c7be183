"""What search finds of a thread."""

from __future__ import annotations

from datetime import datetime

import pytest

from api_schema.ids import uuid7
from api_schema.media_jobs import SpeechOutcome, TimedCue, TranscribeResult
from backend.domain.accounts.models import Person
from backend.domain.clips.models import Clip
from backend.domain.clips.moments import Moment as PointedMoment
from backend.domain.clips.transcripts import put_transcript
from backend.domain.equipment.models import Asset
from backend.domain.search.narrowing import Narrowing
from backend.domain.search.queries import Moment, look_up, search
from backend.domain.threads.comments import Remark, comment
from backend.domain.threads.models import Thread
from backend.domain.threads.moving import move_to
from backend.domain.threads.pointing import PointedAt
from backend.domain.threads.states import ThreadStatus, TryOutcome
from backend.domain.threads.suggestions import Proposal, suggest
from backend.domain.threads.tries import Outcome, record_outcome, start_try
from tests.api.world import ask_about

pytestmark = pytest.mark.django_db


@pytest.fixture
def thread(asset: Asset, owner: Person) -> Thread:
    return ask_about(asset, owner)


class TestAThread:
    def test_is_found_by_the_parts_and_notes_of_its_tries_whoever_tried(
        self, thread: Thread, owner: Person, colleague: Person, now: datetime
    ) -> None:
        suggestion = suggest(
            actor=colleague.actor, suggestion_id=uuid7(), thread_id=thread.pk, proposal=Proposal(text="Look."), now=now
        ).row
        tries = [(owner, TryOutcome.FIXED, "bulb sheared"), (colleague, TryOutcome.NO, "gasket perished")]
        for person, became, note in tries:
            attempt = start_try(actor=person.actor, try_id=uuid7(), suggestion_id=suggestion.pk, now=now).row
            outcome = Outcome(became, note=note, parts=f"TX-{len(note)} power head")
            record_outcome(actor=person.actor, try_id=attempt.pk, outcome=outcome, now=now)

        for words in ("sheared", "tx 12", "perished", "TX-15"):
            assert [hit.id for hit in search(actor=owner.actor, words=words)] == [thread.pk], words

    def test_opens_where_a_remark_points(self, thread: Thread, owner: Person, colleague: Person, now: datetime) -> None:
        remark = Remark("That solenoid chatters.", PointedAt(PointedMoment(4_000, 6_000, None)))
        comment(actor=colleague.actor, comment_id=uuid7(), thread_id=thread.pk, remark=remark, now=now)

        (hit,) = search(actor=owner.actor, words="solenoid")

        assert thread.ask_clip_id is not None
        assert hit.moment == Moment(thread.ask_clip_id, 4_000, 6_000)
        assert hit.snippet == "That solenoid chatters."

    def test_that_was_a_duplicate_is_found_again_with_its_captions_and_facts(
        self, thread: Thread, owner: Person, asset: Asset, now: datetime
    ) -> None:
        assert thread.ask_clip_id is not None
        cue = TimedCue(start_ms=0, end_ms=2_000, text="the strainer is clogged", confidence=0.9, words=())
        heard = TranscribeResult(SpeechOutcome.SPEECH, engine="ear", language="en", cues=(cue,))
        put_transcript(Clip.objects.select_for_update().get(pk=thread.ask_clip_id), heard, now=now)

        move_to(thread, ThreadStatus.DUPLICATE, by=owner.pk, now=now)
        meanwhile = search(actor=owner.actor, words="strainer")
        move_to(thread, ThreadStatus.ASKED, by=owner.pk, now=now)

        found = look_up(actor=owner.actor, words="strainer", narrowing=Narrowing(site_id=asset.site_id, code="E-04"))
        assert (meanwhile, [hit.id for hit in found.hits]) == ([], [thread.pk])
