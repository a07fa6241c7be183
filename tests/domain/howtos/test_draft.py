from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from uuid import UUID

import pytest

from backend.domain.accounts.models import Person
from backend.domain.clips.corrections import correct_cue
from backend.domain.clips.models import Artefact, Cue
from backend.domain.errors import NotFound
from backend.domain.howtos.editing import Changes, edit_draft
from backend.domain.howtos.models import Credit, HowTo, HowToVersion
from backend.domain.howtos.operations import draft_from_clip, draft_from_thread
from backend.domain.howtos.queries import get_howto
from backend.domain.threads.models import Thread, Try
from backend.outbox.models import OutboxEvent
from tests import cast


def asked_to_review() -> list[str]:
    pushes = OutboxEvent.objects.filter(name="push.requested", payload__kind="howto_review").order_by("id")
    return [push.payload["recipient_id"] for push in pushes]


class TestDraftFromThread:
    def test_says_what_the_thread_learnt_with_steps_at_their_moments(
        self, howto: HowTo, fixing_try: Try, curator: Person
    ) -> None:
        draft = get_howto(actor=curator.actor, howto_id=howto.pk)

        version = draft.version
        assert (version.number, version.publication, howto.confidence) == (1, "draft", "wip")
        assert (version.title, version.problem) == ("Chiller will not start", "Chiller will not start")
        assert (version.cause, version.remedy) == (
            "Strainer clogged with scale",
            "Cleaned the strainer. Bled the air.",
        )
        assert version.environment == "Zephrane AC-350, air-cooled chiller, shows E 04, at Leeds depot"
        assert version.hazards == ""
        assert [(step.text, step.start_ms, step.end_ms) for step in draft.steps] == [
            ("First I close both valves.", 0, 2_000),
            ("Then the strainer comes out.", 2_000, 4_200),
            ("It is full of scale.", 4_200, 8_800),
        ]
        assert {step.clip_id for step in draft.steps} == {fixing_try.clip_id}

    def test_credits_asker_and_answerer(self, howto: HowTo, owner: Person, colleague: Person) -> None:
        credited = Credit.objects.filter(howto=howto).order_by("contribution")

        assert [(credit.person_id, credit.contribution) for credit in credited] == [
            (colleague.pk, "answered"),
            (owner.pk, "asked"),
        ]

    def test_is_one_draft_and_one_question_to_the_curator_however_often_it_is_told(
        self, howto: HowTo, fixing_try: Try, curator: Person, now: datetime
    ) -> None:
        again = draft_from_thread(organisation_id=fixing_try.organisation_id, thread_id=fixing_try.thread_id, now=now)

        assert again == howto
        assert HowToVersion.objects.count() == 1
        assert asked_to_review() == [str(curator.pk)]

    def test_takes_its_steps_from_the_suggestion_until_captions_arrive(
        self, fixing_try: Try, caption: Callable[[Try], None], curator: Person, now: datetime
    ) -> None:
        organisation_id = fixing_try.organisation_id
        howto = draft_from_thread(organisation_id=organisation_id, thread_id=fixing_try.thread_id, now=now)
        assert howto is not None
        before = [step.text for step in get_howto(actor=curator.actor, howto_id=howto.pk).steps]

        caption(fixing_try)
        assert fixing_try.clip_id is not None
        draft_from_clip(organisation_id=organisation_id, clip_id=fixing_try.clip_id, now=now)

        after = [step.text for step in get_howto(actor=curator.actor, howto_id=howto.pk).steps]
        assert before == ["Close both valves.", "Clean the strainer."]
        assert after[0] == "First I close both valves."

    def test_takes_no_steps_from_captions_that_are_not_complete(
        self, fixing_try: Try, caption: Callable[[Try], None], curator: Person, now: datetime
    ) -> None:
        caption(fixing_try)
        Artefact.objects.filter(clip=fixing_try.clip, kind="captions").update(status="playable")

        howto = draft_from_thread(organisation_id=fixing_try.organisation_id, thread_id=fixing_try.thread_id, now=now)

        assert howto is not None
        steps = [step.text for step in get_howto(actor=curator.actor, howto_id=howto.pk).steps]
        assert steps == ["Close both valves.", "Clean the strainer."]

    def test_follows_a_caption_that_was_corrected(
        self, howto: HowTo, fixing_try: Try, owner: Person, curator: Person, now: datetime
    ) -> None:
        cue = Cue.objects.get(clip=fixing_try.clip, position=0)
        text = "First I close both gate valves. Then the"
        correct_cue(actor=owner.actor, clip_id=cue.clip_id, cue_id=cue.pk, text=text, version=0, now=now)
        (told,) = OutboxEvent.objects.filter(name="captions.ready")

        draft_from_clip(organisation_id=howto.organisation_id, clip_id=UUID(told.payload["clip_id"]), now=now)

        steps = get_howto(actor=curator.actor, howto_id=howto.pk).steps
        assert (steps[0].text, steps[0].start_ms, steps[0].end_ms) == ("First I close both gate valves.", 0, 2_100)

    def test_leaves_alone_what_somebody_edited(
        self, howto: HowTo, fixing_try: Try, curator: Person, now: datetime
    ) -> None:
        edit_draft(
            actor=curator.actor, howto_id=howto.pk, now=cast.NOW, changes=Changes(title="Clean the strainer", steps=())
        )

        draft_from_thread(organisation_id=fixing_try.organisation_id, thread_id=fixing_try.thread_id, now=now)

        kept = get_howto(actor=curator.actor, howto_id=howto.pk)
        assert (kept.version.title, kept.steps) == ("Clean the strainer", [])

    def test_makes_nothing_of_a_thread_that_is_not_fixed(self, thread: Thread, now: datetime) -> None:
        drafted = draft_from_thread(organisation_id=thread.organisation_id, thread_id=thread.pk, now=now)

        assert drafted is None
        assert HowTo.objects.count() == 0

    def test_hides_another_organisations_thread_as_missing(
        self, fixing_try: Try, outsider: Person, now: datetime
    ) -> None:
        with pytest.raises(NotFound):
            draft_from_thread(organisation_id=outsider.organisation_id, thread_id=fixing_try.thread_id, now=now)

        assert HowTo.objects.count() == 0

    def test_asks_a_supervisor_where_there_is_no_curator(
        self, fixing_try: Try, colleague: Person, now: datetime
    ) -> None:
        colleague.role = "supervisor"
        colleague.save(update_fields=["role"])

        draft_from_thread(organisation_id=fixing_try.organisation_id, thread_id=fixing_try.thread_id, now=now)

        assert asked_to_review() == [str(colleague.pk)]
