"""People set captions right, undo it, and no recogniser takes it from them."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

import pytest

from api_schema.ids import uuid7
from api_schema.media_jobs import TimedCue, Word
from backend.domain import tenancy
from backend.domain.accounts.models import Person
from backend.domain.clips.captions import captions_webvtt, cues_of
from backend.domain.clips.corrections import CueChanged, correct_cue, list_cue_versions, restore_cue
from backend.domain.clips.models import Clip, Cue, CueVersion
from backend.domain.clips.transcripts import put_transcript
from backend.domain.equipment.models import Asset
from backend.domain.errors import InvalidInput, NotFound
from backend.domain.search.queries import search
from backend.domain.threads.operations import Question, ask
from backend.integrations.local_store import LocalStore
from tests.domain.clips.worker import captioned_clip, events, transcript


@pytest.fixture
def clip(owner: Person, store: LocalStore, now: datetime) -> Clip:
    """The owner's clip, which says "This chiller will not start." and, doubtfully, "The display shows E4."."""
    return captioned_clip(owner, store, now=now)


@pytest.fixture
def cue(clip: Clip) -> Cue:
    """The doubtful one."""
    return cues_of(clip).get(position=1)


def correct(person: Person, cue: Cue, text: str, now: datetime, *, version: int = 0) -> Cue:
    return correct_cue(actor=person.actor, clip_id=cue.clip_id, cue_id=cue.pk, text=text, version=version, now=now)


def shown(clip: Clip) -> list[tuple[int, str]]:
    """Return when each cue begins and what it says, in order, after checking that they are numbered so."""
    cues = list(cues_of(clip))
    assert [cue.position for cue in cues] == list(range(len(cues)))
    return [(cue.start_ms, cue.text) for cue in cues]


class TestCorrectCue:
    def test_shows_what_anybody_of_the_organisation_wrote_under_their_name(
        self, cue: Cue, colleague: Person, now: datetime
    ) -> None:
        correct(colleague, cue, "  The display\nshows\x00 F4. ", now)

        cue.refresh_from_db()
        assert (cue.text, cue.confidence, cue.version) == ("The display shows F4.", 1.0, 1)
        assert (cue.corrected_by, cue.corrected_at) == (colleague, now)
        assert [word["text"] for word in cue.words] == ["The", "display", "shows", "F4."]

    def test_keeps_what_the_recogniser_heard(self, cue: Cue, owner: Person, colleague: Person, now: datetime) -> None:
        correct(owner, cue, "The display shows F4.", now)
        correct(colleague, cue, "The display shows F14.", now, version=1)

        versions = list_cue_versions(actor=owner.actor, clip_id=cue.clip_id, cue_id=cue.pk)
        assert [(version.number, version.text, version.person) for version in versions] == [
            (2, "The display shows F14.", colleague),
            (1, "The display shows F4.", owner),
            (0, "The display shows E4.", None),
        ]
        assert [version.confidence for version in versions] == [1.0, 1.0, 0.4]

    def test_takes_the_doubt_from_a_caption_that_is_only_confirmed(
        self, clip: Clip, cue: Cue, owner: Person, now: datetime
    ) -> None:
        before = captions_webvtt(actor=owner.actor, clip_id=clip.pk)

        correct(owner, cue, cue.text, now)

        assert "<c.doubtful>The display shows E4.</c>" in before
        assert captions_webvtt(actor=owner.actor, clip_id=clip.pk).endswith("\nThe display shows E4.\n")

    def test_changes_nothing_when_the_phone_repeats_itself(self, cue: Cue, owner: Person, now: datetime) -> None:
        correct(owner, cue, "It shows F4.", now)

        correct(owner, cue, "It shows F4.", now)

        assert tenancy.within(owner.actor, CueVersion).filter(cue=cue).count() == 2
        assert len(events("captions.ready")) == 2  # complete, and corrected

    def test_refuses_to_correct_what_somebody_else_corrected_meanwhile(
        self, cue: Cue, owner: Person, colleague: Person, now: datetime
    ) -> None:
        correct(colleague, cue, "It shows F4.", now)

        with pytest.raises(CueChanged) as refused:
            correct(owner, cue, "It shows H4.", now)

        assert refused.value.facts == {"version": 1, "text": "It shows F4."}
        cue.refresh_from_db()
        assert cue.text == "It shows F4."

    def test_refuses_a_text_that_nobody_says_in_seven_seconds(self, cue: Cue, owner: Person, now: datetime) -> None:
        with pytest.raises(InvalidInput):
            correct(owner, cue, "so " * 101, now)

        assert not tenancy.within(owner.actor, CueVersion).exists()

    def test_hides_another_organisations_cue_as_missing(self, cue: Cue, outsider: Person, now: datetime) -> None:
        with pytest.raises(NotFound):
            correct(outsider, cue, "Mine now.", now)

        cue.refresh_from_db()
        assert (cue.text, cue.version) == ("The display shows E4.", 0)

    def test_knows_no_cue_of_another_clip(self, cue: Cue, owner: Person, store: LocalStore, now: datetime) -> None:
        other = captioned_clip(owner, store, now=now)

        with pytest.raises(NotFound):
            correct_cue(actor=owner.actor, clip_id=other.pk, cue_id=cue.pk, text="Mixed up.", version=0, now=now)

    def test_says_that_nothing_is_said(self, clip: Clip, cue: Cue, owner: Person, now: datetime) -> None:
        correct(owner, cue, "", now)

        assert captions_webvtt(actor=owner.actor, clip_id=clip.pk).count("-->") == 1


