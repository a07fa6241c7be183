"""What is hazardous lies under a caution until a second, certified person has signed for it."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta

import pytest

from api_schema.ids import uuid7
from api_schema.media_jobs import SpeechOutcome, TimedCue, TranscribeResult
from backend.domain.accounts.models import Person
from backend.domain.actor import Role
from backend.domain.asking.certifying import record_certification
from backend.domain.clips.models import Artefact, Clip
from backend.domain.clips.states import ArtefactKind, ArtefactStatus
from backend.domain.clips.transcripts import put_transcript
from backend.domain.errors import IllegalMove, InvalidInput, NotAllowed, NotFound
from backend.domain.hazards.errors import CautionNotAcknowledged
from backend.domain.hazards.models import Caution, CautionSignature, HazardRule
from backend.domain.hazards.signing import sign_caution
from backend.domain.hazards.words import hazards_of, reset_hazard, set_hazard
from backend.domain.threads.cautioning import cover_from_captions
from backend.domain.threads.models import Suggestion, Thread, Try
from backend.domain.threads.suggestions import Proposal, suggest
from backend.domain.threads.tries import start_try
from backend.outbox.models import OutboxEvent
from tests import cast

pytestmark = pytest.mark.django_db

Answer = Callable[..., Suggestion]
BRIDGE = "Bridge the flow switch."
BRIDGE_AND_WELD = "Bridge the flow switch, then weld it."


@pytest.fixture
def certify(site: object, now: datetime) -> Callable[[Person, str], None]:
    """Return a function by which a supervisor records what somebody is certified for."""
    boss = cast.new_person(site, "Sue Supervisor", Role.SUPERVISOR)  # type: ignore[arg-type]

    def record(person: Person, name: str) -> None:
        record_certification(actor=boss.actor, person_id=person.pk, name=name, expires_on=None, now=now)

    return record


Certify = Callable[[Person, str], None]


def caution_of(suggestion: Suggestion) -> Caution:
    suggestion.refresh_from_db()
    assert suggestion.caution is not None
    return suggestion.caution


def sign(person: Person, suggestion: Suggestion, now: datetime, note: str = "Read.") -> Caution:
    return sign_caution(actor=person.actor, caution_id=caution_of(suggestion).pk, note=note, now=now)


def safety_pushes() -> list[dict[str, object]]:
    rows = OutboxEvent.objects.filter(name="push.requested", payload__kind="safety").order_by("id")
    return [row.payload for row in rows]


def everything() -> tuple[int, ...]:
    return tuple(model.objects.count() for model in (Caution, CautionSignature, Try, OutboxEvent, HazardRule))


class TestAnAnswer:
    def test_with_hazardous_words_is_covered_from_the_start(self, answer: Answer, colleague: Person) -> None:
        caution = caution_of(answer(colleague, BRIDGE))

        assert caution.is_covered
        assert [(word["kind"], word["said"], word["start"]) for word in caution.words] == [
            ("isolation", "Bridge the flow switch", 0)
        ]

    def test_without_them_is_not(self, answer: Answer, colleague: Person) -> None:
        assert answer(colleague, "Clean the strainer.").caution is None
        assert Caution.objects.count() == 0

    def test_sent_twice_is_covered_once(self, thread: Thread, colleague: Person, now: datetime) -> None:
        same = uuid7()
        for _ in range(2):
            suggest(
                actor=colleague.actor,
                suggestion_id=same,
                thread_id=thread.pk,
                proposal=Proposal(text=BRIDGE),
                now=now,
            )

        assert Caution.objects.count() == 1

    def test_is_told_to_those_certified_but_not_to_its_author(
        self, answer: Answer, colleague: Person, curator: Person, owner: Person, outsider: Person, certify: Certify
    ) -> None:
        certify(colleague, "isolation")
        certify(curator, "Isolation")
        certify(owner, "gas")

        answer(colleague, BRIDGE)

        assert [(push["recipient_id"], push["is_silent"]) for push in safety_pushes()] == [(str(curator.pk), True)]

    def test_is_told_to_each_certified_in_their_own_language(
        self, answer: Answer, colleague: Person, curator: Person, owner: Person, certify: Certify
    ) -> None:
        cast.speak("de", curator)
        certify(curator, "isolation")
        certify(owner, "hot work")

        answer(colleague, BRIDGE_AND_WELD)

        said = {push["recipient_id"]: (push["title"], push["body"]) for push in safety_pushes()}
        assert said == {
            str(curator.pk): (
                "Lesen und unterschreiben: Chiller will not start",
                (
                    "In einer Antwort geht es um Gefahren: Heißarbeit und Freischalten. "
                    "Sie ist verdeckt, bis jemand mit Nachweis unterschrieben hat."
                ),
            ),
            str(owner.pk): (
                "Read and sign: Chiller will not start",
                "An answer speaks of hot work and isolation. It is covered until somebody certified has signed.",
            ),
        }


class TestWhatIsHeardInAClip:
    @pytest.fixture
    def filmed(self, thread: Thread, colleague: Person, now: datetime) -> Suggestion:
        """An answer that is a clip; nothing of it was heard yet."""
        proposal = Proposal(clip_id=uuid7())
        return suggest(
            actor=colleague.actor, suggestion_id=uuid7(), thread_id=thread.pk, proposal=proposal, now=now
        ).row

    def hear(self, suggestion: Suggestion, now: datetime, *texts: str) -> None:
        assert suggestion.clip_id is not None
        clip = Clip.objects.get(pk=suggestion.clip_id)
        cues = tuple(TimedCue(n * 1000, n * 1000 + 900, text, 0.9) for n, text in enumerate(texts))
        put_transcript(clip, TranscribeResult(SpeechOutcome.SPEECH, "pocketsphinx", "en", cues), now=now)
        Artefact.objects.update_or_create(
            clip=clip,
            kind=ArtefactKind.CAPTIONS,
            defaults={"status": ArtefactStatus.READY, "organisation_id": clip.organisation_id, "updated_at": now},
        )
        cover_from_captions(organisation_id=clip.organisation_id, clip_id=clip.pk, now=now)

    def test_covers_it_with_the_moment_even_across_captions(self, filmed: Suggestion, now: datetime) -> None:
        self.hear(filmed, now, "Open the panel", "and bridge the", "flow switch")

        (word,) = caution_of(filmed).words
        assert (word["kind"], word["start_ms"], word["end_ms"], word["start"]) == ("isolation", 1000, 2900, None)

    def test_covers_it_once_when_it_is_told_twice(self, filmed: Suggestion, now: datetime) -> None:
        self.hear(filmed, now, BRIDGE)
        before = everything()

        cover_from_captions(organisation_id=filmed.organisation_id, clip_id=filmed.clip_id or uuid7(), now=now)

        assert everything() == before

    def test_lets_the_caution_go_when_it_was_misheard(self, filmed: Suggestion, now: datetime) -> None:
        self.hear(filmed, now, BRIDGE)

        self.hear(filmed, now, "Bring the flow sheet")

        assert (caution_of(filmed).status, caution_of(filmed).words[0]["said"]) == (
            "withdrawn",
            "bridge the flow switch".capitalize(),
        )

    def test_covers_it_again_when_words_come_that_nobody_signed_for(
        self, filmed: Suggestion, curator: Person, certify: Certify, now: datetime
    ) -> None:
        certify(curator, "isolation")
        self.hear(filmed, now, BRIDGE)
        sign(curator, filmed, now)

        self.hear(filmed, now + timedelta(hours=1), BRIDGE, "Bypass the interlock.")

        assert caution_of(filmed).is_covered
        keys = {push["dedupe_key"] for push in safety_pushes()}
        assert len(keys) == 2, "whoever was asked to sign the first cover has to hear of the second"
        sign(curator, filmed, now)
        assert (caution_of(filmed).status, CautionSignature.objects.count()) == ("signed", 2)


class TestSigning:
    def test_takes_the_cover_off_when_every_hazard_is_signed_for(
        self, answer: Answer, colleague: Person, curator: Person, owner: Person, certify: Certify, now: datetime
    ) -> None:
        advice = answer(colleague, BRIDGE_AND_WELD)
        certify(curator, "isolation")
        certify(owner, "Hot Work")

        sign(curator, advice, now)
        halfway = caution_of(advice).status
        sign(owner, advice, now)

        assert (halfway, caution_of(advice).status) == ("covered", "signed")
        kept = CautionSignature.objects.order_by("kind").values_list("kind", "certification", "person__name")
        assert list(kept) == [
            ("hot_work", "hot work", "Olive Owner"),
            ("isolation", "isolation", "Cora Curator"),
        ]

    def test_twice_is_once(
        self, answer: Answer, colleague: Person, curator: Person, certify: Certify, now: datetime
    ) -> None:
        advice = answer(colleague, BRIDGE)
        certify(curator, "isolation")
        sign(curator, advice, now)
        before = everything()

        assert sign(curator, advice, now + timedelta(hours=1)).status == "signed"
        assert everything() == before

    @pytest.mark.parametrize("certification", [None, "gas"])
    def test_is_refused_to_whom_is_not_certified_for_it(
        self,
        answer: Answer,
        colleague: Person,
        curator: Person,
        certify: Certify,
        now: datetime,
        certification: str | None,
    ) -> None:
        advice = answer(colleague, BRIDGE)
        if certification:
            certify(curator, certification)
        before = everything()

        with pytest.raises(NotAllowed, match="certified for isolation"):
            sign(curator, advice, now)
        assert (everything(), caution_of(advice).is_covered) == (before, True)

    def test_is_refused_to_its_author(self, answer: Answer, colleague: Person, certify: Certify, now: datetime) -> None:
        advice = answer(colleague, BRIDGE)
        certify(colleague, "isolation")
        before = everything()

        with pytest.raises(NotAllowed, match="second person"):
            sign(colleague, advice, now)
        assert everything() == before

    def test_is_refused_when_somebody_else_has_signed(
        self, answer: Answer, colleague: Person, curator: Person, owner: Person, certify: Certify, now: datetime
    ) -> None:
        advice = answer(colleague, BRIDGE)
        certify(curator, "isolation")
        certify(owner, "isolation")
        sign(curator, advice, now)

        with pytest.raises(IllegalMove):
            sign(owner, advice, now)

    def test_of_another_organisations_caution_is_missing(
        self, answer: Answer, colleague: Person, outsider: Person, now: datetime
    ) -> None:
        advice = answer(colleague, BRIDGE)

        with pytest.raises(NotFound):
            sign(outsider, advice, now)


class TestATry:
    def start(self, person: Person, advice: Suggestion, now: datetime, *, acknowledges: bool) -> Try:
        return start_try(
            actor=person.actor,
            try_id=uuid7(),
            suggestion_id=advice.pk,
            acknowledges_caution=acknowledges,
            now=now,
        ).row

    def test_of_what_is_covered_is_refused_and_changes_nothing(
        self, answer: Answer, thread: Thread, colleague: Person, owner: Person, now: datetime
    ) -> None:
        advice = answer(colleague, BRIDGE)
        before = everything()

        with pytest.raises(CautionNotAcknowledged) as refused:
            self.start(owner, advice, now, acknowledges=False)

        thread.refresh_from_db()
        assert (everything(), thread.status) == (before, "answered")
        assert refused.value.facts["kinds"] == ["isolation"]

    def test_keeps_that_the_caution_was_read(
        self, answer: Answer, colleague: Person, owner: Person, now: datetime
    ) -> None:
        advice = answer(colleague, BRIDGE)

        attempt = self.start(owner, advice, now, acknowledges=True)

        assert attempt.acknowledged_caution == caution_of(advice)

    def test_of_what_is_signed_for_needs_no_word(
        self, answer: Answer, colleague: Person, owner: Person, curator: Person, certify: Certify, now: datetime
    ) -> None:
        advice = answer(colleague, BRIDGE)
        certify(curator, "isolation")
        sign(curator, advice, now)

        assert self.start(owner, advice, now, acknowledges=False).acknowledged_caution is None


class TestHazardWords:
    def test_of_an_organisation_count_from_then_on(
        self, answer: Answer, colleague: Person, curator: Person, now: datetime
    ) -> None:
        before = answer(colleague, "Pull the red lever.")
        set_hazard(actor=curator.actor, kind="gas", phrases=["red lever"], certification="F-gas", now=now)

        after = answer(colleague, "Pull the red levers; vent the refrigerant.")

        assert before.caution is None
        assert [word["said"] for word in caution_of(after).words] == ["red levers"]

    def test_go_back_to_the_products(self, curator: Person, now: datetime) -> None:
        product = hazards_of(curator.organisation_id)
        set_hazard(actor=curator.actor, kind="gas", phrases=[], certification="F-gas", now=now)

        reset_hazard(actor=curator.actor, kind="gas")

        assert hazards_of(curator.organisation_id) == product

    def test_of_one_organisation_are_none_of_another(self, curator: Person, outsider: Person, now: datetime) -> None:
        set_hazard(actor=curator.actor, kind="gas", phrases=[], certification="F-gas", now=now)

        assert all(hazard.rule is None for hazard in hazards_of(outsider.organisation_id).values())

    @pytest.mark.parametrize("phrases", [["…"], ["the"], ["bridge …"], [f"word {n}" for n in range(301)]])
    def test_that_say_nothing_are_refused(self, curator: Person, now: datetime, phrases: list[str]) -> None:
        with pytest.raises(InvalidInput, match="phrases"):
            set_hazard(actor=curator.actor, kind="gas", phrases=phrases, certification="F-gas", now=now)
        assert HazardRule.objects.count() == 0

    def test_are_a_curators_to_change(self, owner: Person, now: datetime) -> None:
        with pytest.raises(NotAllowed):
            set_hazard(actor=owner.actor, kind="gas", phrases=[], certification="F-gas", now=now)
        with pytest.raises(NotAllowed):
            reset_hazard(actor=owner.actor, kind="gas")
        assert HazardRule.objects.count() == 0
