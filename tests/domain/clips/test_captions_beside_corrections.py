"""What of a new transcript is shown beside the captions that people corrected."""

from __future__ import annotations

from hypothesis import given, settings
from hypothesis import strategies as st

from api_schema.media_jobs import TimedCue, Word
from backend.domain.clips.beside_corrections import leave_out_corrected
from backend.domain.clips.models import Cue


def spoken(start_ms: int, text: str) -> TimedCue:
    """Return a cue whose words take 400 ms each, half a second apart, held for a second."""
    starts_ms = [start_ms + 500 * index for index in range(len(text.split()))]
    words = tuple(Word(word, at, at + 400, 0.8) for word, at in zip(text.split(), starts_ms, strict=True))
    return TimedCue(start_ms, starts_ms[-1] + 1_400, text, 0.8, words)


def corrected(start_ms: int, text: str) -> Cue:
    """Return the cue that a person corrected, with the times of `spoken`."""
    cue = spoken(start_ms, text)
    words = [{"text": word.text, "start_ms": word.start_ms, "end_ms": word.end_ms} for word in cue.words]
    return Cue(start_ms=cue.start_ms, end_ms=cue.end_ms, text=text, words=words)


def shown(cues: list[TimedCue]) -> list[tuple[int, int, str]]:
    return [(cue.start_ms, cue.end_ms, cue.text) for cue in cues]


class TestLeaveOutCorrected:
    def test_leaves_a_transcript_alone_where_nobody_corrected(self) -> None:
        cues = [spoken(0, "one two"), spoken(3_000, "three four")]

        assert leave_out_corrected(cues, [corrected(9_000, "nine")]) == cues

    def test_leaves_out_a_caption_that_was_corrected(self) -> None:
        cues = [spoken(0, "one two"), spoken(3_000, "free for")]

        assert shown(leave_out_corrected(cues, [corrected(3_000, "three four")])) == [(0, 1_900, "one two")]

    def test_keeps_what_was_said_before_and_after_in_a_caption_cut_elsewhere(self) -> None:
        cues = [spoken(0, "one two free for five six")]

        assert shown(leave_out_corrected(cues, [corrected(1_000, "three four")])) == [
            (0, 1_000, "one two"),
            (2_000, 3_900, "five six"),
        ]

    def test_keeps_words_said_while_a_corrected_caption_is_only_held_to_be_read(self) -> None:
        cues = [spoken(1_000, "three four five")]

        assert shown(leave_out_corrected(cues, [corrected(0, "one two")])) == shown(cues)

    def test_leaves_out_a_whole_caption_whose_words_have_no_times(self) -> None:
        cues = [TimedCue(0, 2_000, "one two three", 0.9)]

        assert leave_out_corrected(cues, [corrected(500, "too")]) == []

    def test_leaves_out_what_is_heard_where_a_person_heard_nothing(self) -> None:
        silent = Cue(start_ms=0, end_ms=2_000, text="", words=[])

        assert leave_out_corrected([spoken(0, "uh huh")], [silent]) == []

    def test_is_as_sure_of_a_part_as_of_its_words(self) -> None:
        words = (Word("sure", 0, 400, 1.0), Word("unsure", 500, 900, 0.2))
        cue = TimedCue(0, 900, "sure unsure", 0.6, words)

        (part,) = leave_out_corrected([cue], [corrected(0, "sure")])

        assert (part.confidence, part.words) == (0.2, words[1:])


class TestAnyTranscript:
    @given(
        cues=st.lists(st.tuples(st.integers(0, 60), st.integers(1, 8)), max_size=8),
        spans=st.lists(st.tuples(st.integers(0, 60), st.integers(1, 8)), max_size=4),
    )
    @settings(max_examples=200, deadline=None)
    def test_loses_no_word_outside_of_corrections_and_shows_none_inside(
        self, cues: list[tuple[int, int]], spans: list[tuple[int, int]]
    ) -> None:
        heard = [spoken(250 * at, " ".join(["word"] * count)) for at, count in sorted(cues)]
        people = [corrected(250 * at, " ".join(["right"] * count)) for at, count in spans]
        covered = [(cue.words[0]["start_ms"], cue.words[-1]["end_ms"]) for cue in people]

        left = leave_out_corrected(heard, people)

        expected = [
            word
            for cue in heard
            for word in cue.words
            if not any(start_ms <= word.start_ms + 200 < end_ms for start_ms, end_ms in covered)
        ]
        assert [word for cue in left for word in cue.words] == expected
        assert all(cue.text == " ".join(word.text for word in cue.words) for cue in left)