class TestRestoreCue:
    def test_brings_the_recognisers_words_back_with_their_doubt(
        self, cue: Cue, owner: Person, colleague: Person, now: datetime
    ) -> None:
        correct(colleague, cue, "The display shows nonsense.", now)

        restored = restore_cue(actor=owner.actor, clip_id=cue.clip_id, cue_id=cue.pk, number=0, version=1, now=now)

        assert (restored.text, restored.confidence, restored.version) == ("The display shows E4.", 0.4, 2)
        newest = list_cue_versions(actor=owner.actor, clip_id=cue.clip_id, cue_id=cue.pk)[0]
        assert (newest.number, newest.restored_from, newest.person) == (2, 0, owner)

    def test_changes_nothing_where_that_is_what_it_says(self, cue: Cue, owner: Person, now: datetime) -> None:
        same = restore_cue(actor=owner.actor, clip_id=cue.clip_id, cue_id=cue.pk, number=0, version=0, now=now)

        assert same.version == 0

    def test_knows_no_version_that_never_was(self, cue: Cue, owner: Person, now: datetime) -> None:
        with pytest.raises(NotFound):
            restore_cue(actor=owner.actor, clip_id=cue.clip_id, cue_id=cue.pk, number=7, version=0, now=now)

    def test_refuses_to_undo_what_was_not_read(self, cue: Cue, owner: Person, colleague: Person, now: datetime) -> None:
        correct(colleague, cue, "It shows F4.", now)

        with pytest.raises(CueChanged):
            restore_cue(actor=owner.actor, clip_id=cue.clip_id, cue_id=cue.pk, number=0, version=0, now=now)


class TestNewTranscript:
    """A better recogniser runs, or the rest of the clip is heard."""

    def test_never_overwrites_a_correction(self, clip: Clip, cue: Cue, owner: Person, now: datetime) -> None:
        correct(owner, cue, "The display shows F4.", now)
        better = (TimedCue(900, 3_400, "This chiller won't start.", 0.9), TimedCue(4_100, 6_100, "It shows E4.", 0.9))

        put_transcript(clip, transcript(better), now=now)

        assert shown(clip) == [(900, "This chiller won't start."), (4_000, "The display shows F4.")]
        assert cues_of(clip).get(position=1).pk == cue.pk

    def test_adds_what_is_said_around_a_correction(self, clip: Clip, cue: Cue, owner: Person, now: datetime) -> None:
        correct(owner, cue, "The display shows F4.", now)
        words = (Word("Look:", 3_000, 3_500, 0.9), Word("E4", 4_500, 5_000, 0.9), Word("again", 7_000, 7_500, 0.9))

        put_transcript(clip, transcript((TimedCue(3_000, 7_500, "Look: E4 again", 0.9, words),)), now=now)

        assert shown(clip) == [(3_000, "Look:"), (4_000, "The display shows F4."), (7_000, "again")]

    def test_keeps_the_ids_of_captions_that_stay_as_they_are(self, clip: Clip, now: datetime) -> None:
        before = list(cues_of(clip).values_list("pk", flat=True))
        first = TimedCue(100, 900, "Look.", 0.9)
        same = tuple(_as_timed(cue) for cue in cues_of(clip))

        put_transcript(clip, transcript((first, *same)), now=now)

        assert list(cues_of(clip).values_list("pk", flat=True))[1:] == before

    def test_takes_a_caption_that_is_named_twice(self, clip: Clip, now: datetime) -> None:
        twice = (TimedCue(100, 900, "Look.", 0.9),) * 2

        for _ in range(2):
            put_transcript(clip, transcript(twice), now=now)

        assert shown(clip) == [(100, "Look.")] * 2


def _as_timed(cue: Cue) -> TimedCue:
    words = tuple(Word(**word) for word in cue.words)
    return TimedCue(cue.start_ms, cue.end_ms, cue.text, cue.confidence, words)


class TestSearch:
    @pytest.fixture
    def thread_id(self, owner: Person, asset: Asset, now: datetime) -> UUID:
        question = Question(asset_id=asset.pk, title="Chiller will not start", fault_code="E4")
        return ask(actor=owner.actor, thread_id=uuid7(), question=question, now=now).thread.pk

    def test_finds_the_corrected_words_and_the_old_ones_no_more(
        self, thread_id: UUID, owner: Person, store: LocalStore, now: datetime
    ) -> None:
        clip = captioned_clip(owner, store, now=now, thread_id=thread_id)

        correct(owner, cues_of(clip).get(position=0), "The evaporator is frozen.", now)

        (hit,) = search(actor=owner.actor, words="frozen evaporator")
        assert hit.moment is not None
        assert (hit.id, hit.moment.start_ms, hit.moment.end_ms) == (thread_id, 1_000, 3_500)
        assert search(actor=owner.actor, words="display")[0].snippet == "The display shows E4."

    def test_finds_a_code_as_it_was_said_and_as_it_is_written(
        self, thread_id: UUID, owner: Person, store: LocalStore, now: datetime
    ) -> None:
        clip = captioned_clip(owner, store, now=now, thread_id=thread_id)
        word = Word("TX-77", 7_000, 8_000, 0.9, spoken="tee ex seventy seven")

        put_transcript(clip, transcript((TimedCue(7_000, 8_000, "TX-77", 0.9, (word,)),)), now=now)

        for words in ("TX 77", "tx seventy-seven", "tee ex 77"):
            (hit,) = search(actor=owner.actor, words=words)
            assert hit.moment is not None
            assert hit.moment.start_ms == 7_000

    def test_takes_an_endless_part_number(
        self, thread_id: UUID, owner: Person, store: LocalStore, now: datetime
    ) -> None:
        clip = captioned_clip(owner, store, now=now, thread_id=thread_id)

        correct(owner, cues_of(clip).get(position=0), "B1" + "-A1B2C3D4" * 30, now)

        assert cues_of(clip).get(position=0).version == 1
