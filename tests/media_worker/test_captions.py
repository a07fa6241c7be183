from __future__ import annotations

from api_schema.media_jobs import TimedCue, Word
from media_worker.captions import make_cues


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

    def test_never_lets_two_captions_overlap(self) -> None:
        words = said("go", word_ms=100) + said("stop", start_ms=750, word_ms=100)

        first, second = make_cues(words)

        assert first.end_ms <= second.start_ms

    def test_makes_nothing_of_nothing(self) -> None:
        assert make_cues([]) == ()

    def test_carries_how_sure_the_words_are(self) -> None:
        (cue,) = make_cues(said("no water flow"))

        assert cue.confidence == 0.8
