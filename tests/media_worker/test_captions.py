from __future__ import annotations

from itertools import accumulate, pairwise

from hypothesis import given
from hypothesis import strategies as st

from api_schema.media_jobs import TimedCue, Word
from media_worker.captions import make_cues, whole_cues


def said(text: str, *, start_ms: int = 0, word_ms: int = 300) -> list[Word]:
    return [
        Word(text=word, start_ms=start_ms + place * word_ms, end_ms=start_ms + (place + 1) * word_ms, confidence=0.8)
        for place, word in enumerate(text.split())
    ]


def letters_per_second(cue: TimedCue) -> float:
    return len(cue.text) * 1000 / (cue.end_ms - cue.start_ms)


class TestMakeCues:
    def test_breaks_long_speech_into_two_lines_of_42_letters(self) -> None:
        words = said(
            "the compressor on this chiller will not start and the display shows fault code E4 since this morning " * 3
        )

        cues = make_cues(words)

        assert all(len(line) <= 42 for cue in cues for line in cue.text.split("\n"))
        assert all(len(cue.text.split("\n")) <= 2 for cue in cues)
        assert all(1_000 <= cue.end_ms - cue.start_ms <= 7_000 for cue in cues)
        assert [word for cue in cues for word in cue.words] == words

    def test_starts_a_new_caption_after_a_pause(self) -> None:
        words = said("it will not start") + said("what should I check", start_ms=5_000)

        cues = make_cues(words)

        assert [cue.text for cue in cues] == ["it will not start", "what should I check"]
        assert cues[1].start_ms == 5_000

    def test_holds_a_quick_sentence_until_it_can_be_read(self) -> None:
        (cue,) = make_cues(said("the overload relay tripped twice", word_ms=100))

        assert letters_per_second(cue) <= 20
        assert cue.end_ms == 1_600

    def test_shows_a_single_word_for_a_second(self) -> None:
        (cue,) = make_cues(said("E4"))

        assert (cue.start_ms, cue.end_ms) == (0, 1_000)

    def test_shows_two_short_calls_together_where_neither_alone_could_be_read(self) -> None:
        (cue,) = make_cues(said("go", word_ms=100) + said("stop", start_ms=750, word_ms=100))

        assert (cue.text, cue.start_ms, cue.end_ms) == ("go stop", 0, 1_000)

    def test_never_lets_two_captions_overlap(self) -> None:
        words = said("go", word_ms=100) + said("stop", start_ms=1_050, word_ms=100)

        first, second = make_cues(words)

        assert first.end_ms <= second.start_ms

    def test_makes_nothing_of_nothing(self) -> None:
        assert make_cues([]) == ()

    def test_carries_how_sure_the_words_are(self) -> None:
        (cue,) = make_cues(said("no water flow"))

        assert cue.confidence == 0.8


def timed(rows: list[tuple[int, int, int]]) -> list[Word]:
    ends_ms = list(accumulate(said_ms + pause_ms for _, said_ms, pause_ms in rows))
    return [
        Word(text="x" * letters, start_ms=end_ms - said_ms, end_ms=end_ms, confidence=0.5)
        for (letters, said_ms, _), end_ms in zip(rows, ends_ms, strict=True)
    ]


WORDS = st.lists(
    st.tuples(
        st.integers(min_value=1, max_value=16),  # letters
        st.integers(min_value=20, max_value=1_500),  # how long it is said
        st.sampled_from([0, 0, 0, 30, 200, 700, 1_200, 8_000]),  # pause before it
    ),
    max_size=40,
).map(timed)


def can_be_shown(words: list[Word], next_start_ms: float) -> bool:
    """Return whether these words as one caption keep every limit, written anew from the limits themselves."""
    lines, letters = [0], sum(len(word.text) + 1 for word in words) - 1
    for word in words:
        fits = lines[-1] + len(word.text) + bool(lines[-1]) <= 42
        lines = [*lines[:-1], lines[-1] + len(word.text) + bool(lines[-1])] if fits else [*lines, len(word.text)]
    room_ms = next_start_ms - words[0].start_ms
    is_short_enough = min(words[-1].end_ms, next_start_ms) - words[0].start_ms <= 7_000
    return len(lines) <= 2 and is_short_enough and room_ms >= max(1_000, letters * 50)


def some_way_keeps_the_limits(words: list[Word]) -> bool:
    reachable = [True] + [False] * len(words)
    for after in range(1, len(words) + 1):
        next_start_ms = words[after].start_ms if after < len(words) else float("inf")
        reachable[after] = any(reachable[n] and can_be_shown(words[n:after], next_start_ms) for n in range(after))
    return reachable[-1]


class TestLimits:
    @given(WORDS)
    def test_are_kept_by_every_caption_wherever_some_way_of_cutting_keeps_them(self, words: list[Word]) -> None:
        cues = make_cues(words)

        if some_way_keeps_the_limits(words):
            assert all(1_000 <= cue.end_ms - cue.start_ms <= 7_000 for cue in cues)
            assert all(letters_per_second(cue) <= 20 for cue in cues)

    @given(WORDS)
    def test_of_size_and_order_are_kept_always(self, words: list[Word]) -> None:
        cues = make_cues(words)

        assert [word for cue in cues for word in cue.words] == words
        assert all(len(line) <= 42 for cue in cues for line in cue.text.split("\n"))
        assert all(len(cue.text.split("\n")) <= 2 for cue in cues)
        assert all(before.end_ms <= after.start_ms for before, after in pairwise(cues))
        assert all(cue.start_ms < cue.end_ms for cue in cues)

    @given(WORDS)
    def test_hold_for_captions_so_far_too(self, words: list[Word]) -> None:
        until_ms = words[-1].end_ms if words else 0

        so_far = whole_cues(words, until_ms=until_ms)

        assert so_far == make_cues(words)[: len(so_far)]
        assert len(so_far) >= len(make_cues(words)) - 1
