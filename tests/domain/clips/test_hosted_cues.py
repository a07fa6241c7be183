from __future__ import annotations

from api_schema.media_jobs import TimedCue, Word
from backend.domain.clips.hosted_cues import make_cues


def said(text: str, *, every_ms: int = 300) -> list[Word]:
    """Return the words of `text`, spoken evenly."""
    return [Word(word, number * every_ms, (number + 1) * every_ms, 0.8) for number, word in enumerate(text.split())]


class TestMakeCues:
    def test_makes_one_of_a_sentence(self) -> None:
        cues = list(make_cues(said("It will not start. The display shows E4.")))

        assert [(cue.text, cue.start_ms, cue.end_ms) for cue in cues] == [
            ("It will not start.", 0, 1_200),
            ("The display shows E4.", 1_200, 2_400),
        ]
        assert cues[0].confidence == 0.8
        assert [word.text for word in cues[0].words] == ["It", "will", "not", "start."]

    def test_begins_another_where_the_speaker_pauses(self) -> None:
        words = [Word("look", 0, 400, 1.0), Word("here", 1_000, 1_300, 1.0)]

        assert [cue.text for cue in make_cues(words)] == ["look", "here"]

    def test_cuts_what_is_longer_than_two_lines_or_seven_seconds(self) -> None:
        for words in (said("compressor " * 30), said("so " * 60, every_ms=500)):
            cues = list(make_cues(words))

            assert sum(len(cue.words) for cue in cues) == len(words)
            assert all(is_within_bounds(cue) for cue in cues)

    def test_makes_nothing_of_silence(self) -> None:
        assert list(make_cues([])) == []


def is_within_bounds(cue: TimedCue) -> bool:
    return len(cue.text) <= 84 and cue.end_ms - cue.start_ms <= 7_000
